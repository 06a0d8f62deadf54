"""Rooms and direct messages, which are rooms of two."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from chalicelib.limits import PAGE_MAX, ROOM_NAME_LENGTH, TOPIC_LENGTH
from chalicelib.schemas.accounts import Me
from chalicelib.schemas.base import Id, Micros, Model, Seq
from chalicelib.schemas.blocks import Blocks
from chalicelib.schemas.notifications import Notifications
from chalicelib.schemas.roles import WorkspaceRole
from chalicelib.schemas.users import User

RoomName = Annotated[str, StringConstraints(min_length=1, max_length=ROOM_NAME_LENGTH)]
Topic = Annotated[str, StringConstraints(max_length=TOPIC_LENGTH)]
Visibility = Literal["public", "private"]
RoomRole = Literal["owner", "moderator", "member"]


class CreateRoom(Model):
    """A new room with the caller as its owner. The client chooses `id`: sent twice, it is one room."""

    id: Id
    name: RoomName
    topic: Topic = ""
    visibility: Visibility = "public"


class UpdateRoom(Model):
    """Another name or topic. `id` makes it happen once however often it is sent."""

    id: Id
    name: RoomName | None = None
    topic: Topic | None = None


class ArchiveRoom(Model):
    """Whether the room may be read only."""

    on: bool


class OpenDirectMessage(Model):
    """The direct message between the caller and `user`: made at first, the same one ever after."""

    user: Id


class BrowseRooms(Model):
    """Query: public rooms whose name contains `q`, by name, after the name `after`."""

    q: Annotated[str, StringConstraints(max_length=100)] | None = None
    after: Annotated[str, StringConstraints(max_length=ROOM_NAME_LENGTH)] | None = None


class Room(Model):
    """A room as a member sees it. `seq` and `n` are where its log stood: never ahead of it."""

    id: Id
    kind: Literal["room", "dm"]
    name: Annotated[str, Field(description="Empty for a direct message: it is called by its peer.")]
    topic: str
    visibility: Visibility
    role: RoomRole
    muted: Annotated[bool, Field(description="The caller may read here and not speak.")]
    archived: Annotated[bool, Field(description="It can be read and not be changed.")]
    blocked: Annotated[bool, Field(description="One of the two of a direct message has blocked the other.")]
    peer: Annotated[Id | None, Field(description="The other one of a direct message.")]
    created_at: Micros
    seq: Seq
    n: int
    read_n: Annotated[int, Field(description="The caller's read marker: messages up to this n are read.")]
    read_version: int
    mentions: Annotated[int, Field(description="Unread messages that mention the caller.")]


class Rooms(Model):
    """The caller's rooms."""

    rooms: list[Room]


class PublicRoom(Model):
    """A room anybody may join."""

    id: Id
    name: str
    topic: str
    members: int
    joined: bool


class PublicRooms(Model):
    """One page of public rooms; `more` tells that another follows the last name."""

    rooms: Annotated[list[PublicRoom], Field(max_length=PAGE_MAX)]
    more: bool


class ListAllRooms(Model):
    """Query: rooms with an id below `before` whose name contains `q`."""

    q: Annotated[str, StringConstraints(max_length=100)] | None = None
    before: Id | None = None


class WorkspaceRoom(Model):
    """A room as administrators see it, who may be no members of it."""

    id: Id
    name: Annotated[str | None, Field(description="Null for a private room that the caller is not in.")]
    visibility: Visibility
    members: int
    joined: Annotated[bool, Field(description="Whether the caller is a member.")]
    archived: bool
    created_at: Micros
    active_at: Annotated[
        Micros | None,
        Field(description="When something happened there last; null where nobody noted it, and where the name is."),
    ]


class WorkspaceRooms(Model):
    """Rooms, those made last first; `more` tells that others follow the last one's id."""

    rooms: Annotated[list[WorkspaceRoom], Field(max_length=PAGE_MAX)]
    more: bool


class Member(Model):
    """A user in a room, with the role there."""

    user: User
    role: RoomRole
    muted: bool
    joined_at: Micros


class Members(Model):
    """All members of a room."""

    members: list[Member]


class RoomPresence(Model):
    """Who of a room's members is online now, who of these is away from all their devices, and who types."""

    online: list[Id]
    away: list[Id]
    typing: list[Id]


class Bootstrap(Model):
    """All the first screen needs: the caller, the rooms with their heads, and the users to name."""

    me: Me
    workspace_role: WorkspaceRole
    notifications: Notifications
    blocks: Blocks
    rooms: list[Room]
    users: list[User]
