"""What the server says over the socket: the log's events, answers, and signs that may be lost."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from chalicelib.domain.log import Event
from chalicelib.errors import ErrorCode
from chalicelib.schemas.base import Id, Micros, Model, Seq
from chalicelib.schemas.blocks import Blocks
from chalicelib.schemas.notifications import Notifications
from chalicelib.schemas.roles import WorkspaceRole
from chalicelib.schemas.users import User


class LogModel(Model):
    """What every event of a room's log carries."""

    room: Id
    seq: Seq
    n: Annotated[int, Field(ge=0, description="Messages in the room so far, this one included.")]
    ts: Micros
    id: Annotated[Id, Field(description="The id its author gave it.")]
    sender: Annotated[Id, Field(description="The user who caused it.")]


Target = Annotated[int, Field(ge=1, description="The n of the message this is about.")]


class MessageCreated(LogModel):
    """A message was said. The text of one that was deleted since is empty; its deletion follows in the log."""

    type: Literal["message.created"]
    text: str
    reply_to: Annotated[int | None, Field(ge=1, description="The n of the message it answers.")] = None
    mentions: Annotated[list[Id], Field(default_factory=list, description="Users the text mentions as <@id>.")]


class MessageEdited(LogModel):
    """The message's author gave it another text."""

    type: Literal["message.edited"]
    target: Target
    text: str
    mentions: Annotated[list[Id], Field(default_factory=list)]


class MessageDeleted(LogModel):
    """The message is gone: its place in the room stays, its text is nowhere."""

    type: Literal["message.deleted"]
    target: Target


class ReactionAdded(LogModel):
    """`sender` reacted to the message."""

    type: Literal["reaction.added"]
    target: Target
    emoji: str


class ReactionRemoved(LogModel):
    """`sender` took the reaction back."""

    type: Literal["reaction.removed"]
    target: Target
    emoji: str


class MemberJoined(LogModel):
    """`user` is a member from here on."""

    type: Literal["member.joined"]
    user: Id


class MemberLeft(LogModel):
    """`user` is no longer a member."""

    type: Literal["member.left"]
    user: Id


class RoomUpdated(LogModel):
    """The room is called so from here on. With a `user`: that member's role, or mute, has changed."""

    type: Literal["room.updated"]
    name: str
    topic: str
    archived: Annotated[bool, Field(description="It can be read and no longer be changed.")] = False
    user: Annotated[Id | None, Field(description="Whose role or mute has changed: load the members anew.")] = None


LogEvent = Annotated[
    MessageCreated
    | MessageEdited
    | MessageDeleted
    | ReactionAdded
    | ReactionRemoved
    | MemberJoined
    | MemberLeft
    | RoomUpdated,
    Field(discriminator="type"),
]
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
    """The caller is no member of `room` any more. Not so, if the caller joined again after `seq`.

    `seq` is where the caller left or, in the answer to `resume`, the caller's cursor.
    """

    type: Literal["left"] = "left"
    room: Id
    seq: Seq


class Pong(Model):
    """Rooms whose head moved since the `since` that was asked with; ask with this one next time."""

    type: Literal["pong"] = "pong"
    id: Id
    since: int
    heads: dict[Id, Seq]


class ReadUpdated(Model):
    """The caller's read marker in `room`, on whichever device it was moved."""

    type: Literal["read.updated"] = "read.updated"
    room: Id
    n: int
    version: int


class Typing(Model):
    """`user` types in `room`, or stopped."""

    type: Literal["typing"] = "typing"
    room: Id
    user: Id
    on: bool


class Presence(Model):
    """How watched users are: `away` when nobody has touched any of their devices for a while.

    `last_seen` has those who are offline, where it is known.
    """

    type: Literal["presence"] = "presence"
    users: dict[Id, Literal["online", "away", "offline"]]
    last_seen: Annotated[dict[Id, Micros], Field(default_factory=dict)]


class ProfileUpdated(Model):
    """A user whose presence is watched, or the socket's own, has another name, colour or status."""

    type: Literal["profile.updated"] = "profile.updated"
    user: User


class NotificationsUpdated(Model):
    """What the socket's user wants to be told of, on whichever device it was chosen."""

    type: Literal["notifications.updated"] = "notifications.updated"
    settings: Notifications


class BlocksUpdated(Model):
    """Whom the socket's user has blocked, on whichever device."""

    type: Literal["blocks.updated"] = "blocks.updated"
    blocks: Blocks


class WorkspaceRoleUpdated(Model):
    """The socket's user has another role in the workspace."""

    type: Literal["workspace_role.updated"] = "workspace_role.updated"
    role: WorkspaceRole


class SessionEnded(Model):
    """The session behind this socket is over; the socket closes next and must not be retried with it."""

    type: Literal["session.ended"] = "session.ended"


Push = Annotated[
    MessageCreated
    | MessageEdited
    | MessageDeleted
    | ReactionAdded
    | ReactionRemoved
    | MemberJoined
    | MemberLeft
    | RoomUpdated
    | ReadUpdated
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
    | ProfileUpdated
    | NotificationsUpdated
    | BlocksUpdated
    | WorkspaceRoleUpdated
    | SessionEnded,
    Field(discriminator="type"),
]
PUSH: TypeAdapter[Push] = TypeAdapter(Push)
