"""One socket at a time, for as long as the session lasts.

Ticket, handshake, resume, heartbeat, and again after a loss.
"""

import asyncio
import json
import logging
from collections.abc import Mapping
from contextlib import suppress
from random import Random
from typing import Final, Protocol

from pydantic import ValidationError

from chalicelib.errors import ErrorCode
from chalicelib.limits import FRAME_BYTES, HEARTBEAT_SECONDS, RESUME_ROOMS
from chalicelib.schemas.commands import Command, Ping, Resume
from chalicelib.schemas.events import PUSH, Error, Pong, Push, Resumed, SessionEnded
from infra.client.backoff import backoff
from infra.client.errors import Refused, SessionOver, Unreachable
from infra.client.server import HandshakeRefused, Server, Wire

ANSWER_SECONDS: Final = 10.0
DOUBT_SECONDS: Final = 5.0
"""The same where there is reason to think that the line is dead."""

RESUME_SECONDS: Final = 30.0
"""Resuming may mean megabytes of missed events over a slow line."""

STEADY_SECONDS: Final = 10.0
"""A connection that was live for less than this counts as a failed attempt, or a server that drops us is hammered."""

_ENVELOPE_BYTES: Final = 200
_CURSOR_BYTES: Final = 40
RESUME_CURSORS: Final = min(RESUME_ROOMS, (FRAME_BYTES - _ENVELOPE_BYTES) // _CURSOR_BYTES)
"""`"<26 characters>":<seq>,` each, for seqs of up to ten digits."""

_FUNCTION_FAILED: Final = "Internal server error"

_UNSUPPORTED: Final = 1003
_TOO_BIG: Final = 1009
_FORBIDDEN: Final = 403

log = logging.getLogger("parley.client")


class Peer(Protocol):
    """Whom the connection serves."""

    def new_id(self) -> str:
        """An id for a command."""

    def cursors(self) -> Mapping[str, int]:
        """The seq each known room is complete up to."""

    def receive(self, push: Push) -> None:
        """Something was pushed or answered."""

    def failed(self) -> None:
        """What was in flight may have come to nothing."""

    def down(self, *, unsendable: bool) -> None:
        """The connection is gone; `unsendable`: because of what was in flight."""


class Connection:
    """Keeps a live connection as well as it can be kept."""

    def __init__(self, server: Server, peer: Peer, random: Random) -> None:
        self._server = server
        self._peer = peer
        self._random = random
        self._live = asyncio.Event()
        self._hurry = asyncio.Event()
        self._doubted = asyncio.Event()
        self._heard = asyncio.Event()
        self._wire: Wire | None = None
        self._since = 0
        self._resume = ""
        self.resumes = 0

    async def live(self) -> None:
        """Wait until the connection is live."""
        await self._live.wait()

    @property
    def is_live(self) -> bool:
        """Whether it is now, as far as is known."""
        return self._live.is_set()

    def wake(self) -> None:
        """Something speaks for a working network: do not wait for the next attempt."""
        self._hurry.set()

    def doubt(self) -> None:
        """Something speaks for a dead line: ask the other side for a sign of life, now and not patiently."""
        self._doubted.set()

    def restart(self) -> None:
        """Give the socket up and open another."""
        self._live.clear()
        if self._wire is not None:
            self._wire.abort()

    async def send(self, command: Command) -> None:
        """Send the command; without a live connection nothing happens."""
        if self._wire is not None and self._live.is_set():
            await self._wire.send(command.model_dump_json(exclude_none=True))

    async def run(self) -> None:
        """Connect, again and again. Raises SessionOver when the session has ended, HandshakeRefused for the Origin."""
        failures = 0
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            lived = await self._connect()
            if lived and loop.time() - began >= STEADY_SECONDS:
                failures = 0
            self._hurry.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(backoff(failures, self._random)):
                    await self._hurry.wait()
            failures += 1

    async def _connect(self) -> bool:
        """One connection from its ticket to its end; whether it was live."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                wire = await self._server.open(await self._server.ticket())
        except HandshakeRefused as error:
            if error.status == _FORBIDDEN:
                raise
            return False
        except (Refused, Unreachable, TimeoutError) as error:
            log.info("no connection: %r", error)
            return False
        self._wire = wire
        try:
            return await self._converse(wire)
        finally:
            was_live = self._live.is_set()
            self._live.clear()
            self._wire = None
            wire.abort()
            self._peer.down(unsendable=was_live and wire.close_code in {_TOO_BIG, _UNSUPPORTED})

    async def _converse(self, wire: Wire) -> bool:
        self._resume = self._peer.new_id()
        cursors = dict(list(self._peer.cursors().items())[:RESUME_CURSORS])
        await wire.send(Resume(action="resume", id=self._resume, rooms=cursors).model_dump_json())
        resumes = self.resumes
        beat = asyncio.create_task(self._beat(wire))
        try:
            async for frame in wire.frames():
                self._receive(wire, frame)
        finally:
            beat.cancel()
            await asyncio.wait([beat])
        return self.resumes > resumes

    def _receive(self, wire: Wire, frame: str) -> None:
        try:
            push = PUSH.validate_json(frame)
        except ValidationError:
            # A newer server may say more than this version knows.
            if _function_failed(frame):
                self._peer.failed()
            return
        if isinstance(push, SessionEnded):
            raise SessionOver("The session has ended. Log in again.")
        if isinstance(push, Error) and push.id == self._resume:
            wire.abort()
            return
        if isinstance(push, Pong):
            self._since = push.since
            self._heard.set()
        self._peer.receive(push)
        if isinstance(push, Resumed) and push.id == self._resume:
            self.resumes += 1
            self._live.set()
        if isinstance(push, Error) and push.code in {ErrorCode.NOT_LIVE, ErrorCode.UNAUTHENTICATED}:
            self.restart()

    async def _beat(self, wire: Wire) -> None:
        """A dead line closes nothing by itself: without an answer in time it is given up."""
        try:
            async with asyncio.timeout(RESUME_SECONDS):
                await self._live.wait()
            self._doubted.clear()
            while True:
                async with asyncio.timeout(await self._pause()):
                    self._heard.clear()
                    ping = Ping(action="ping", id=self._peer.new_id(), since=self._since)
                    await wire.send(ping.model_dump_json())
                    await self._heard.wait()
        except TimeoutError:
            wire.abort()

    async def _pause(self) -> float:
        """Wait for the next heartbeat; how many seconds its answer may take."""
        self._doubted.clear()
        try:
            # Jitter keeps the heartbeats of clients that connected together apart.
            async with asyncio.timeout(HEARTBEAT_SECONDS * self._random.uniform(0.75, 1.0)):
                await self._doubted.wait()
        except TimeoutError:
            return ANSWER_SECONDS
        return DOUBT_SECONDS


def _function_failed(frame: str) -> bool:
    """Whether it is API Gateway's own frame, sent where the function that got one of the client's frames has died."""
    try:
        said = json.loads(frame)
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("message") == _FUNCTION_FAILED
