"""`$disconnect` events on their way: a crowd that leaves at once waits in line, and nobody is lost."""

import asyncio
from collections import deque

from infra.gateway.pool.functions import TooManyRequestsError
from infra.gateway.shell.integration import Integration

DISCONNECT = "$disconnect"
#: Events under way: enough to keep every environment busy, few enough to leave most of the concurrency to messages.
AT_ONCE = 100
RETRY_SECONDS = 0.1


class Departures:
    """Invokes the function of `$disconnect`, a bounded number at once, and again where it was throttled."""

    def __init__(self, integration: Integration, loop: asyncio.AbstractEventLoop) -> None:
        self._integration = integration
        self._loop = loop
        self._waiting: deque[tuple[str, bytes, str]] = deque()
        self._under_way = 0
        self._retry: asyncio.TimerHandle | None = None

    def send(self, function: str, payload: bytes, connection_id: str) -> None:
        """Invoke with an event, now or later."""
        self._waiting.append((function, payload, connection_id))
        if self._retry is None:
            self._start()

    def close(self) -> None:
        """Drop those that wait, and all that come."""
        self._waiting = deque(maxlen=0)
        if self._retry is not None:
            self._retry.cancel()

    def _start(self) -> None:
        self._retry = None
        while self._waiting and self._under_way < AT_ONCE:
            function, payload, connection_id = self._waiting[0]
            self._under_way += 1
            try:
                self._integration.start(function, payload, DISCONNECT, self._answered, connection_id)
            except TooManyRequestsError:
                self._under_way -= 1
                self._retry = self._loop.call_later(RETRY_SECONDS, self._start)
                return
            self._waiting.popleft()

    def _answered(self, _payload: bytes | None) -> None:
        self._under_way -= 1
        if self._retry is None:
            self._start()
