"""Expiry: deletes from the log, in small ranges, what was flushed long enough ago."""

from typing import Final

from chalicelib.gateways.base import Clock
from chalicelib.repositories.base import EventRepository, Expiry, ExpiryRepository, HeadRepository

BUDGET_SECONDS: Final = 10.0
NOTES: Final = 100
RANGE: Final = 50
"""Places deleted at once: an embedded store takes 0.6 ms for each event, and whoever sends meanwhile waits for it."""


class Expiring:
    """Works off the notes that flushes have left."""

    def __init__(
        self, events: EventRepository, heads: HeadRepository, expiries: ExpiryRepository, clock: Clock
    ) -> None:
        self._events = events
        self._heads = heads
        self._expiries = expiries
        self._clock = clock

    async def run(self) -> int:
        """Delete what is due, within the budget; returns the events deleted. The rest is due in a minute as well."""
        until = self._clock.monotonic() + BUDGET_SECONDS
        deleted = 0
        while due := await self._expiries.due(self._clock.now(), NOTES):
            for expiry in due:
                deleted += await self._delete(expiry, until)
                if self._clock.monotonic() >= until:
                    return deleted
        return deleted

    async def cut(self, room: str, low: int, high: int, until: float) -> tuple[int, int]:
        """Delete a log's events in low < seq <= high while there is time; returns the place reached, and how many.

        What was deleted before is stepped over, and so is the gap that a restored backup leaves in the numbers.
        """
        total = 0
        while low < high and self._clock.monotonic() < until:
            first = await self._events.first_after(room, low)
            if first is None or first > high:
                return high, total
            low = min(first - 1 + RANGE, high)
            total += await self._events.delete(room, first - 1, low)
        return low, total

    async def _delete(self, expiry: Expiry, until: float) -> int:
        """Delete the log up to the note's place, or as far as there is time for; never what is not flushed, nor the
        beginning of a run with something that may not be, by which it will be found: these go with a later note.

        May stop anywhere, and be done twice at once: what is deleted already costs a call that finds nothing.
        """
        head = await self._heads.get(expiry.room)
        pending = await self._events.pending_from(expiry.room)
        low, high = head.expired, min(expiry.seq, head.flushed.seq)
        if pending is not None:
            high = min(high, pending - 1)
        low, total = await self.cut(expiry.room, low, high, until)
        if low > head.expired:
            await self._heads.raise_expired(expiry.room, low)
        if low >= high:
            await self._expiries.done(expiry)
        return total
