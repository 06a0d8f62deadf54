"""Tickets, in memory."""

from chalicelib.repositories.base import Pass
from tests.fakes.server import FakeServer


class FakeTickets:
    """TicketRepository."""

    def __init__(self, server: FakeServer) -> None:
        self._server = server
        self._tickets: dict[str, tuple[Pass, int]] = {}

    async def add(self, digest: str, granted: Pass, expires_at: int) -> None:
        await self._server.reached("tickets.add")
        self._tickets[digest] = granted, expires_at

    async def consume(self, digest: str, now: int) -> Pass | None:
        await self._server.reached("tickets.consume")
        granted, expires_at = self._tickets.pop(digest, (None, 0))
        return granted if now < expires_at else None
