"""Notes of what may be deleted when, in memory."""

from typing import Final

from chalicelib.repositories.base import Expiry
from tests.fakes.server import FakeServer

HOUR_US: Final = 3600 * 1_000_000


class FakeExpiries:
    """ExpiryRepository."""

    def __init__(self, server: FakeServer) -> None:
        self._server = server
        self._noted: dict[tuple[int, str], int] = {}

    async def note(self, room: str, seq: int, at: int) -> None:
        await self._server.reached("expiries.note")
        key = (-(-at // HOUR_US) * HOUR_US, room)
        self._noted[key] = max(seq, self._noted.get(key, 0))

    async def due(self, now: int, limit: int) -> list[Expiry]:
        await self._server.reached("expiries.due")
        return [Expiry(room, seq, at) for (at, room), seq in sorted(self._noted.items()) if at <= now][:limit]

    async def done(self, expiry: Expiry) -> None:
        await self._server.reached("expiries.done")
        if self._noted.get((expiry.at, expiry.room)) == expiry.seq:
            del self._noted[expiry.at, expiry.room]
