"""The room log: the one way an event gets in, and the ways to read it back.

Appending is a compare-and-set on the log's end. Whatever an append depends on is read after the end was learnt and
again after every collision, so a change that got in between (a kick, a deletion) is always seen.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random
from typing import Final

from chalicelib.domain.log import EMPTY, Draft, End, Event, follow, same
from chalicelib.errors import IdConflict, ParleyError, Unavailable
from chalicelib.gateways.base import Clock
from chalicelib.repositories.base import EventRepository, Head, HeadRepository

STRIDE: Final = 256
"""Events read at once when walking the log: ranges are bounded, since not every store stops early at a limit."""

REMEMBER_SECONDS: Final = 60.0
"""How long an environment trusts an end it saw. Events are kept for days after they were flushed, so a remembered
place that was taken meanwhile is still taken, and the unique index says so."""

REMEMBERED_ROOMS: Final = 1_000
HEAD_SECONDS: Final = 1.0
ATTEMPTS: Final = 64
_BACK_OFF_SECONDS: Final = 0.002
_BACK_OFF_MOST: Final = 0.1

Check = Callable[[bool], Awaitable[None]]
"""Raises a refusal when the append may not happen as things stand. Called with True when what the operation read at
its start no longer serves: the log's end was learnt after it, so the truth must be read again."""


@dataclass(frozen=True, slots=True)
class Appended:
    """What became of a draft: its event, and whether it was there already."""

    event: Event
    replayed: bool


@dataclass(slots=True)
class _Remembered:
    end: End
    seen_at: float
    head_raised_at: float


class Log:
    """Appends to and reads from the logs of all rooms."""

    def __init__(self, events: EventRepository, heads: HeadRepository, clock: Clock, random: Random) -> None:
        self._events = events
        self._heads = heads
        self._clock = clock
        self._random = random
        self._remembered: OrderedDict[str, _Remembered] = OrderedDict()

    async def append(self, draft: Draft, check: Check) -> Appended:
        """Give the draft the next place in its room's log; a draft with a known id gets its original event.

        `check` runs before every attempt. Raises its refusal (unless the id is known already: then the original
        counts), IdConflict when the id stands for something else, and Unavailable when the room is so busy
        that no place could be had.
        """
        end, learnt_now = await self._known_end(draft.room)
        for attempt in range(ATTEMPTS):
            try:
                await check(learnt_now)
            except ParleyError:
                original = await self._original(draft)
                if original is None:
                    raise
                return Appended(original, replayed=True)
            event = follow(end, draft, self._clock.now())
            if await self._events.insert(event):
                self._remember(draft.room, event.end)
                return Appended(event, replayed=False)
            # The place is taken, or the id is known, or both: what follows the end we had tells most of it, and the
            # next attempt the rest.
            await self._back_off(attempt)
            newer = await self._events.between(draft.room, end.seq, end.seq + STRIDE)
            if not newer and (original := await self._original(draft)) is not None:
                return Appended(original, replayed=True)
            end, learnt_now = await self._end_after(draft.room, newer), True
        raise Unavailable("The room is too busy just now. Send it again, with the same id.")

    async def raise_head(self, room: str) -> None:
        """Write down where the log ends, unless this environment did so less than a second ago.

        Only a hint for readers and for whoever learns the end next: losing it costs a longer walk.
        """
        known = self._remembered.get(room)
        now = self._clock.monotonic()
        if known is None or now - known.head_raised_at < HEAD_SECONDS:
            return
        known.head_raised_at = now
        await self._heads.raise_end(room, known.end)

    async def end(self, room: str) -> End:
        """Where the log ends now, read from the store."""
        head = await self._heads.get(room)
        return await self._walk_to_end(room, head)

    async def between(self, room: str, low: int, high: int) -> list[Event]:
        """Events with low < seq <= high, ascending, read in bounded strides; those that expired are missing."""
        found: list[Event] = []
        for start in range(low, high, STRIDE):
            found += await self._events.between(room, start, min(start + STRIDE, high))
        return found

    async def _original(self, draft: Draft) -> Event | None:
        event = await self._events.by_id(draft.room, draft.sender, draft.id)
        if event is not None and not same(event, draft):
            raise IdConflict("This id was used before for something else. Take a new one.")
        return event

    async def _known_end(self, room: str) -> tuple[End, bool]:
        """The log's end, and whether it had to be learnt for this."""
        known = self._remembered.get(room)
        if known is not None and self._clock.monotonic() - known.seen_at < REMEMBER_SECONDS:
            return known.end, False
        end = await self.end(room)
        self._remember(room, end)
        return end, True

    async def _end_after(self, room: str, newer: list[Event]) -> End:
        """The log's end, given the events after the one that turned out to be old (none: it had expired)."""
        end = newer[-1].end if 0 < len(newer) < STRIDE else await self.end(room)
        self._remember(room, end)
        return end

    async def _walk_to_end(self, room: str, head: Head) -> End:
        end = max(head.end, head.flushed, EMPTY, key=lambda place: place.seq)
        while True:
            after = await self._events.between(room, end.seq, end.seq + STRIDE)
            if after:
                end = after[-1].end
            if len(after) < STRIDE:
                return end

    def _remember(self, room: str, end: End) -> None:
        now = self._clock.monotonic()
        known = self._remembered.get(room)
        raised = known.head_raised_at if known is not None else -HEAD_SECONDS
        self._remembered[room] = _Remembered(end, now, raised)
        self._remembered.move_to_end(room)
        while len(self._remembered) > REMEMBERED_ROOMS:
            self._remembered.popitem(last=False)

    async def _back_off(self, attempt: int) -> None:
        # An environment that was overtaken while idle has nobody to wait for. Then full jitter, so that senders that
        # collided do not collide in step again.
        if attempt:
            await self._clock.sleep(self._random.uniform(0, min(_BACK_OFF_SECONDS * 2**attempt, _BACK_OFF_MOST)))
