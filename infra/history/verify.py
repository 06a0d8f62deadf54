"""Compares two histories of a deployment, room by room and row by row, in full."""

from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass, field

from chalicelib.domain.log import Event
from chalicelib.domain.messages import CHANGES, target_of
from chalicelib.repositories.base import EventRepository, Head, HeadRepository, HistoryRepository
from infra.history.progress import Progress
from infra.history.records import Record, differences, page_span, pages, read
from infra.history.rooms import flushed_rooms, not_flushed


@dataclass(slots=True)
class Comparison:
    """One room's two histories."""

    room: str
    source: int = 0
    """Messages in the source."""
    target: int = 0
    different: dict[int, list[str]] = field(default_factory=dict)
    """By number, the names of what is not the same; "source" or "target" for a message that is missing there."""


class Verification:
    """Compares all that is flushed. It writes nothing, but has the next move look at rooms that differ anew.

    Rows are compared as readers get them, with what the log has after the flush applied: a flush that was killed may
    have left a part of that in the source, and none of it in the target.
    """

    def __init__(
        self,
        source: HistoryRepository,
        target: HistoryRepository,
        heads: HeadRepository,
        events: EventRepository,
        progress: Progress,
    ) -> None:
        self._source = source
        self._target = target
        self._heads = heads
        self._events = events
        self._progress = progress

    async def rooms(self) -> AsyncIterator[Comparison]:
        """Every room's comparison, by id. Raises Unavailable when a store does not answer."""
        async for heads in flushed_rooms(self._heads):
            for head in heads:
                comparison = await self._room(head)
                if comparison.different:
                    await self._progress.forget(head.room)
                yield comparison

    async def _room(self, head: Head) -> Comparison:
        comparison = Comparison(head.room)
        for page in pages(1, head.flushed.n):
            span = page_span(page, head.flushed.n)
            source, target = await read(self._source, head.room, span), await read(self._target, head.room, span)
            comparison.source += len(source)
            comparison.target += len(target)
            unequal = {n for n in source.keys() | target.keys() if source.get(n) != target.get(n)}
            changes = await self._still_to_come(head, unequal) if unequal else {}
            for n in sorted(unequal):
                if found := _different(source.get(n), target.get(n), changes.get(n, [])):
                    comparison.different[n] = found
        return comparison

    async def _still_to_come(self, head: Head, numbers: Collection[int]) -> Mapping[int, list[Event]]:
        """What the log has for these messages and readers apply to what either history has."""
        found: defaultdict[int, list[Event]] = defaultdict(list)
        async for events in not_flushed(self._events, head.room, head.flushed.seq):
            for event in events:
                if event.type in CHANGES and target_of(event) in numbers:
                    found[target_of(event)].append(event)
        return found


def _different(source: Record | None, target: Record | None, changes: list[Event]) -> list[str]:
    if source is None or target is None:
        return ["source" if source is None else "target"]
    return differences(source.after(changes), target.after(changes))
