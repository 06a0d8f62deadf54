"""The log's events, in memory."""

from collections.abc import Iterable

from chalicelib.domain.log import Event, EventType, Place, emptied
from chalicelib.domain.messages import CHANGES, Span, mentions_of, target_of
from tests.fakes.server import FakeServer

_TEXTS = frozenset((EventType.MESSAGE_CREATED, EventType.MESSAGE_EDITED))


class FakeEvents:
    """EventRepository."""

    def __init__(self, server: FakeServer) -> None:
        self._server = server
        self._events: dict[tuple[str, int], Event] = {}
        self._begins: set[tuple[str, int]] = set()
        self._mentions: set[tuple[str, int]] = set()

    @property
    def stored(self) -> list[Event]:
        """All events there are, by room and place."""
        return [self._events[place] for place in sorted(self._events)]

    async def insert(self, event: Event, *, begins: bool = True) -> bool:
        await self._server.reached("events.insert")
        place = (event.room, event.seq)
        if place in self._events or self._known(event.room, event.sender, event.id) is not None:
            return False
        self._events[place] = event
        if begins:
            self._begins.add(place)
        if mentions_of(event):
            self._mentions.add(place)
        return True

    async def by_id(self, room: str, sender: str, id_: str) -> Event | None:
        await self._server.reached("events.by_id")
        return self._known(room, sender, id_)

    async def between(self, room: str, low: int, high: int) -> list[Event]:
        await self._server.reached("events.between")
        return [it for it in self.stored if it.room == room and low < it.seq <= high]

    async def at(self, places: Iterable[Place]) -> list[Event]:
        await self._server.reached("events.at")
        return [self._events[it] for it in set(places) & self._events.keys()]

    async def rooms_pending(self) -> list[str]:
        await self._server.reached("events.rooms_pending")
        return sorted({room for room, _ in self._begins})

    async def changes(self, room: str, low: int, high: int, span: Span) -> list[Event]:
        await self._server.reached("events.changes")
        events = [it for it in self.stored if it.room == room and low < it.seq <= high and it.type in CHANGES]
        return [it for it in events if span.low <= target_of(it) <= span.high]

    async def mentioning(self, user: str, rooms: Iterable[str]) -> list[Event]:
        await self._server.reached("events.mentioning")
        wanted = set(rooms)
        unsettled = [self._events[place] for place in self._mentions if place[0] in wanted]
        return [it for it in unsettled if user in mentions_of(it)]

    async def redact(self, room: str, seqs: Iterable[int]) -> None:
        await self._server.reached("events.redact")
        for place in {(room, seq) for seq in seqs} & self._events.keys():
            self._events[place] = emptied(self._events[place])

    async def erase(self, room: str) -> None:
        await self._server.reached("events.erase")
        for place in [it for it in self._events if it[0] == room]:
            event = self._events[place]
            self._events[place] = emptied(event) if event.type in _TEXTS else event
            self._begins.discard(place)
            self._mentions.discard(place)

    async def first_after(self, room: str, low: int) -> int | None:
        await self._server.reached("events.first_after")
        return min((seq for it, seq in self._events if it == room and seq > low), default=None)

    async def settle_mentions(self, room: str, seqs: Iterable[int]) -> None:
        await self._server.reached("events.settle_mentions")
        self._mentions -= {(room, seq) for seq in seqs}

    async def pending_from(self, room: str) -> int | None:
        await self._server.reached("events.pending_from")
        return min((seq for it, seq in self._begins if it == room), default=None)

    async def settle(self, room: str, high: int) -> None:
        await self._server.reached("events.settle")
        self._begins -= {it for it in self._begins if it[0] == room and it[1] <= high}

    async def delete(self, room: str, low: int, high: int) -> int:
        await self._server.reached("events.delete")
        gone = {it for it in self._events if it[0] == room and low < it[1] <= high}
        self._begins -= gone
        self._mentions -= gone
        for place in gone:
            del self._events[place]
        return len(gone)

    def _known(self, room: str, sender: str, id_: str) -> Event | None:
        author = (room, sender, id_)
        return next((it for it in self.stored if (it.room, it.sender, it.id) == author), None)
