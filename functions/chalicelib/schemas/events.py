"""What the server says over the socket: the log's events, answers, and signs that may be lost."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from chalicelib.domain.log import Event
from chalicelib.errors import ErrorCode
from chalicelib.schemas.base import Id, Micros, Model, Seq


class LogModel(Model):
    """What every event of a room's log carries."""

    room: Id
    seq: Seq
    n: Annotated[int, Field(ge=0, description="Messages in the room so far, this one included.")]
    ts: Micros
    id: Annotated[Id, Field(description="The id its author gave it.")]
    sender: Annotated[Id, Field(description="The user who caused it.")]


class MessageCreated(LogModel):
    """A message was said."""

    type: Literal["message.created"]
    text: str


class MemberJoined(LogModel):
    """`user` is a member from here on."""

    type: Literal["member.joined"]
    user: Id


class MemberLeft(LogModel):
    """`user` is no longer a member."""

    type: Literal["member.left"]
    user: Id


LogEvent = Annotated[MessageCreated | MemberJoined | MemberLeft, Field(discriminator="type")]
LOG_EVENT: TypeAdapter[LogEvent] = TypeAdapter(LogEvent)


def log_event(event: Event) -> LogEvent:
    """The wire form of an event of the log."""
    return LOG_EVENT.validate_python(
        {
            "type": event.type.value,
            "room": event.room,
            "seq": event.seq,
            "n": event.n,
            "ts": event.ts,
            "id": event.id,
            "sender": event.sender,
            **event.body,
        }
    )


class Ack(Model):
    """The message with `id` is stored, at this place in the log. A resend gets the same ack again."""

    type: Literal["ack"] = "ack"
    id: Id
    room: Id
    seq: Seq
    n: int
    ts: Micros


class Error(Model):
    """A command was refused. `id` is the command's, or null where the frame had none that could be read."""

    type: Literal["error"] = "error"
    id: str | None
    code: ErrorCode
    message: str
    retry: Annotated[bool, Field(description="The same command may succeed later, unchanged.")]


class Resumed(Model):
    """Ends the answer to `resume`: where each room stands, and the server's time in milliseconds."""

    type: Literal["resumed"] = "resumed"
    id: Id
    to: dict[Id, Seq]
    time: int


class Delta(Model):
    """All events of `room` after `from` up to `to`: their count is `to - from`."""

    type: Literal["delta"] = "delta"
    room: Id
    from_: Annotated[Seq, Field(alias="from")]
    to: Seq
    events: list[LogEvent]


class Limited(Model):
    """Too much was missed for frames: the events after `from` up to `to` are to be fetched over REST."""

    type: Literal["limited"] = "limited"
    room: Id
    from_: Annotated[Seq, Field(alias="from")]
    to: Seq


class Reset(Model):
    """The client's cursor is older than the log or ahead of it: drop the room's cache and load afresh."""

    type: Literal["reset"] = "reset"
    room: Id
    seq: Seq


class Left(Model):
    """The caller is no member of `room` any more."""

    type: Literal["left"] = "left"
    room: Id


class Pong(Model):
    """Rooms whose head moved since the `since` that was asked with; ask with this one next time."""

    type: Literal["pong"] = "pong"
    id: Id
    since: int
    heads: dict[Id, Seq]


class Typing(Model):
    """`user` types in `room`, or stopped."""

    type: Literal["typing"] = "typing"
    room: Id
    user: Id
    on: bool


class Presence(Model):
    """Who of the watched users is online."""

    type: Literal["presence"] = "presence"
    users: dict[Id, Literal["online", "offline"]]


class SessionEnded(Model):
    """The session behind this socket is over; the socket closes next and must not be retried with it."""

    type: Literal["session.ended"] = "session.ended"


Push = Annotated[
    MessageCreated
    | MemberJoined
    | MemberLeft
    | Ack
    | Error
    | Resumed
    | Delta
    | Limited
    | Reset
    | Left
    | Pong
    | Typing
    | Presence
    | SessionEnded,
    Field(discriminator="type"),
]
PUSH: TypeAdapter[Push] = TypeAdapter(Push)
