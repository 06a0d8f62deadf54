"""Presence: never stored by itself, always derived from live connections, so that it ends with the last lease."""

from dataclasses import dataclass
from enum import StrEnum


class PresenceState(StrEnum):
    """ONLINE while somebody touches one of the user's devices, AWAY while all that are connected lie idle."""

    ONLINE = "online"
    AWAY = "away"
    OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class RoomPresence:
    """Who of a room is connected (away: with idle devices only) and who types there, by user id."""

    online: frozenset[str]
    away: frozenset[str]
    typing: frozenset[str]
