"""How many frames a user may send over all sockets.

Each environment counts in memory, and every few seconds adds what it counted to the user's count of this minute in the
store, which tells it what all have counted. In between it knows nothing of the others: so beyond USER_FRAMES a user
gets at most what all the user's sockets send within WRITE_SECONDS, and twice as many frames fit around the end of a
minute. A frame costs no write of its own.
"""

import hashlib
from dataclasses import dataclass
from typing import Final

from chalicelib.domain.connections import RATE_WINDOW_US, USER_FRAMES
from chalicelib.errors import RateLimited
from chalicelib.gateways.base import Clock
from chalicelib.repositories.base import AttemptRepository

WRITE_SECONDS: Final = 5.0


@dataclass(slots=True)
class _Unwritten:
    frames: int
    since: float


class Rates:
    """Counts the frames of users, and refuses those beyond USER_FRAMES a minute."""

    def __init__(self, attempts: AttemptRepository, clock: Clock) -> None:
        self._attempts = attempts
        self._clock = clock
        self._window = 0
        self._written: dict[str, int] = {}
        """Frames of this minute, of all environments, as of this one's last write."""
        self._unwritten: dict[str, _Unwritten] = {}
        """Counted here since, in the order in which they are to be written."""

    def count(self, user: str) -> None:
        """Count a frame. Raises RateLimited, and counts nothing, where the user has used up the minute's."""
        now = self._clock.now()
        self._begin(now // RATE_WINDOW_US)
        unwritten = self._unwritten.get(user)
        if self._written.get(user, 0) + (unwritten.frames if unwritten else 0) >= USER_FRAMES:
            left = -(-(RATE_WINDOW_US - now % RATE_WINDOW_US) // 1_000_000)
            raise RateLimited("Too many frames from all your devices. Wait a minute.", retry_after=left)
        if unwritten is None:
            unwritten = self._unwritten[user] = _Unwritten(0, self._clock.monotonic())
        unwritten.frames += 1

    async def write(self) -> None:
        """Write what was counted WRITE_SECONDS ago and longer. Raises Unavailable; those frames are forgotten then."""
        self._begin(self._clock.now() // RATE_WINDOW_US)
        due = self._clock.monotonic() - WRITE_SECONDS
        ends = (self._window + 1) * RATE_WINDOW_US
        while self._unwritten:
            user, first = next(iter(self._unwritten.items()))
            if first.since > due:
                return
            del self._unwritten[user]
            self._written[user] = await self._attempts.add(_key(user, self._window), first.frames, ends)

    def _begin(self, window: int) -> None:
        # Nothing is carried into the next minute, which also bounds what is remembered.
        if window != self._window:
            self._window = window
            self._written.clear()
            self._unwritten.clear()


def _key(user: str, window: int) -> str:
    # Digested, as all keys of attempts: whoever's account is deleted leaves no id there.
    return hashlib.sha256(f"frames\0{window}\0{user}".encode()).hexdigest()
