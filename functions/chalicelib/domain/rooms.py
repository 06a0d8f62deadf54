"""Rooms and direct messages."""

from dataclasses import dataclass
from enum import StrEnum

from chalicelib.domain.accounts import User
from chalicelib.errors import BadRequest


class RoomKind(StrEnum):
    """A direct message is a room of two without a name."""

    ROOM = "room"
    DM = "dm"


class Visibility(StrEnum):
    """Public rooms can be found and joined by anybody in the workspace."""

    PUBLIC = "public"
    PRIVATE = "private"


class Role(StrEnum):
    """What a member is in a room."""

    OWNER = "owner"
    MODERATOR = "moderator"
    MEMBER = "member"


@dataclass(frozen=True, slots=True)
class Room:
    """A room by itself. `created_at` in microseconds."""

    id: str
    kind: RoomKind
    name: str
    topic: str
    visibility: Visibility
    created_at: int
    archived: bool = False
    """It can be read and not be changed."""


@dataclass(frozen=True, slots=True)
class MyRoom:
    """A room as one of its members has it; `peer` is the other one of a direct message."""

    room: Room
    role: Role
    peer: str | None
    muted: bool = False
    blocked: bool = False
    """One of the two of a direct message has blocked the other."""


@dataclass(frozen=True, slots=True)
class ListedRoom:
    """A room as lists of rooms show it to a user, who may be no member."""

    room: Room
    members: int
    joined: bool

    @property
    def named(self) -> bool:
        """Whether the user may know what it is called."""
        return self.joined or self.room.visibility is Visibility.PUBLIC


@dataclass(frozen=True, slots=True)
class WorkspaceRoom:
    """A room as administrators see it; times in microseconds.

    Of a private room that the reader is not in, `name` and `active_at` are None: what it is called and when something
    was said there is its members' to know.
    """

    id: str
    name: str | None
    visibility: Visibility
    members: int
    joined: bool
    archived: bool
    created_at: int
    active_at: int | None
    """When something happened there last, as far as was written down."""


@dataclass(frozen=True, slots=True)
class Member:
    """A user in a room. `joined_at` in microseconds."""

    user: User
    role: Role
    joined_at: int
    muted: bool = False


def clean_line(text: str, field: str) -> str:
    """A name or topic as it is stored: one line, single spaces. Raises BadRequest where it cannot be shown."""
    cleaned = " ".join(text.split())
    if not cleaned.isprintable():
        raise BadRequest(f"The {field} has characters that cannot be shown.", {"fields": [field]})
    return cleaned


def dm_key(one: str, other: str) -> str:
    """The same for a pair of users, whoever opens it."""
    return ":".join(sorted((one, other)))
