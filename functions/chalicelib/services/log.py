"""The room log: the one way an event gets in, and the ways to read it back.

Appending is a compare-and-set on the log's end. Whatever an append depends on is read after the end was learnt, and
again where the log moved on in a way that may have changed it, so a change that got in between (a kick, a deletion) is
always seen.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from chalicelib.domain.log import EMPTY, Draft, End, Event, EventType, Place, begins_run, follow, same
from chalicelib.errors import IdConflict, ParleyError, Unavailable
from chalicelib.gateways.base import Clock
from chalicelib.repositories.base import EventRepository, Head, HeadRepository
from chalicelib.services.concurrency import together

STRIDE: Final = 256
"""Events read at once when walking the log: ranges are bounded, since not every store stops early at a limit."""

PLACES: Final = 500
"""Places looked up in one call."""

REMEMBER_SECONDS: Final = 60.0
"""How long an environment trusts an end it saw. Events are kept for days after they were flushed, so a remembered
place that was taken meanwhile is still taken, and the unique index says so."""

REMEMBERED_ROOMS: Final = 1_000
ATTEMPTS: Final = 64
_WALKS: Final = 8
_BACK_OFF_SECONDS: Final = 0.002
_BACK_OFF_MOST: Final = 0.1
_SECOND_US: Final = 1_000_000
_TAKING: Final = frozenset((EventType.MEMBER_LEFT, EventType.ROOM_UPDATED))

Check = Callable[[bool], Awaitable[None]]
"""Raises a refusal when the append may not happen as things stand. Called with True when what the operation read at
its start no longer serves: the log's end was learnt after it, or the log has since taken the room, or the voice in
it, from the draft's author. Then the truth must be read again."""


@dataclass(frozen=True, slots=True)
class Approach:
    """A log's end as it was known before an operation read anything, and the events that were seen to follow it.

    Both together tell what the operation's reads may have missed: a user who is taken out of a room loses the access
    first and is out of its log after, so what was read before those events holds unless one of them says otherwise.
    """

    known: End
    since: Sequence[Event] = ()

    @property
    def end(self) -> End:
        """The log's end as far as it is known."""
        return self.since[-1].end if self.since else self.known


@dataclass(frozen=True, slots=True)
class Appended:
    """What became of a draft: its event, whether it was there already, and whether the head is due to be raised."""

    event: Event
    replayed: bool
    raises_head: bool = False


@dataclass(slots=True)
class _Remembered:
    end: End
    seen_at: float
    overtaken: bool
    """Others write here too: when last looked at, the log had gone on from what was remembered."""


