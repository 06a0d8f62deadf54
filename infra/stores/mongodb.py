"""MongoDB, played by SecantusDB: wire-compatible, on WiredTiger, in a wheel."""

import asyncio
import os
import struct
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import bson
from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError

from infra.stores.base import EmbeddedStore

_ANSWER_SECONDS = 1
_WAKE_SECONDS = 0.05

# For what has expired it reads and decodes every document of a collection, and everybody waits: not each minute. All
# that expires is refused by its time, so that it is gone matters to the disk alone.
_CONFIGURATION = "[storage]\nttl_sweep_seconds = 3600.0\n"

# MongoDB wire protocol: length, request id, id of the request answered, operation code. An OP_MSG goes on with
# four bytes of flags, a zero for "one document follows", and the document.
_HEADER = struct.Struct("<iiii")
_OP_MSG = 2013


async def answers(url: str) -> bool:
    """Whether MongoDB at `url` answers a ping."""
    # Polling mode: a client that is closed while its second monitor connects would leave a socket behind.
    client: AsyncMongoClient[Mapping[str, Any]] = AsyncMongoClient(
        url, serverSelectionTimeoutMS=1000, serverMonitoringMode="poll"
    )
    try:
        return bool((await client.admin.command("ping"))["ok"])
    except PyMongoError:
        return False
    finally:
        await client.close()


async def _answers_hello(port: int) -> bool:
    """The first question of every driver, put by hand: a client for each attempt would cost more than the wait."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        body = bytes([0, 0, 0, 0, 0]) + bson.encode({"hello": 1, "$db": "admin"})
        writer.write(_HEADER.pack(_HEADER.size + len(body), 1, 0, _OP_MSG) + body)
        length, *_ = _HEADER.unpack(await reader.readexactly(_HEADER.size))
        reply = await reader.readexactly(length - _HEADER.size)
        return bool(bson.decode(reply[5:])["isWritablePrimary"])
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


class MongoDB(EmbeddedStore):
    """One SecantusDB server, which reports itself as the primary of a replica set of one."""

    name = "MongoDB"

    @property
    def url(self) -> str:
        # Without retryable writes, which serve a change of primary: there is none here. SecantusDB walks all those of
        # the last half hour, up to 10,000, twice for each new one, and sorts them once there are more: seen to take
        # 1 ms of a 2 ms insert, then 8 ms.
        return f"mongodb://127.0.0.1:{self.port}/parley?directConnection=true&retryWrites=false"

    async def _prepare(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        # Naming a file keeps the server from taking up a configuration of the user's own.
        self._configuration.write_text(_CONFIGURATION)

    @property
    def _configuration(self) -> Path:
        return self.folder / "secantusd.toml"

    def _command(self) -> Sequence[str | Path]:
        # fmt: off
        return [sys.executable, "-m", "secantus", "--config", self._configuration,
                "--host", "127.0.0.1", "--port", str(self.port), "--storage-path", self.folder / "storage",
                "--cache-size", "256M", "--log-level", "WARNING",
                # Without it an acknowledged write (w: majority, j: true) may still be lost with the machine.
                "--sync-on-commit"]
        # fmt: on

    async def stop(self, grace: float = 4.0) -> None:
        # The server's accept() wakes up only for a connection; without one a stop waits two seconds for it.
        waker = asyncio.create_task(self._wake())
        await super().stop(grace)
        waker.cancel()

    async def _wake(self) -> None:
        while True:
            await asyncio.sleep(_WAKE_SECONDS)
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.close()

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "PYTHONSAFEPATH": "1"}

    async def _answers(self) -> bool:
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                return await _answers_hello(self.port)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            return False
