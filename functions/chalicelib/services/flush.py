"""Flush: from the log to history, by count and by time, in any order, any number of times."""

import asyncio
import logging
from typing import Final

from chalicelib.domain.log import Event, EventType
from chalicelib.domain.messages import created
from chalicelib.errors import ParleyError
from chalicelib.gateways.base import Clock, Ids, Invoker
from chalicelib.repositories.base import EventRepository, HeadRepository, HistoryRepository, LeaseRepository
from chalicelib.services.concurrency import together
from chalicelib.services.log import Log

FUNCTION: Final = "flush_room"
LEASE_US: Final = 60 * 1_000_000
RANGE: Final = 1_000
"""Events one round reads and writes: bounds what an environment holds in memory."""

BUDGET_SECONDS: Final = 45.0
ROOMS_AT_ONCE: Final = 4
KEEP_US: Final = 8 * 24 * 3600 * 1_000_000
"""Events stay in the log this long after they were flushed: for resumes, and to know resent ids for 7 days."""

log = logging.getLogger("parley.flush")


class FlushTrigger:
    """Starts a flush by count: every `count` events of a room."""

    def __init__(self, invoker: Invoker, count: int) -> None:
        self._invoker = invoker
        self._count = count

    async def after(self, event: Event) -> None:
        """Invoke the flush of the event's room if the event completes a count. Losing it costs time only."""
        if event.seq % self._count == 0 and not await self._invoker.invoke(FUNCTION, {"room": event.room}):
            log.warning("a flush by count was not accepted; the schedule will do it")


class Flush:
    """Moves what is pending in the logs into history."""

    def __init__(
        self,
        events: EventRepository,
        heads: HeadRepository,
        room_log: Log,
        history: HistoryRepository,
        leases: LeaseRepository,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._events = events
        self._heads = heads
        self._log = room_log
        self._history = history
        self._leases = leases
        self._clock = clock
        self._ids = ids

    async def all(self) -> int:
        """Flush every room that has something pending, within the budget; returns the events flushed."""
        until = self._clock.monotonic() + BUDGET_SECONDS
        slots = asyncio.Semaphore(ROOMS_AT_ONCE)

        async def one(room: str) -> int:
            async with slots:
                try:
                    return await self.room(room, until)
                except ParleyError as error:
                    log.warning("room %s stays in the log for now: %s", room, error)
                    return 0

        return sum(await together(*(one(room) for room in await self._events.rooms_pending())))

    async def room(self, room: str, until: float | None = None) -> int:
        """Flush one room unless somebody else is at it; returns the events flushed.

        Everything below may happen twice, overlap, or stop anywhere: rows are written with their event's timestamp,
        the head only rises, and the events are unmarked last.
        """
        deadline = self._clock.monotonic() + BUDGET_SECONDS if until is None else until
        holder = self._ids.ulid()
        lease = f"flush:{room}"
        now = self._clock.now()
        if not await self._leases.take(lease, holder, now, now + LEASE_US):
            return 0
        total = 0
        try:
            while self._clock.monotonic() < deadline:
                done = await self._range(room)
                total += done
                if done < RANGE:
                    break
        finally:
            await self._leases.release(lease, holder)
        return total

    async def _range(self, room: str) -> int:
        flushed = (await self._heads.get(room)).flushed
        events = _dense(await self._log.between(room, flushed.seq, flushed.seq + RANGE), flushed.seq)
        if events:
            await self._history.write([created(it) for it in events if it.type is EventType.MESSAGE_CREATED])
            await self._heads.raise_flushed(room, events[-1].end)
        high = events[-1].seq if events else flushed.seq
        # From 0: a flush that died before this left marks below the place it had reached.
        await self._events.mark_flushed(room, 0, high, self._clock.now() + KEEP_US)
        return len(events)


def _dense(events: list[Event], after: int) -> list[Event]:
    """The events up to the first gap: the cursor never passes what is not visible yet."""
    for index, event in enumerate(events):
        if event.seq != after + index + 1:
            return events[:index]
    return events
