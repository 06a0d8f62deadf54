"""Expiry: deletes from the log, in small ranges, what was flushed long enough ago."""

from typing import Final

from chalicelib.gateways.base import Clock
from chalicelib.repositories.base import EventRepository, Expiry, ExpiryRepository, HeadRepository

BUDGET_SECONDS: Final = 10.0
NOTES: Final = 100
RANGE: Final = 50
"""Places deleted at once: an embedded store takes 0.6 ms for each event, and whoever sends meanwhile waits for it."""

FAR: Final = 1_000
"""Places looked at together where nothing is left: after a head was lost, and what an older Parley let expire."""


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
        total, places = 0, RANGE
        while low < high and self._clock.monotonic() < until:
            deleted = await self._events.delete(expiry.room, low, min(low + places, high))
            low, total = min(low + places, high), total + deleted
            places = RANGE if deleted else min(places * 2, FAR)
        if low > head.expired:
            await self._heads.raise_expired(expiry.room, low)
        if low >= high:
            await self._expiries.done(expiry)
        return total
