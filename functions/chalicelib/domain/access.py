"""Access: which rooms and sessions a user has, as PostgreSQL last said, in versions."""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Access:
    """All a user may do on a socket. A higher version replaces a lower one, never the other way."""

    user: str
    version: int
    rooms: frozenset[str]
    sessions: frozenset[str]
    silenced: frozenset[str] = frozenset()
    """Those of the rooms that the user may read and not speak in."""
    blocked: frozenset[str] = frozenset()
    """Users who cannot mention this one."""


class ChangeKind(StrEnum):
    """Why access changed."""

    SESSION = "session"
    JOINED = "joined"
    LEFT = "left"
    UPDATED = "updated"
    """Not access, but what a room is called: it goes the same way."""
    ERASED = "erased"
    """The account was deleted: what MongoDB has of the user goes."""
    PLACED = "placed"
    """The user has another role in the room, or may speak there no longer, or again."""
    REFRESHED = "refreshed"
    """What the user may do has changed, and no log says so or another row does."""


@dataclass(frozen=True, slots=True)
class AccessChange:
    """A row of the outbox: written with the change in one transaction, applied after it, any number of times.

    `room` and `event` (the id the log knows the change by) are set for all but SESSION, ERASED and REFRESHED; `actor`
    is who did it.
    """

    id: int
    user: str
    kind: ChangeKind
    room: str | None
    actor: str | None
    event: str | None
