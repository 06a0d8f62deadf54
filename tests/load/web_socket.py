"""A WebSocket client that costs next to nothing, so that what is measured is the server: short text frames only."""

import asyncio
from collections.abc import Callable
from typing import Final, cast
from urllib.parse import urlsplit

_MASK: Final = b"\0\0\0\0"
"""RFC 6455 section 5.3 wants a mask that cannot be foreseen; against a server of one's own any will do."""

SHORT: Final = 125
OPEN_SECONDS: Final = 20.0
_EXTENDED: Final = 126
_TEXT: Final = 0x81
_CLOSE: Final = 0x88
_PING: Final = 0x89


def text_frame(payload: bytes) -> bytes:
    """A masked text frame; raises ValueError for more than 125 bytes."""
    if len(payload) > SHORT:
        message = f"{len(payload)} bytes do not fit into a short frame"
        raise ValueError(message)
    return bytes((_TEXT, 0x80 | len(payload))) + _MASK + payload


def host_and_port(url: str) -> tuple[str, int]:
    """Where a URL of a server on this machine leads."""
    address = urlsplit(url)
    return address.hostname or "127.0.0.1", address.port or 80


def ignore(_payload: bytes) -> None:
    """For a client that only holds its connection, or is told later what to do."""


class LoadSocket(asyncio.Protocol):
    """One connection. `received` is called with the payload of every text frame."""

    def __init__(self, url: str, received: Callable[[bytes], None]) -> None:
        self.received = received
        self.open: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.transport: asyncio.Transport
        self._buffer = b""
        address = urlsplit(url)
        self._request = (
            f"GET {address.path or '/'} HTTP/1.1\r\nHost: {address.netloc}\r\n"
            "Connection: Upgrade\r\nUpgrade: websocket\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        ).encode()

    @classmethod
    async def connect(cls, url: str, received: Callable[[bytes], None] = ignore) -> "LoadSocket":
        """Connect and shake hands; raises OSError when the server does not want to, or TimeoutError."""
        _, socket = await asyncio.get_running_loop().create_connection(lambda: cls(url, received), *host_and_port(url))
        async with asyncio.timeout(OPEN_SECONDS):
            await socket.open
        return socket

    def send(self, frame: bytes) -> None:
        """Send a frame that `text_frame` made."""
        self.transport.write(frame)

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        self.transport = cast("asyncio.Transport", transport)
        self.transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        """Hand on every whole text frame."""
        self._buffer += data
        if not self.open.done() and not self._shaken():
            return
        while (place := _payload(self._buffer)) is not None:
            start, end = place
            opcode, payload = self._buffer[0], self._buffer[start:end]
            self._buffer = self._buffer[end:]
            if opcode == _TEXT:
                self.received(payload)
            elif opcode == _CLOSE:
                self.transport.close()
            elif opcode == _PING:
                self.transport.write(bytes((0x8A, 0x80 | len(payload))) + _MASK + payload)

    def connection_lost(self, _exc: Exception | None) -> None:
        """Wake who waits."""
        if not self.open.done():
            self.open.set_exception(ConnectionError(self._buffer[:100].decode("latin-1")))
        if not self.closed.done():
            self.closed.set_result(None)

    def _shaken(self) -> bool:
        head, end, rest = self._buffer.partition(b"\r\n\r\n")
        if not end:
            return False
        if not head.startswith(b"HTTP/1.1 101"):
            self.transport.close()
            return False
        self._buffer = rest
        self.open.set_result(None)
        return True


def _payload(buffer: bytes) -> tuple[int, int] | None:
    """Where the payload of a server's first frame starts and ends, None while it is not all there."""
    if len(buffer) < 2:
        return None
    length, start = buffer[1], 2
    if length == _EXTENDED:
        length, start = int.from_bytes(buffer[2:4]), 4
    return (start, start + length) if len(buffer) >= start + length else None