class Log:
    """Appends to and reads from the logs of all rooms."""

    def __init__(self, events: EventRepository, heads: HeadRepository, clock: Clock, random: Random) -> None:
        self._events = events
        self._heads = heads
        self._clock = clock
        self._random = random
        self._remembered: OrderedDict[str, _Remembered] = OrderedDict()

    async def approach(self, room: str) -> Approach | None:
        """Where an append to the room would begin. None if that is yet to be learnt, which `append` does.

        To be called before, or together with, the reads that the append depends on. Costs nothing while nobody else
        writes to the room; otherwise one read, which is less than the collision that it saves.
        """
        known = self._fresh(room)
        if known is None or not known.overtaken:
            return None if known is None else Approach(known.end)
        newer = await self._events.between(room, known.end.seq, known.end.seq + STRIDE)
        known.overtaken = bool(newer)
        return Approach(known.end, newer) if not newer or _all_after(known.end, newer) else None

    async def append(self, draft: Draft, check: Check, approach: Approach | None = None) -> Appended:
        """Give the draft the next place in its room's log; a draft with a known id gets its original event.

        `check` runs before every attempt. Raises its refusal (unless the id is known already: then the original
        counts), IdConflict when the id stands for something else, and Unavailable when the room is so busy
        that no place could be had.
        """
        end = approach.end if approach else await self._known_end(draft.room)
        again = approach is None or _takes_out(draft.sender, approach.since)
        overtaken = approach is not None and bool(approach.since)
        for attempt in range(ATTEMPTS):
            try:
                await check(again)
            except ParleyError:
                original = await self._original(draft)
                if original is None:
                    raise
                return Appended(original, replayed=True)
            event = follow(end, draft, self._clock.now())
            if await self._events.insert(event, begins=begins_run(end, event)):
                self._remember(draft.room, event.end, overtaken=overtaken)
                return Appended(event, replayed=False, raises_head=event.ts // _SECOND_US > end.ts // _SECOND_US)
            # The place is taken, or the id is known, or both: what follows the end we had tells most of it, and the
            # next attempt the rest.
            await self._back_off(attempt + overtaken)
            newer = await self._events.between(draft.room, end.seq, end.seq + STRIDE)
            if not newer and (original := await self._original(draft)) is not None:
                return Appended(original, replayed=True)
            complete = _all_after(end, newer)
            again, overtaken = not complete or _takes_out(draft.sender, newer), True
            end = newer[-1].end if complete else await self.end(draft.room)
        raise Unavailable("The room is too busy just now. Send it again, with the same id.")

    async def raise_head(self, appended: Appended) -> None:
        """Write down where the log ends, for the first event of each second, whichever environment appends it.

        Only a hint for readers and for whoever learns the end next: losing it costs a longer walk.
        """
        if appended.raises_head:
            await self._heads.raise_end(appended.event.room, appended.event.end)

    async def end(self, room: str) -> End:
        """Where the log ends now, read from the store."""
        head = await self._heads.get(room)
        return await self._walk(room, _last_known(head))

    async def ends(self, rooms: Iterable[str]) -> dict[str, End]:
        """Where several logs end now: their heads in one call, then in another which of them have gone on.

        Those, which are the rooms somebody wrote to within a second, are read one by one, a few at a time.
        """
        heads = {room: Head(room, EMPTY, EMPTY, 0) for room in rooms}
        heads |= {head.room: head for head in await self._heads.many(heads)}
        ends = {room: _last_known(head) for room, head in heads.items()}
        gone_on = {it.room: it.end for it in await self._at([(room, end.seq + 1) for room, end in ends.items()])}
        slots = asyncio.Semaphore(_WALKS)

        async def walk(room: str) -> End:
            async with slots:
                return await self._walk(room, gone_on[room])

        return ends | dict(zip(gone_on, await together(*(walk(it) for it in gone_on)), strict=True))

    async def reaches(self, room: str, n: int) -> bool:
        """Whether the room has n messages by now; the store is asked only when what is remembered does not say yes."""
        known = self._remembered.get(room)
        return (known is not None and known.end.n >= n) or (await self.end(room)).n >= n

    async def place(self, room: str, n: int, end: End) -> int | None:
        """Seq of the event that created message n of a log that ends at `end`; None where it has expired.

        A search by halves, as n only rises with seq: message n is at n at the earliest, and at the latest as many
        places after that as the log has events that are no messages. What has expired lies before what has not.
        """
        low, high = n, n + end.seq - end.n
        while low < high:
            middle = (low + high) // 2
            event = await self._event(room, middle)
            if event is not None and event.n >= n:
                high = middle
            else:
                low = middle + 1
        event = await self._event(room, low)
        return low if event is not None and event.n == n and event.type is EventType.MESSAGE_CREATED else None

    async def between(self, room: str, low: int, high: int) -> list[Event]:
        """Events with low < seq <= high, ascending, read in bounded strides; those that expired are missing."""
        found: list[Event] = []
        for start in range(low, high, STRIDE):
            found += await self._events.between(room, start, min(start + STRIDE, high))
        return found

    async def ranges(self, ranges: Mapping[str, tuple[int, int]]) -> dict[str, list[Event]]:
        """Events with low < seq <= high of several rooms, ascending, PLACES at once; those that expired are missing.

        For ranges that are complete as a rule: each that is not is read again by itself.
        """
        found: dict[str, list[Event]] = {room: [] for room in ranges}
        for event in await self._at(
            [(it, seq) for it, (low, high) in ranges.items() for seq in range(low + 1, high + 1)]
        ):
            found[event.room].append(event)
        for room, (low, high) in ranges.items():
            if len(found[room]) < high - low:
                found[room] = await self.between(room, low, high)
            found[room].sort(key=lambda it: it.seq)
        return found

    async def _at(self, places: Sequence[Place]) -> list[Event]:
        found: list[Event] = []
        for start in range(0, len(places), PLACES):
            found += await self._events.at(places[start : start + PLACES])
        return found

    async def _event(self, room: str, seq: int) -> Event | None:
        events = await self._events.between(room, seq - 1, seq)
        return events[0] if events else None

    async def known(self, room: str, sender: str, id_: str) -> Event | None:
        """The event its author knows by this id, if it is in the log."""
        return await self._events.by_id(room, sender, id_)

    async def _original(self, draft: Draft) -> Event | None:
        event = await self.known(draft.room, draft.sender, draft.id)
        if event is not None and not same(event, draft):
            raise IdConflict("This id was used before for something else. Take a new one.")
        return event

    def _fresh(self, room: str) -> _Remembered | None:
        known = self._remembered.get(room)
        return known if known is not None and self._clock.monotonic() - known.seen_at < REMEMBER_SECONDS else None

    async def _known_end(self, room: str) -> End:
        known = self._fresh(room)
        return known.end if known is not None else await self.end(room)

    async def _walk(self, room: str, end: End) -> End:
        while True:
            after = await self._events.between(room, end.seq, end.seq + STRIDE)
            if after:
                end = after[-1].end
            if len(after) < STRIDE:
                return end

    def _remember(self, room: str, end: End, *, overtaken: bool) -> None:
        self._remembered[room] = _Remembered(end, self._clock.monotonic(), overtaken)
        self._remembered.move_to_end(room)
        while len(self._remembered) > REMEMBERED_ROOMS:
            self._remembered.popitem(last=False)

    async def _back_off(self, attempt: int) -> None:
        # An environment that was overtaken while idle has nobody to wait for. One that looked first and collided all
        # the same has: full jitter, so that senders that collided do not collide in step again.
        if attempt:
            await self._clock.sleep(self._random.uniform(0, min(_BACK_OFF_SECONDS * 2**attempt, _BACK_OFF_MOST)))


def _all_after(end: End, newer: Sequence[Event]) -> bool:
    """Whether these, read from `end` on, are all there is, so that the last of them is the log's end."""
    return 0 < len(newer) < STRIDE and newer[-1].seq - end.seq == len(newer)


def _last_known(head: Head) -> End:
    return max(head.end, head.flushed, key=lambda place: place.seq)


def _takes_out(user: str, events: Sequence[Event]) -> bool:
    """Whether any of these may have taken from the user what an append depends on: the room, or the voice in it."""
    return any(it.type in _TAKING and (it.body.get("user") == user or it.body.get("archived") is True) for it in events)
