"""Deleting an account, and taking one's data along."""

from typing import Annotated, Literal

from pydantic import Field

from chalicelib.schemas.accounts import Me
from chalicelib.schemas.base import Id, Micros, Model
from chalicelib.schemas.credentials import CurrentPassword
from chalicelib.schemas.identities import Identity
from chalicelib.schemas.messages import Message
from chalicelib.schemas.reports import ReportedMessage
from chalicelib.schemas.sessions import OpenSession


class DeleteAccount(Model):
    """`password` is the user's: deleting cannot be undone."""

    password: CurrentPassword


class ExportedRoom(Model):
    """A room the user is in."""

    id: Id
    kind: Literal["room", "dm"]
    name: str
    topic: str
    role: str
    peer: Annotated[Id | None, Field(description="The other one of a direct message.")]
    read_n: Annotated[int, Field(description="How far the user has read.")]


class Export(Model):
    """All Parley has of a user but the messages, which come in pages (ExportedMessages)."""

    me: Me
    sessions: list[OpenSession]
    identities: list[Identity]
    rooms: list[ExportedRoom]
    reports: Annotated[list[ReportedMessage], Field(description="What the user reported.")]
    blocks: Annotated[list[Id], Field(description="Whom the user has blocked.")]
    last_seen: Micros | None


class PageOfExport(Model):
    """Query: the user's messages of a room among the 100 after n `after`."""

    room: Id
    after: Annotated[int, Field(ge=0)] = 0


class ExportedMessages(Model):
    """A page of the user's own messages. `next` is the `after` of the next page, null when this is the last."""

    messages: list[Message]
    next: int | None
