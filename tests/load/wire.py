"""A WebSocket client that costs next to nothing, so that what is measured is the server.

It speaks to Parley and to its peers alike: frames are looked at for a marker, never parsed.
"""

import asyncio
import base64
import os
import struct
import time
from collections.abc import Sequence
from typing import Final, Self, cast
from urllib.parse import urlsplit

ANSWER_SECONDS: Final = 30.0
_TEXT: Final = 0x81
_PING: Final = b"2"
_PONG: Final = b"3"


class RefusedError(Exception):
    """The server did not open the socket; says what it answered."""


class Wire(asyncio.Protocol):
    """One open socket. `seen` resolves to when a frame with the marker came, by time.perf_counter()."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.frames = 0
        self._opened: asyncio.Future[None] = loop.create_future()
        self._upgraded = False
        self._buffer = bytearray()
        self._marker = b""
        self._seen: asyncio.Future[float] = loop.create_future()

    @classmethod
    async def open(cls, url: str, headers: Sequence[tuple[str, str]] = ()) -> Self:
        """Connect and upgrade. Raises RefusedError."""
        parts = urlsplit(url)
        _, wire = await asyncio.get_running_loop().create_connection(cls, parts.hostname or "", parts.port or 80)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        key = base64.b64encode(os.urandom(16)).decode()
        upgrade = [
            ("Host", parts.netloc),
            ("Upgrade", "websocket"),
            ("Connection", "Upgrade"),
            ("Sec-WebSocket-Key", key),
            ("Sec-WebSocket-Version", "13"),
            *headers,
        ]
        lines = "".join(f"{name}: {value}\r\n" for name, value in upgrade)
        wire._transport.write(f"GET {target} HTTP/1.1\r\n{lines}\r\n".encode())
        async with asyncio.timeout(ANSWER_SECONDS):
            await wire._opened
        return wire

    def send(self, text: bytes) -> None:
        """Send a text frame, masked by zeros: the mask is for proxies, and there is none here."""
        size = len(text)
        head = struct.pack("!BB", _TEXT, 0x80 | size) if size < 126 else struct.pack("!BBH", _TEXT, 0x80 | 126, size)
        self._transport.write(head + b"\0\0\0\0" + text)

    def expect(self, marker: bytes) -> "asyncio.Future[float]":
        """When the next frame that contains the marker came; frames before this call are not looked at."""
        self._marker = marker
        self._seen = asyncio.get_running_loop().create_future()
        return self._seen

    async def ask(self, text: bytes, marker: bytes) -> float:
        """Send, and wait for the frame with the marker; when it came. Raises TimeoutError."""
        seen = self.expect(marker)
        self.send(text)
        async with asyncio.timeout(ANSWER_SECONDS):
            return await seen

    def close(self) -> None:
        """Cut the connection: nobody waits for the closing handshake."""
        self._transport.abort()

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The transport is there."""
        self._transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Whoever waits shall know."""
        for waiting in (self._opened, self._seen):
            if not waiting.done():
                waiting.cancel()

    def data_received(self, data: bytes) -> None:
        """Cut the stream into frames."""
        self._buffer += data
        if not self._upgraded and not self._upgrade():
            return
        while (frame := self._frame()) is not None:
            self._hear(frame)

    def _upgrade(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        status = bytes(self._buffer[: self._buffer.find(b"\r\n")])
        del self._buffer[: end + 4]
        if b" 101 " not in status:
            self._opened.set_exception(RefusedError(status.decode()))
            self._transport.abort()
            return False
        self._upgraded = True
        self._opened.set_result(None)
        return True

    def _frame(self) -> bytes | None:
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        size, start = buffer[1], 2
        if size == 126:
            size, start = int.from_bytes(buffer[2:4]), 4
        elif size == 127:
            size, start = int.from_bytes(buffer[2:10]), 10
        if len(buffer) < start + size:
            return None
        frame = bytes(buffer[start : start + size])
        del buffer[: start + size]
        return frame

    def _hear(self, frame: bytes) -> None:
        self.frames += 1
        if frame == _PING:  # Engine.IO's own
            self.send(_PONG)
        elif self._marker and self._marker in frame and not self._seen.done():
            self._seen.set_result(time.perf_counter())
