"""Messages as history shows them: one row a message, in its present state."""

from typing import Annotated

from pydantic import Field, StringConstraints

from chalicelib.limits import EMOJI_LENGTH, PAGE_DEFAULT, PAGE_MAX, TEXT_LENGTH
from chalicelib.schemas.base import NUMBER_MAX, Id, Micros, Model, Seq
from chalicelib.schemas.events import LogEvent

Text = Annotated[str, StringConstraints(min_length=1, max_length=TEXT_LENGTH)]


class EditMessage(Model):
    """Another text for the caller's own message. `id` makes it happen once however often it is sent."""

    id: Id
    text: Text


class DeleteMessage(Model):
    """Deletes a message. `id` makes it happen once however often it is sent."""

    id: Id


class React(Model):
    """Adds the caller's reaction, or takes it back with `on` false."""

    id: Id
    emoji: Annotated[str, StringConstraints(min_length=1, max_length=EMOJI_LENGTH)]
    on: bool = True


class Done(Model):
    """Where in the log it happened."""

    seq: Seq


class Reaction(Model):
    """One emoji and who reacted with it."""

    emoji: str
    users: list[Id]


class Version(Model):
    """A text a message had."""

    seq: Seq
    ts: Micros
    sender: Id
    text: str


class Versions(Model):
    """The texts a message had, the present one last."""

    versions: list[Version]


class Message(Model):
    """One message. `n` is its place among the room's messages (1 is the first), `seq` in the log.

    A deleted one has `deleted_at` and an empty text.
    """

    room: Id
    n: int
    seq: Seq
    ts: Micros
    id: Id
    sender: Id
    text: str
    reply_to: int | None
    mentions: list[Id]
    edited_at: Micros | None
    deleted_at: Micros | None
    reactions: list[Reaction]


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


class FirstSince(Model):
    """Query: the first message from a time on."""

    since: Annotated[int, Field(ge=0, le=NUMBER_MAX, description="Microseconds since 1970-01-01 UTC.")]


class MessagePlace(Model):
    """Where a message is; null where all are older."""

    n: int | None


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
