"""What a client may say over the socket: one model per `action`."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, TypeAdapter

from chalicelib.limits import RESUME_ROOMS, TEXT_LENGTH, WATCHED_USERS
from chalicelib.schemas.base import NUMBER_MAX, Id, Model, Seq

Text = Annotated[str, StringConstraints(min_length=1, max_length=TEXT_LENGTH)]


class Resume(Model):
    """The first frame of every socket: makes it live and asks for all that was missed.

    `rooms` maps each room the client knows to the last seq it has seen without a gap.
    """

    action: Literal["resume"]
    id: Id
    rooms: Annotated[dict[Id, Seq], Field(max_length=RESUME_ROOMS)]


class SendMessage(Model):
    """Says something in a room. Resent with the same `id` until acked; said once however often it is sent."""

    action: Literal["message.send"]
    id: Id
    room: Id
    text: Text
    reply_to: Annotated[int | None, Field(ge=1, description="The n of the message it answers.")] = None


class MarkRead(Model):
    """Moves the caller's read marker in a room to n, on all devices.

    `version` is that of the marker the client has; only a higher n moves it then. To mark messages unread, send the
    lower n with a version one higher.
    """

    action: Literal["read.mark"]
    id: Id
    room: Id
    n: Annotated[int, Field(ge=0)]
    version: Annotated[int, Field(ge=0, le=NUMBER_MAX)]


class SetTyping(Model):
    """Shows or hides the caller's typing sign in a room; it goes by itself when not renewed."""

    action: Literal["typing"]
    id: Id
    room: Id
    on: bool


class WatchPresence(Model):
    """Names the users on screen: their presence is answered now and pushed when it changes.

    Replaces the list given before; users without a room in common with the caller are left out.
    """

    action: Literal["presence.watch"]
    id: Id
    users: Annotated[list[Id], Field(max_length=WATCHED_USERS)]


class Ping(Model):
    """Keeps the connection from idling out and asks which rooms moved since `since` (from the last pong)."""

    action: Literal["ping"]
    id: Id
    idle: Annotated[bool, Field(description="Nobody has touched the device for IDLE_SECONDS.")] = False
    since: Annotated[int, Field(ge=0, le=NUMBER_MAX, description="Milliseconds by the store's clock; 0 at first.")]


Command = Annotated[Resume | SendMessage | MarkRead | SetTyping | WatchPresence | Ping, Field(discriminator="action")]
COMMAND: TypeAdapter[Command] = TypeAdapter(Command)
