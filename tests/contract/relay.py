"""A TCP relay before a store: its connections can be cut, and it can be taken away."""

import asyncio
from contextlib import suppress
from typing import Self


class Relay:
    """Passes bytes on to `host:port` until told otherwise. `port` is where it listens itself."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._writers: set[asyncio.StreamWriter] = set()
        self._pumps: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._swallow: bytes | None = None
        self.port = 0

    async def __aenter__(self) -> Self:
        await self.come_back()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.go_away()

    async def come_back(self) -> None:
        """Listen, on the same port as before."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def go_away(self) -> None:
        """Refuse connections and cut those there are."""
        if self._server is not None:
            self._server.close()
        await self.cut()

    async def cut(self) -> None:
        """Cut all connections. New ones are taken."""
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.gather(*self._pumps, return_exceptions=True)

    def swallow_answer_to(self, request: bytes) -> None:
        """Pass on the next request that has these bytes, then cut its connection instead of giving the answer."""
        self._swallow = request

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            upstream_reader, upstream = await asyncio.open_connection(*self._target)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, upstream}
        cut_off = asyncio.Event()
        for pump in (self._requests(reader, upstream, cut_off), self._answers(upstream_reader, writer, cut_off)):
            task = asyncio.create_task(pump)
            self._pumps.add(task)
            task.add_done_callback(self._pumps.discard)

    async def _requests(
        self, reader: asyncio.StreamReader, upstream: asyncio.StreamWriter, cut_off: asyncio.Event
    ) -> None:
        with suppress(OSError):
            while chunk := await reader.read(65_536):
                if self._swallow is not None and self._swallow in chunk:
                    self._swallow = None
                    cut_off.set()
                upstream.write(chunk)
                await upstream.drain()
        upstream.close()
        self._writers.discard(upstream)

    async def _answers(
        self, upstream: asyncio.StreamReader, writer: asyncio.StreamWriter, cut_off: asyncio.Event
    ) -> None:
        with suppress(OSError):
            while chunk := await upstream.read(65_536):
                if cut_off.is_set():
                    writer.transport.abort()
                    break
                writer.write(chunk)
                await writer.drain()
        writer.close()
        self._writers.discard(writer)
