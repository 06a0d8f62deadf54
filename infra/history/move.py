"""Copies what the source has and the target has not, room by room. Nothing is written into the source."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from chalicelib.domain.log import End
from chalicelib.domain.messages import CHANGES, Span, target_of
from chalicelib.repositories.base import EventRepository, Head, HeadRepository, HistoryRepository
from infra.history.progress import NOTHING, Done, Progress
from infra.history.records import Record, page_of, page_span, pages, read
from infra.history.remaking import remaking, rev_as_of
from infra.history.rooms import LogExpired, flushed_rooms, flushed_since

_ROOMS_AT_ONCE: Final = 4


@dataclass(slots=True)
class Counts:
    """What a pass has done."""

    rooms: int = 0
    compared: int = 0
    """Messages looked at; rooms in which nothing was flushed since the last pass cost none."""
    written: int = 0


class Move:
    """Passes over all rooms. Each leaves the target as the source was when the pass began, or later.

    A pass goes on where the last one stopped, and may be killed anywhere. Of what was copied before it looks only at
    pages on which something has changed since, as long as the log still has the changes (8 days).
    """

    def __init__(
        self,
        source: HistoryRepository,
        target: HistoryRepository,
        heads: HeadRepository,
        events: EventRepository,
        progress: Progress,
        report: Callable[[Counts], None] = lambda _: None,
    ) -> None:
        """`report` is called with the present counts again and again."""
        self._source = source
        self._target = target
        self._heads = heads
        self._events = events
        self._progress = progress
        self._report = report
        self._counts = Counts()

    async def run(self) -> Counts:
        """One pass. Raises Unavailable when a store does not answer."""
        self._counts = Counts()
        async for heads in flushed_rooms(self._heads):
            await self._several(heads)
        return self._counts

    async def left(self) -> int:
        """Rooms of which something was flushed that has not been copied."""
        rooms = 0
        async for heads in flushed_rooms(self._heads):
            for head in heads:
                rooms += await self._progress.of(head.room) != Done(head.flushed.seq, head.flushed.n)
        return rooms

    async def _several(self, heads: list[Head]) -> None:
        slots = asyncio.Semaphore(_ROOMS_AT_ONCE)

        async def one(head: Head) -> None:
            async with slots:
                await self._room(head)

        try:
            async with asyncio.TaskGroup() as group:
                for head in heads:
                    group.create_task(one(head))
        except ExceptionGroup as errors:
            # The others were cancelled, or failed for much the same reason.
            raise errors.exceptions[0] from None

    async def _room(self, head: Head) -> None:
        done = await self._progress.of(head.room)
        if done != Done(head.flushed.seq, head.flushed.n):
            await self._catch_up(head.room, done, head.flushed)
        self._counts.rooms += 1
        self._report(self._counts)

    async def _catch_up(self, room: str, done: Done, flushed: End) -> None:
        try:
            changed = await self._changed_pages(room, done, flushed)
        except LogExpired:
            changed, done = [], NOTHING
        for page in changed:
            await self._copy(room, page_span(page, done.n), flushed)
        await self._progress.set(room, Done(flushed.seq, done.n))
        for page in pages(done.n + 1, flushed.n):
            span = page_span(page, flushed.n)
            await self._copy(room, span, flushed)
            await self._progress.set(room, Done(flushed.seq, span.high))

    async def _changed_pages(self, room: str, done: Done, flushed: End) -> list[int]:
        """Pages of what is done on which something was changed since. Raises LogExpired."""
        changed: set[int] = set()
        async for events in flushed_since(self._events, room, done.seq, flushed.seq if done.n else 0):
            changed |= {page_of(target_of(it)) for it in events if it.type in CHANGES and target_of(it) <= done.n}
        return sorted(changed)

    async def _copy(self, room: str, span: Span, flushed: End) -> None:
        source = await read(self._source, room, span)
        target = await read(self._target, room, span)
        wrong = {n: record for n, record in source.items() if target.get(n) != record}
        await self._write(room, wrong, target, flushed)
        self._counts.compared += len(source)
        self._counts.written += len(wrong)
        self._report(self._counts)

    async def _write(self, room: str, wrong: dict[int, Record], target: dict[int, Record], flushed: End) -> None:
        events = [event for n, record in wrong.items() for event in remaking(record, target.get(n), flushed)]
        await self._target.apply(room, sorted(events, key=lambda event: event.seq))
        revs = {n: rev_as_of(record.message, flushed) for n, record in wrong.items()}
        await self._target.raise_revs(
            room, {n: rev for n, rev in revs.items() if rev > wrong[n].message.seq}, flushed.ts
        )
