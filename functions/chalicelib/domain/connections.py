"""Connections: one open socket each, from its ticket to its end."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

LEASE_US: Final = 15 * 60 * 1_000_000
"""A connection that showed no life for this long is asked for at the gateway, by the sweep only."""

PENDING_US: Final = 60 * 1_000_000
"""A connection that did not resume within this is taken for dead."""

RATE_WINDOW_US: Final = 60 * 1_000_000
RATE_FRAMES: Final = 600
"""Frames a connection may send in a window. Counters are written every few seconds, so this is approximate."""


USER_FRAMES: Final = 1_200
"""Frames a user may send in a window over all connections: two that are busy all the time. Approximate too."""

CONNECTIONS_PER_USER: Final = 100
"""Sockets one user may have at a time: tabs and devices of a person are far fewer, and each takes part in fan-outs."""


class ConnectionState(StrEnum):
    """PENDING until the first resume: API Gateway cannot deliver to a socket that is still connecting."""

    PENDING = "pending"
    LIVE = "live"


@dataclass(frozen=True, slots=True)
class Connection:
    """A socket as the store knows it. Times in microseconds; `version` is that of the access it carries."""

    id: str
    user: str
    session: str
    state: ConnectionState
    version: int
    rooms: frozenset[str]
    session_expires: int
    lease_until: int
    opened_at: int
    window_start: int = 0
    window_frames: int = 0
    idle: bool = False
    """Nobody has touched the device for a while, as it says itself."""
    silenced: frozenset[str] = frozenset()
    """Those of the rooms that the user may not speak in."""


def last_sign(connection: Connection) -> int:
    """When the connection last showed life, as far as was written down: in microseconds, some seconds early."""
    return connection.lease_until - LEASE_US


def over_rate(connection: Connection, unwritten: int, now: int) -> bool:
    """Whether the connection has used up its frames: those in the store and `unwritten` ones seen since."""
    if now - connection.window_start >= RATE_WINDOW_US:
        return unwritten > RATE_FRAMES
    return connection.window_frames + unwritten > RATE_FRAMES
