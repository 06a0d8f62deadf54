"""Message history, in memory."""

from collections.abc import Sequence

from chalicelib.domain.messages import Message, Span
from tests.fakes.server import FakeServer


class FakeHistory:
    """HistoryRepository: of two writes of a row the one with the later time wins, in whatever order they come."""

    def __init__(self, server: FakeServer) -> None:
        self._server = server
        self._rows: dict[tuple[str, int], Message] = {}

    async def write(self, messages: Sequence[Message]) -> None:
        await self._server.reached("history.write")
        for message in messages:
            key = (message.room, message.n)
            if key not in self._rows or self._rows[key].ts <= message.ts:
                self._rows[key] = message

    async def read(self, room: str, span: Span) -> list[Message]:
        await self._server.reached("history.read")
        return [self._rows[key] for key in sorted(self._rows) if key[0] == room and span.low <= key[1] <= span.high]
