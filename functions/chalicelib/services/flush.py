"""Flush: from the log to history, by count and by time, in any order, any number of times."""

import asyncio
import logging
from collections import Counter
from random import Random
from typing import Final

from chalicelib.domain.log import LINGER_US, RUN_EVENTS, End, Event, EventType, emptied
from chalicelib.domain.messages import Span, mentions_of, number_of, target_of
from chalicelib.domain.samples import MINUTE_US, Sample, added, start_of
from chalicelib.errors import ParleyError
from chalicelib.gateways.base import Clock, Ids, Invoker, Metrics
from chalicelib.metrics import (
    BUFFER_AGE,
    BUFFER_SIZE,
    FLUSH_BATCH,
    FLUSH_FAILURES,
    FLUSH_LAG,
    FLUSHED_EVENTS,
    OLDEST_PENDING,
    ROOMS_BEHIND,
)
from chalicelib.repositories.base import (
    EventRepository,
    ExpiryRepository,
    HeadRepository,
    HistoryRepository,
    LeaseRepository,
    MentionRepository,
    SampleRepository,
)
from chalicelib.services.concurrency import aside, together
from chalicelib.services.log import Log

FUNCTION: Final = "flush_room"
LEASE_US: Final = 60 * 1_000_000
RANGE: Final = 1_000
"""Events one round reads and writes: bounds what an environment holds in memory."""

BUDGET_SECONDS: Final = 45.0
ROOMS_AT_ONCE: Final = 4
ROOMS_LOOKED_AT: Final = 100
"""Rooms that are behind whose age is looked up: where there are more, it is the store that is away, not a room."""

KEEP_US: Final = 8 * 24 * 3600 * 1_000_000
"""Events stay in the log this long after they were flushed: for resumes, and to know resent ids for 7 days."""

