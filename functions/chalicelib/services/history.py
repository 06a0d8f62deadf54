"""History: pages of a room's messages, the same before, during and after a flush."""

import logging
from collections.abc import Iterable, Sequence
from typing import Final

from chalicelib.domain.log import End, Event, EventType
from chalicelib.domain.messages import CHANGES, Message, Span, Version, changed, created, page, target_of
from chalicelib.errors import NotFound, Unavailable
from chalicelib.repositories.base import EventRepository, HeadRepository, HistoryRepository
from chalicelib.services.concurrency import together
from chalicelib.services.log import STRIDE, Log

KEPT_EVENTS: Final = 5_000
"""Events that are read from the log at most to make up for a history that is away: half a second's worth."""

log = logging.getLogger("parley.history")


class History:
    """Reads messages, from wherever they are."""

    def __init__(
        self, room_log: Log, events: EventRepository, heads: HeadRepository, history: HistoryRepository
    ) -> None:
        self._log = room_log
        self._events = events
        self._heads = heads
        self._history = history

    async def page(
        self, room: str, before: int | None, after: int | None, limit: int
    ) -> tuple[list[Message], int, int]:
        """Messages ascending by n, the seq they are as of, and how many the room has.

        What is flushed by now comes from history, the rest and every later change from the log. A flush that runs
        meanwhile moves nothing away: events are kept for days after it, and a row that has more than was asked for
        is changed again by what the reader applies next. Raises Unavailable where history does not answer and the log
        does not reach back far enough.
        """
        flushed = (await self._heads.get(room)).flushed
        end = await self._log.end(room)
        wanted = page(end.n, before, after, limit)
        if not wanted:
            return [], end.seq, end.n
        rows = await self._rows(room, wanted, flushed, end)
        changes = await self._changes(room, wanted, flushed.seq, end.seq)
        return _applied(rows, changes), end.seq, end.n

    async def message(self, room: str, n: int) -> Message:
        """One message as it is now. Raises NotFound."""
        rows, _, _ = await self.page(room, n + 1, None, 1)
        if not rows or rows[0].n != n:
            raise NotFound("There is no such message.")
        return rows[0]

    async def first_since(self, room: str, since: int) -> int | None:
        """The number of the first message written at `since` or later, in microseconds; None where all are older.

        Times rise with numbers, so it is found by halving: 17 rows are read among 100,000. Raises Unavailable.
        """
        flushed = (await self._heads.get(room)).flushed
        end = await self._log.end(room)
        low, high = 1, end.n + 1
        while low < high:
            middle = (low + high) // 2
            # No change moves a message in time.
            rows = await self._rows(room, Span(middle, middle), flushed, end)
            if rows and rows[0].ts >= since:
                high = middle
            else:
                low = middle + 1
        return None if low > end.n else low

    async def versions(self, room: str, n: int) -> list[Version]:
        """The texts a message had, ascending, the present one last; none of a deleted one. Raises NotFound."""
        message = await self.message(room, n)
        if message.deleted_at is not None:
            return []
        head = await self._heads.get(room)
        stored = await self._history.versions(room, n) if n <= head.flushed.n else []
        last = stored[-1].seq if stored else 0
        low, high = max(last, head.flushed.seq), (await self._log.end(room)).seq
        events = await self._changes(room, Span(n, n), low, high)
        if not stored:
            events = [*await self._log.between(room, message.seq - 1, message.seq), *events]
        texts = [it for it in events if it.type in {EventType.MESSAGE_CREATED, EventType.MESSAGE_EDITED}]
        return [*stored, *(Version(it.seq, it.ts, it.sender, str(it.body["text"])) for it in texts)]

    async def _rows(self, room: str, span: Span, flushed: End, end: End) -> list[Message]:
        """The span's messages as they were at `flushed`, or were said since then."""
        stored, hot = await together(
            self._flushed(room, span.part(1, flushed.n), end),
            self._hot(room, span.part(flushed.n + 1, end.n), flushed.seq, end.seq - end.n),
        )
        return [*stored, *hot]

    async def _flushed(self, room: str, span: Span, end: End) -> list[Message]:
        """Rows of the span; while the history is away, from the events they were made of, as long as these are kept."""
        if not span:
            return []
        try:
            return await self._history.read(room, span)
        except Unavailable:
            kept = await self._kept(room, span, end)
            if kept is None:
                raise
            log.warning("a page of room %s came from its log, as history did not answer", room)
            return kept

    async def _kept(self, room: str, span: Span, end: End) -> list[Message] | None:
        """The span's messages made from the log; None where it does not have all that happened to them."""
        start = await self._log.place(room, span.low, end)
        if start is None or end.seq - start >= KEPT_EVENTS:
            return None
        events = await self._log.between(room, start - 1, end.seq)
        if len(events) != end.seq - start + 1:
            return None
        changes = [it for it in events if it.type in CHANGES]
        return _applied(list(_by_number(events, span).values()), changes)

    async def _hot(self, room: str, span: Span, flushed_seq: int, others: int) -> list[Message]:
        """Messages of the span from the log, walking back from the last place its end can be at.

        `others` is how many of the log's events are no messages: message n is at seq n + others at the latest.
        """
        found: dict[int, Message] = {}
        high = span.high + others
        while span and high > flushed_seq and span.low not in found:
            low = max(high - STRIDE, flushed_seq)
            found |= _by_number(await self._log.between(room, low, high), span)
            high = low
        return [found[n] for n in sorted(found)]

    async def _changes(self, room: str, span: Span, low: int, high: int) -> list[Event]:
        """Changes of the span's messages in the log, in bounded strides."""
        found: list[Event] = []
        for start in range(low, high, STRIDE):
            found += await self._events.changes(room, start, min(start + STRIDE, high), span)
        return found


def _by_number(events: Iterable[Event], span: Span) -> dict[int, Message]:
    return {
        event.n: created(event)
        for event in events
        if event.type is EventType.MESSAGE_CREATED and span.low <= event.n <= span.high
    }


def _applied(messages: Sequence[Message], changes: Iterable[Event]) -> list[Message]:
    rows = {message.n: message for message in messages}
    for event in changes:
        if (target := target_of(event)) in rows:
            rows[target] = changed(rows[target], event)
    return list(rows.values())
