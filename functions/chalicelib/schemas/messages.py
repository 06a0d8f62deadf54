"""Messages as history shows them: one row a message, in its present state."""

from typing import Annotated

from pydantic import Field

from chalicelib.limits import PAGE_DEFAULT, PAGE_MAX
from chalicelib.schemas.base import Id, Micros, Model, Seq
from chalicelib.schemas.events import LogEvent


class Message(Model):
    """One message. `n` is its place among the room's messages (1 is the first), `seq` in the log."""

    room: Id
    n: int
    seq: Seq
    ts: Micros
    id: Id
    sender: Id
    text: str


class PageOfMessages(Model):
    """Query: the `limit` messages before or after n (exclusive); with neither, the newest."""

    before: Annotated[int | None, Field(ge=1)] = None
    after: Annotated[int | None, Field(ge=0)] = None
    limit: Annotated[int, Field(ge=1, le=PAGE_MAX)] = PAGE_DEFAULT


class Messages(Model):
    """A page, ascending by n. Events up to `as_of` are in it already: apply only later ones.

    `n` is the number of messages in the room as of then, so a reader knows what is left on either side.
    """

    messages: list[Message]
    as_of: Seq
    n: int


class RangeOfEvents(Model):
    """Query: the log after seq `after`, at most `limit` events."""

    after: Seq
    limit: Annotated[int, Field(ge=1, le=PAGE_MAX)] = PAGE_MAX


class Events(Model):
    """Part of the log, dense from the first to the last; `seq` is where the log stood.

    `reset` tells that the range is no longer kept: the reader must load the room afresh.
    """

    events: list[LogEvent]
    seq: Seq
    reset: bool