Samples = list[tuple[int, Sample]]
"""Each with a time in its minute."""

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
        expiries: ExpiryRepository,
        room_log: Log,
        history: HistoryRepository,
        mentions: MentionRepository,
        leases: LeaseRepository,
        samples: SampleRepository,
        metrics: Metrics,
        clock: Clock,
        ids: Ids,
        random: Random,
    ) -> None:
        self._events = events
        self._heads = heads
        self._expiries = expiries
        self._log = room_log
        self._history = history
        self._mentions = mentions
        self._leases = leases
        self._samples = samples
        self._metrics = metrics
        self._clock = clock
        self._ids = ids
        self._random = random

    async def all(self) -> int:
        """Flush every room that has something pending, within the budget; returns the events flushed.

        What fails or finds no time stays in the log for the next minute: the catch-up is bounded, and a room that
        always fails holds nobody up. How much is behind, and for how long, is told as metrics.
        """
        until = self._clock.monotonic() + BUDGET_SECONDS
        slots = asyncio.Semaphore(ROOMS_AT_ONCE)
        behind: list[str] = []
        samples: Samples = []
        failures = 0

        async def one(room: str) -> int:
            nonlocal failures
            async with slots:
                if self._clock.monotonic() >= until:
                    behind.append(room)
                    return 0
                try:
                    return await self._room(room, until, samples)
                except ParleyError as error:
                    log.warning("room %s stays in the log for now: %s", room, error, extra={"room": room})
                    behind.insert(0, room)
                    failures += 1
                    return 0

        rooms = await self._events.rooms_pending()
        # Where there is not time for all, it must not be the same ones every minute.
        self._random.shuffle(rooms)
        flushed = sum(await together(*(one(room) for room in rooms)))
        await aside("telling how much is behind", self._tell(flushed, failures, behind, samples))
        return flushed

    async def room(self, room: str) -> int:
        """Flush one room unless somebody else is at it; returns the events flushed."""
        samples: Samples = []
        total = await self._room(room, self._clock.monotonic() + BUDGET_SECONDS, samples)
        if samples:
            await aside("keeping samples of a flush", self._samples.add(added(samples, MINUTE_US)))
        return total

    async def _room(self, room: str, until: float, samples: Samples) -> int:
        """Flush one room, no longer than until then; what is to be known of it is added to the samples.

        Everything below may happen twice, overlap, or stop anywhere: rows are written with their event's timestamp,
        the head only rises, and the room stays pending until nothing has come for a while.
        """
        flushed = (await self._heads.get(room)).flushed
        if not await self._events.between(room, flushed.seq, flushed.seq + 1):
            await self._settle(room, flushed)
            return 0
        holder = self._ids.ulid()
        lease = f"flush:{room}"
        now = self._clock.now()
        if not await self._leases.take(lease, holder, now, now + LEASE_US):
            return 0
        total = 0
        try:
            while self._clock.monotonic() < until:
                done, high = await self._range(room, samples)
                total += done
                if done < RANGE:
                    break
            if total:
                await self._expiries.note(room, high, self._clock.now() + KEEP_US)
        finally:
            await self._leases.release(lease, holder)
        return total

    async def _settle(self, room: str, flushed: End) -> None:
        """Let the room no longer be pending, if all that may belong to the runs it had is flushed.

        Whoever began the next run has marked it, and stays marked: it lies above.
        """
        if self._clock.now() - flushed.ts > LINGER_US:
            # Once more: a flush that died after it had raised the head left no note.
            await self._expiries.note(room, flushed.seq, self._clock.now() + KEEP_US)
            await self._events.settle(room, flushed.seq)

    async def _tell(self, flushed: int, failures: int, behind: list[str], samples: Samples) -> None:
        oldest = await together(*(self._oldest(room) for room in behind[:ROOMS_LOOKED_AT]))
        now = self._clock.now()
        age = max(now - min((ts for ts in oldest if ts is not None), default=now), 0) // 1_000_000
        self._metrics.record(FLUSHED_EVENTS, flushed)
        self._metrics.record(FLUSH_FAILURES, failures)
        self._metrics.record(ROOMS_BEHIND, len(behind))
        self._metrics.record(OLDEST_PENDING, age)
        samples.append((now, Sample(failures=failures, behind=len(behind), buffer_age=age)))
        await self._samples.add(added(samples, MINUTE_US))

    async def _oldest(self, room: str) -> int | None:
        """Time of the first event of the room that is not flushed."""
        flushed = (await self._heads.get(room)).flushed
        events = await self._events.between(room, flushed.seq, flushed.seq + 1)
        return events[0].ts if events else None

    async def _range(self, room: str, samples: Samples) -> tuple[int, int]:
        """Flush what follows in the log, RANGE at most: the number of events, and the last place that is flushed."""
        flushed = (await self._heads.get(room)).flushed
        events = _dense(await self._log.between(room, flushed.seq, flushed.seq + RANGE), flushed.seq)
        if events:
            waiting = len(events) if len(events) < RANGE else (await self._log.end(room)).seq - flushed.seq
            self._metrics.record(BUFFER_SIZE, waiting)
            age = self._age(events[0])
            self._metrics.record(BUFFER_AGE, age)
            events = await self._redacted(room, events)
            await self._history.apply(room, events)
            await self._note_mentions(room, events)
            await self._heads.raise_flushed(room, events[-1].end)
            self._metrics.record(FLUSH_BATCH, len(events))
            self._metrics.record(FLUSH_LAG, self._age(events[0]))
            samples.append((self._clock.now(), Sample(events=len(events), buffer_age=age)))
            samples += _said(events)
            begins = events[-1].seq // RUN_EVENTS * RUN_EVENTS
            if begins > flushed.seq:
                # What is not flushed belongs to this run, or to one that began later.
                await self._events.settle(room, begins - 1)
        return len(events), events[-1].seq if events else flushed.seq

    def _age(self, event: Event) -> int:
        """Seconds since the event, by this environment's clock."""
        return max(self._clock.now() - event.ts, 0) // 1_000_000

    async def _redacted(self, room: str, events: list[Event]) -> list[Event]:
        """The events without the texts that those among them delete, which are emptied in the log first.

        First, because afterwards nobody knows any more which events carried them: the history forgets the versions of
        a deleted message. Edits before the deletion are flushed already or in the range.
        """
        gone: set[int] = set()
        for n in {target_of(it) for it in events if it.type is EventType.MESSAGE_DELETED}:
            gone |= {it.seq for it in await self._history.versions(room, n)}
            gone |= {row.seq for row in await self._history.read(room, Span(n, n))}
            gone |= {it.seq for it in events if it.type in _TEXTS and number_of(it) == n}
        if not gone:
            return events
        await self._events.redact(room, sorted(gone))
        return [emptied(it) if it.seq in gone else it for it in events]

    async def _note_mentions(self, room: str, events: list[Event]) -> None:
        """Set whom each message of the range mentions after it."""
        latest = {number_of(it): it for it in events if it.type in _TEXTS or it.type is EventType.MESSAGE_DELETED}
        for n, event in latest.items():
            users = mentions_of(event)
            if users or event.type is not EventType.MESSAGE_CREATED:
                await self._mentions.note(room, n, users, event.seq)
        # Noted first, and not found in the log after: who asks in between finds a mention twice, never not at all.
        if seqs := [it.seq for it in events if mentions_of(it)]:
            await self._events.settle_mentions(room, seqs)


def _said(events: list[Event]) -> Samples:
    """Messages by the minute in which they were said, which after an outage is not that of their flush."""
    created = (it for it in events if it.type is EventType.MESSAGE_CREATED)
    minutes = Counter(start_of(it.ts, MINUTE_US) for it in created)
    return [(minute, Sample(messages=number)) for minute, number in minutes.items()]


_TEXTS: Final = frozenset((EventType.MESSAGE_CREATED, EventType.MESSAGE_EDITED))


def _dense(events: list[Event], after: int) -> list[Event]:
    """The events up to the first gap: the cursor never passes what is not visible yet."""
    for index, event in enumerate(events):
        if event.seq != after + index + 1:
            return events[:index]
    return events
