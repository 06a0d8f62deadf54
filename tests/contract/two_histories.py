"""A room with two histories, and flushes and moves that may be killed anywhere."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.domain.log import End, Event
from chalicelib.domain.messages import Message, Span, Version
from chalicelib.gateways.clock import SystemClock
from chalicelib.repositories.base import HistoryRepository
from infra.history.move import Counts, Move
from infra.history.progress import NOTHING, Done
from infra.history.verify import Comparison, Verification
from tests.contract.room_log import RoomLog
from tests.fakes import FakeStores


class Killed(Exception):
    """Where a process that is killed gets no further."""


@dataclass(slots=True)
class Fuse:
    """Ends the move at the step that it is set to, before or after what the step does."""

    left: int | None = None

    def burn(self) -> None:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise Killed


class OnlyRead:
    """A history that nobody may write to."""

    def __init__(self, real: HistoryRepository) -> None:
        self._real = real
        self.read = real.read
        self.versions = real.versions

    async def erase(self, room: str, n: int, ts: int) -> None:
        raise AssertionError("the source was written to")

    async def apply(self, room: str, events: Sequence[Event]) -> None:
        raise AssertionError("the source was written to")

    async def raise_revs(self, room: str, revs: Mapping[int, int], ts: int) -> None:
        raise AssertionError("the source was written to")


class Mortal:
    """A history to which the writer may die."""

    def __init__(self, real: HistoryRepository, fuse: Fuse) -> None:
        self._real = real
        self._fuse = fuse
        self.erase = real.erase
        self.read = real.read
        self.versions = real.versions

    async def apply(self, room: str, events: Sequence[Event]) -> None:
        self._fuse.burn()
        await self._real.apply(room, events)
        self._fuse.burn()

    async def raise_revs(self, room: str, revs: Mapping[int, int], ts: int) -> None:
        await self._real.raise_revs(room, revs, ts)
        self._fuse.burn()


@dataclass(slots=True)
class MortalProgress:
    """Progress, in memory."""

    fuse: Fuse
    rooms: dict[str, Done] = field(default_factory=dict)

    async def of(self, room: str) -> Done:
        return self.rooms.get(room, NOTHING)

    async def set(self, room: str, done: Done) -> None:
        self.fuse.burn()
        self.rooms[room] = done
        self.fuse.burn()

    async def forget(self, room: str) -> None:
        self.rooms.pop(room, None)

    async def clear(self) -> None:
        self.rooms.clear()


class TwoHistories:
    """A room whose log is written, and whose history is moved from `source` to `target`."""

    def __init__(self, log: RoomLog, source: HistoryRepository, target: HistoryRepository) -> None:
        self.log = log
        self.stores = FakeStores(SystemClock())
        self.source = source
        self.target = target
        self.fuse = Fuse()
        self.progress = MortalProgress(self.fuse)

    async def appended(self) -> None:
        """The log's events are in the store."""
        for event in self.log.events:
            await self.stores.events.insert(event)

    def back(self) -> None:
        """From now on the target is the history, and it is moved back."""
        self.source, self.target = self.target, self.source
        self.progress = MortalProgress(self.fuse)

    async def flushed(self) -> End:
        return (await self.stores.heads.get(self.log.room)).flushed

    async def pending(self) -> list[Event]:
        """Events that are not flushed."""
        seq = (await self.flushed()).seq
        return [it for it in self.log.events if it.seq > seq]

    async def flush(self, count: int) -> None:
        """Flush the next events into the source."""
        if events := (await self.pending())[:count]:
            await self.source.apply(self.log.room, events)
            await self.stores.heads.raise_flushed(self.log.room, events[-1].end)

    async def flush_and_die(self, applied: Collection[int]) -> None:
        """Apply those of the pending events, by their place among them, and get no further."""
        pending = await self.pending()
        await self.source.apply(self.log.room, [it for place, it in enumerate(pending) if place in applied])

    async def move(self, killed_after: int | None = None) -> Counts:
        """A pass, which may be killed."""
        self.fuse.left = killed_after
        stores = self.stores
        target = Mortal(self.target, self.fuse)
        move = Move(OnlyRead(self.source), target, stores.heads, stores.events, self.progress)
        try:
            return await move.run()
        except Killed:
            return Counts()
        finally:
            self.fuse.left = None

    async def compare(self) -> list[Comparison]:
        """What the verification finds."""
        stores = self.stores
        verification = Verification(
            OnlyRead(self.source), OnlyRead(self.target), stores.heads, stores.events, self.progress
        )
        return [it async for it in verification.rooms()]

    async def differences(self) -> dict[int, list[str]]:
        """By number, what is different in the room."""
        return {n: names for it in await self.compare() for n, names in it.different.items()}

    async def shown(self, history: HistoryRepository) -> list[tuple[Message, list[Version]]]:
        """All that can be read of the room."""
        messages = await history.read(self.log.room, Span(1, self.log.events[-1].n))
        return [(it, await history.versions(self.log.room, it.n)) for it in messages]
