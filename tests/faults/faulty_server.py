"""A session whose line can be made to fail on the client's side."""

from collections.abc import AsyncIterator

from websockets.asyncio.client import ClientConnection

from infra.client import HttpServer
from infra.client.http import WebSocketWire
from tests.client import Socket


class LossyWire(WebSocketWire):
    """A socket that can be made to lose acks."""

    def __init__(self, server: "FaultyServer", connection: ClientConnection) -> None:
        super().__init__(connection)
        self._server = server

    async def frames(self) -> AsyncIterator[str]:
        async for frame in super().frames():
            if self._server.acks_to_lose and '"type":"ack"' in frame:
                self._server.acks_to_lose -= 1
                self.abort()
            else:
                yield frame


class FaultyServer(HttpServer):
    """A session whose sockets lose as many acks as they are told to, and break at each."""

    acks_to_lose = 0
    wire: LossyWire

    async def open(self, ticket: str) -> LossyWire:
        self.wire = LossyWire(self, (await super().open(ticket)).connection)
        return self.wire

    async def socket(self) -> Socket:
        """Another socket of the session, for tests that look at frames; to be entered."""
        return Socket((await HttpServer.open(self, await self.ticket())).connection)
