"""Presence: never stored by itself, always derived from live connections, so that it ends with the last lease."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RoomPresence:
    """Who of a room is connected and who types there, by user id."""

    online: frozenset[str]
    typing: frozenset[str]
