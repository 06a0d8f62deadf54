"""Attempts, in memory."""

from collections import Counter

from tests.fakes.server import FakeServer


class FakeAttempts:
    """AttemptRepository."""

    def __init__(self, server: FakeServer) -> None:
        self._server = server
        self._counts: Counter[str] = Counter()
        self._notes: dict[str, int] = {}

    async def take(self, key: str, limit: int, expires_at: int) -> bool:
        await self._server.reached("attempts.take")
        if self._counts[key] >= limit:
            return False
        self._counts[key] += 1
        return True

    async def add(self, key: str, number: int, expires_at: int) -> int:
        await self._server.reached("attempts.add")
        self._counts[key] += number
        return self._counts[key]

    async def give_back(self, key: str) -> None:
        await self._server.reached("attempts.give_back")
        self._counts[key] = max(0, self._counts[key] - 1)

    async def forget(self, key: str) -> None:
        await self._server.reached("attempts.forget")
        del self._counts[key]

    async def note(self, key: str, until: int) -> None:
        await self._server.reached("attempts.note")
        self._notes[key] = until

    async def noted(self, key: str, now: int) -> bool:
        await self._server.reached("attempts.noted")
        return self._notes.get(key, 0) > now
