"""Heads, in memory."""

from collections.abc import Iterable
from dataclasses import replace

from chalicelib.domain.log import EMPTY, End
from chalicelib.gateways.base import Clock
from chalicelib.repositories.base import Head
from tests.fakes.server import FakeServer


class FakeHeads:
    """HeadRepository. The store's clock is the given one."""

    def __init__(self, server: FakeServer, clock: Clock) -> None:
        self._server = server
        self._clock = clock
        self._heads: dict[str, Head] = {}

    async def get(self, room: str) -> Head:
        await self._server.reached("heads.get")
        return self._head(room)

    async def many(self, rooms: Iterable[str]) -> list[Head]:
        await self._server.reached("heads.many")
        return [self._heads[room] for room in set(rooms) if room in self._heads]

    async def flushed_after(self, room: str, limit: int) -> list[Head]:
        await self._server.reached("heads.flushed_after")
        found = [head for _, head in sorted(self._heads.items()) if head.room > room and head.flushed.seq]
        return found[:limit]

    async def moved_since(self, rooms: Iterable[str], since: int) -> list[Head]:
        await self._server.reached("heads.moved_since")
        found = [self._heads[room] for room in set(rooms) if room in self._heads]
        return [head for head in found if head.moved_at >= since]

    async def forget(self, room: str) -> None:
        await self._server.reached("heads.forget")
        self._heads.pop(room, None)

    async def raise_end(self, room: str, end: End) -> None:
        await self._server.reached("heads.raise_end")
        self._raise_end(room, end)

    async def raise_flushed(self, room: str, flushed: End) -> None:
        await self._server.reached("heads.raise_flushed")
        self._raise_end(room, flushed)
        head = self._head(room)
        if flushed.seq > head.flushed.seq:
            self._heads[room] = replace(head, flushed=flushed)

    async def raise_expired(self, room: str, seq: int) -> None:
        await self._server.reached("heads.raise_expired")
        if (head := self._heads.get(room)) is not None:
            self._heads[room] = replace(head, expired=max(seq, head.expired))

    def _raise_end(self, room: str, end: End) -> None:
        head = self._head(room)
        if end.seq > head.end.seq:
            self._heads[room] = replace(head, end=end, moved_at=self._clock.now() // 1_000)

    def _head(self, room: str) -> Head:
        return self._heads.get(room, Head(room, EMPTY, EMPTY, 0))
