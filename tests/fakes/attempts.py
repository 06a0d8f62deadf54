"""Attempts, in memory."""

from collections import Counter

from tests.fakes.server import FakeServer


class FakeAttempts:
    """AttemptRepository."""

    def __init__(self, server: FakeServer) -> None:
        self._server = server
        self.counts: Counter[str] = Counter()
        """By key, the ones that were dropped left out."""
        self._ends: dict[str, int] = {}
        self._notes: dict[str, int] = {}

    async def take(self, key: str, limit: int, expires_at: int) -> bool:
        await self._server.reached("attempts.take")
        if self.counts[key] >= limit:
            return False
        self.counts[key] += 1
        self._ends.setdefault(key, expires_at)
        return True

    async def add(self, key: str, number: int, expires_at: int) -> int:
        await self._server.reached("attempts.add")
        self.counts[key] += number
        self._ends.setdefault(key, expires_at)
        return self.counts[key]

    async def give_back(self, key: str) -> None:
        await self._server.reached("attempts.give_back")
        self.counts[key] = max(0, self.counts[key] - 1)

    async def forget(self, key: str) -> None:
        await self._server.reached("attempts.forget")
        del self.counts[key]
        self._ends.pop(key, None)

    async def note(self, key: str, until: int) -> None:
        await self._server.reached("attempts.note")
        self._notes[key] = until

    async def noted(self, key: str, now: int) -> bool:
        await self._server.reached("attempts.noted")
        return self._notes.get(key, 0) > now

    async def drop_expired(self, now: int) -> None:
        await self._server.reached("attempts.drop_expired")
        for key in [key for key, end in self._ends.items() if end <= now]:
            del self._ends[key], self.counts[key]
        self._notes = {key: until for key, until in self._notes.items() if until > now}
