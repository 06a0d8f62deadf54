"""The log's events, in memory."""

from collections.abc import Iterable

from chalicelib.domain.log import Event, emptied
from chalicelib.domain.messages import CHANGES, Span, mentions_of, target_of
from chalicelib.gateways.base import Clock
from tests.fakes.server import FakeServer


class FakeEvents:
    """EventRepository. Expired events are gone as soon as the clock says so."""

    def __init__(self, server: FakeServer, clock: Clock) -> None:
        self._server = server
        self._clock = clock
        self._events: dict[tuple[str, int], Event] = {}
        self._expires_at: dict[tuple[str, int], int] = {}
        self._pending: set[tuple[str, int]] = set()

    @property
    def stored(self) -> list[Event]:
        """All events there are, by room and place."""
        self._expire()
        return [self._events[place] for place in sorted(self._events)]

    async def insert(self, event: Event) -> bool:
        await self._server.reached("events.insert")
        place = (event.room, event.seq)
        if place in self._events or self._known(event.room, event.sender, event.id) is not None:
            return False
        self._events[place] = event
        self._pending.add(place)
        return True

    async def by_id(self, room: str, sender: str, id_: str) -> Event | None:
        await self._server.reached("events.by_id")
        return self._known(room, sender, id_)

    async def between(self, room: str, low: int, high: int) -> list[Event]:
        await self._server.reached("events.between")
        return [it for it in self.stored if it.room == room and low < it.seq <= high]

    async def rooms_pending(self) -> list[str]:
        await self._server.reached("events.rooms_pending")
        return sorted({room for room, _ in self._pending})

    async def changes(self, room: str, low: int, high: int, span: Span) -> list[Event]:
        await self._server.reached("events.changes")
        events = [it for it in self.stored if it.room == room and low < it.seq <= high and it.type in CHANGES]
        return [it for it in events if span.low <= target_of(it) <= span.high]

    async def mentioning(self, user: str, rooms: Iterable[str]) -> list[Event]:
        await self._server.reached("events.mentioning")
        wanted = set(rooms)
        pending = [self._events[place] for place in self._pending if place[0] in wanted]
        return [it for it in pending if user in mentions_of(it)]

    async def redact(self, room: str, seqs: Iterable[int]) -> None:
        await self._server.reached("events.redact")
        for place in {(room, seq) for seq in seqs} & self._events.keys():
            self._events[place] = emptied(self._events[place])

    async def mark_flushed(self, room: str, low: int, high: int, expires_at: int) -> None:
        await self._server.reached("events.mark_flushed")
        for place in [it for it in self._pending if it[0] == room and low < it[1] <= high]:
            self._pending.remove(place)
            self._expires_at[place] = expires_at

    def _known(self, room: str, sender: str, id_: str) -> Event | None:
        author = (room, sender, id_)
        return next((it for it in self.stored if (it.room, it.sender, it.id) == author), None)

    def _expire(self) -> None:
        now = self._clock.now()
        for place in [place for place, at in self._expires_at.items() if at <= now]:
            del self._expires_at[place]
            del self._events[place]
