"""What the user says in one room, until the server has it.

One message is in flight at a time, so that they arrive in the order they were said; it is sent again with the same id
until it is acked, which the server answers as if it had been sent once.
"""

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from random import Random
from typing import Final, Protocol

from chalicelib.errors import ErrorCode
from chalicelib.schemas.commands import SendMessage
from chalicelib.schemas.events import Ack, Error
from infra.client.backoff import backoff
from infra.client.errors import ClientError, Refused

LATE_SECONDS: Final = 10.0
"""From here on a message that is not acked is sent again, and the line is doubted."""

NOT_LIVE: Final = frozenset((ErrorCode.NOT_LIVE, ErrorCode.UNAUTHENTICATED))
"""Refusals of the connection, not of the message."""


class Line(Protocol):
    """The way to the server."""

    async def live(self) -> None:
        """Wait for a live connection."""

    async def send(self, command: SendMessage) -> None:
        """Send over the live connection; without one nothing happens."""

    def doubt(self) -> None:
        """A message that was sent got no answer in time."""


@dataclass(slots=True, eq=False)
class _Pending:
    """A message on its way. `acked` is its outcome; `moved` tells that there is news of the attempt in flight."""

    command: SendMessage
    acked: asyncio.Future[Ack]
    moved: asyncio.Event = field(default_factory=asyncio.Event)
    refusal: Error | None = None

    def told(self) -> Error | None:
        """What the server had against the attempt."""
        return self.refusal

    def end(self, outcome: Ack | ClientError) -> None:
        if not self.acked.done():
            if isinstance(outcome, Ack):
                self.acked.set_result(outcome)
            else:
                self.acked.set_exception(outcome)
        self.moved.set()


class Outbox:
    """Messages of one room on their way, in order."""

    def __init__(self, line: Line, random: Random) -> None:
        self._line = line
        self._random = random
        self._queue: deque[_Pending] = deque()
        self._filled = asyncio.Event()

    @contextmanager
    def saying(self, command: SendMessage) -> Iterator[asyncio.Future[Ack]]:
        """Queue the message; gives its outcome. Left early, it is sent no more, but may have been stored."""
        pending = _Pending(command, asyncio.get_running_loop().create_future())
        self._queue.append(pending)
        self._filled.set()
        try:
            yield pending.acked
        finally:
            pending.acked.cancel()
            pending.moved.set()

    def settle(self, ack: Ack) -> SendMessage | None:
        """Note that the message is stored; what was sent, or None for one that is not waited for."""
        pending = self._find(ack.id)
        if pending is None:
            return None
        pending.end(ack)
        return pending.command

    def refused(self, refusal: Error) -> bool:
        """Note the refusal; whether it was of a message of this room."""
        pending = self._find(refusal.id)
        if pending is None:
            return False
        pending.refusal = refusal
        pending.moved.set()
        return True

    def refuse_flight(self, message: str) -> None:
        """The server closed the connection for what was sent: sending it again would close the next one too."""
        if self._queue:
            self._queue[0].end(Refused(ErrorCode.BAD_REQUEST, message, retry=False))

    def interrupted(self) -> None:
        """The connection is gone: what was in flight is sent again over the next."""
        if self._queue:
            self._queue[0].moved.set()

    def failed(self) -> None:
        """What is in flight may have come to nothing: it is sent again after a while."""
        if self._queue:
            command = self._queue[0].command
            self.refused(Error(id=command.id, code=ErrorCode.INTERNAL, message="The function died.", retry=True))

    def fail(self, error: ClientError) -> None:
        """Nothing of this will be sent any more."""
        for pending in self._queue:
            pending.end(error)

    async def run(self) -> None:
        """Send what is queued, one after the other, for ever."""
        while True:
            await self._filled.wait()
            self._filled.clear()
            while self._queue:
                await self._deliver(self._queue[0])
                self._queue.popleft()

    async def _deliver(self, pending: _Pending) -> None:
        failures = 0
        while not pending.acked.done():
            refusal = await self._attempt(pending)
            if refusal is not None and refusal.retry:
                failures += 1
                await self._pause(pending, failures)
            elif refusal is not None and refusal.code not in NOT_LIVE:
                pending.end(Refused(refusal.code, refusal.message, retry=False))

    async def _attempt(self, pending: _Pending) -> Error | None:
        """Send it once and wait for what becomes of that; the refusal, if there was one."""
        await self._line.live()
        if pending.acked.done():
            return None
        pending.moved.clear()
        pending.refusal = None
        await self._line.send(pending.command)
        try:
            async with asyncio.timeout(LATE_SECONDS):
                await pending.moved.wait()
        except TimeoutError:
            self._line.doubt()
        return pending.told()

    async def _pause(self, pending: _Pending, failures: int) -> None:
        """Keep the message's turn for a while."""
        pending.moved.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(backoff(failures, self._random)):
                await pending.moved.wait()

    def _find(self, id_: str | None) -> _Pending | None:
        return next((it for it in self._queue if it.command.id == id_ and not it.acked.done()), None)
