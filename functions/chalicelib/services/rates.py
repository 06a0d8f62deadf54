"""How many frames a user may send over all sockets.

Each environment counts in memory, and every few seconds adds what it counted to the user's count of this minute in the
store, which tells it what all have counted. In between it knows nothing of the others: so beyond USER_FRAMES a user
gets at most what all the user's sockets send within WRITE_SECONDS, and twice as many frames fit around the end of a
minute. A frame costs no write of its own.
"""

from dataclasses import dataclass
from typing import Final

from chalicelib.domain.digests import digest
from chalicelib.domain.throttles import FRAMES
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
        self._ends = 0
        self._written: dict[str, int] = {}
        """Frames of this minute, of all environments, as of this one's last write."""
        self._unwritten: dict[str, _Unwritten] = {}
        """Counted here since, in the order in which they are to be written."""

    def count(self, user: str) -> None:
        """Count a frame. Raises RateLimited, and counts nothing, where the user has used up the minute's."""
        now = self._clock.now()
        self._begin(now)
        unwritten = self._unwritten.get(user)
        if self._written.get(user, 0) + (unwritten.frames if unwritten else 0) >= FRAMES.attempts:
            message = "Too many frames from all your devices. Wait a minute."
            raise RateLimited(message, retry_after=FRAMES.seconds_left(now))
        if unwritten is None:
            unwritten = self._unwritten[user] = _Unwritten(0, self._clock.monotonic())
        unwritten.frames += 1

    async def write(self) -> None:
        """Write what was counted WRITE_SECONDS ago and longer. Raises Unavailable; those frames are forgotten then."""
        now = self._clock.now()
        self._begin(now)
        due = self._clock.monotonic() - WRITE_SECONDS
        while self._unwritten:
            user, first = next(iter(self._unwritten.items()))
            if first.since > due:
                return
            del self._unwritten[user]
            # Digested, as all keys of attempts: whoever's account is deleted leaves no id there.
            key = digest(FRAMES.key(user, now=now))
            self._written[user] = await self._attempts.add(key, first.frames, FRAMES.ends(now))

    def _begin(self, now: int) -> None:
        # Nothing is carried into the next minute, which also bounds what is remembered.
        if now >= self._ends:
            self._ends = FRAMES.ends(now)
            self._written.clear()
            self._unwritten.clear()
