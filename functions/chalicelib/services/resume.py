"""Resume: what a socket missed, judged by seq alone, and the heartbeat that finds a lost push."""

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Final

from chalicelib.domain.connections import Connection
from chalicelib.domain.log import Event
from chalicelib.gateways.base import Clock, Metrics
from chalicelib.limits import DELTA_EVENTS, FRAME_BYTES
from chalicelib.metrics import RESUME_GAP, RESUME_RESETS
from chalicelib.repositories.base import HeadRepository
from chalicelib.schemas.base import Model
from chalicelib.schemas.events import Delta, Left, Limited, Pong, Reset, Resumed, log_event
from chalicelib.schemas.messages import Events
from chalicelib.services.connections import Connections
from chalicelib.services.fan_out import encode
from chalicelib.services.log import PLACES, Log

OVERLAP_MS: Final = 2_000
"""A head may become visible a little after its time: asking that far back misses none, and repeats are harmless."""


class Resuming:
    """Answers `resume`, `ping` and the fetch of a range."""

    def __init__(
        self, room_log: Log, heads: HeadRepository, connections: Connections, metrics: Metrics, clock: Clock
    ) -> None:
        self._log = room_log
        self._heads = heads
        self._connections = connections
        self._metrics = metrics
        self._clock = clock

    async def resume(self, connection: Connection, command: str, cursors: Mapping[str, int]) -> AsyncIterator[Model]:
        """Make the connection live, then tell what it missed, room by room, `resumed` last.

        Live first, then read: an event that comes in between arrives twice, never not at all.
        """
        current = await self._connections.go_live(connection)
        # Judged by the cursor: where the log of a room that was left ends now is no longer the caller's business. Who
        # joined again meanwhile did so after it, and is told so by the push.
        for room in sorted(cursors.keys() - current.rooms):
            yield Left(room=room, seq=cursors[room])
        ends = await self._log.ends(sorted(current.rooms))
        to = {room: end.seq for room, end in ends.items()}
        missed = {room: (cursors[room], end) for room, end in to.items() if cursors.get(room, end) != end}
        few = {room: (known, end) for room, (known, end) in missed.items() if known < end <= known + DELTA_EVENTS}
        # A few rooms at a time, so that what is held at once is bounded.
        for some in _portions(few):
            events = await self._log.ranges(some)
            for room, (known, end) in some.items():
                yield self._noted(_missed(room, known, end, events[room]), end - known)
        for room, (known, end) in missed.items():
            if room not in few:
                answer = Reset(room=room, seq=end) if known > end else await self._too_many(room, known, end)
                yield self._noted(answer, end - known)
        yield Resumed(id=command, to=to, time=self._clock.now() // 1_000)

    async def ping(self, connection: Connection, command: str, since: int) -> Pong:
        """Heads of the connection's rooms that moved since, by the store's clock."""
        heads = await self._heads.moved_since(connection.rooms, max(since - OVERLAP_MS, 0))
        latest = max((head.moved_at for head in heads), default=since)
        return Pong(id=command, since=max(latest, since), heads={head.room: head.end.seq for head in heads})

    async def events(self, room: str, after: int, limit: int) -> Events:
        """The log after `after`, dense; the caller's membership is checked before."""
        end = await self._log.end(room)
        events = await self._log.between(room, after, min(after + limit, end.seq))
        complete = after <= end.seq and len(events) == min(limit, end.seq - after)
        return Events(events=[log_event(it) for it in events] if complete else [], seq=end.seq, reset=not complete)

    def _noted(self, missed: Model, gap: int) -> Model:
        """The same, told to the metrics."""
        if isinstance(missed, Reset):
            self._metrics.record(RESUME_RESETS)
        else:
            self._metrics.record(RESUME_GAP, gap)
        return missed

    async def _too_many(self, room: str, known: int, end: int) -> Model:
        """A fetch over REST, where the events after the cursor are still kept."""
        first = await self._log.between(room, known, known + 1)
        return Limited(room=room, from_=known, to=end) if first else Reset(room=room, seq=end)


def _portions(ranges: Mapping[str, tuple[int, int]]) -> Iterator[dict[str, tuple[int, int]]]:
    """The ranges, as many at a time as one call can look up, or one that has more."""
    portion: dict[str, tuple[int, int]] = {}
    places = 0
    for room, (low, high) in ranges.items():
        if portion and places + high - low > PLACES:
            yield portion
            portion, places = {}, 0
        portion[room] = (low, high)
        places += high - low
    if portion:
        yield portion


def _missed(room: str, known: int, end: int, events: list[Event]) -> Model:
    return Reset(room=room, seq=end) if len(events) < end - known else _delta(room, known, end, events)


def _delta(room: str, known: int, end: int, events: list[Event]) -> Model:
    delta = Delta(room=room, from_=known, to=end, events=[log_event(it) for it in events])
    return delta if len(encode(delta)) <= FRAME_BYTES else Limited(room=room, from_=known, to=end)
