"""A WebSocket client that sends whatever bytes it is given, right or wrong."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

TEXT, BINARY, CONTINUATION, CLOSE, PING, PONG = 0x1, 0x2, 0x0, 0x8, 0x9, 0xA
MASK = b"\x01\x02\x03\x04"


def frame(opcode: int, payload: bytes = b"", *, fin: bool = True, reserved: int = 0, masked: bool = True) -> bytes:
    """One frame, RFC 6455 section 5.2; `reserved` are the three bits between FIN and the opcode."""
    return header(opcode, len(payload), fin=fin, reserved=reserved, masked=masked) + (
        bytes(byte ^ MASK[index % 4] for index, byte in enumerate(payload)) if masked else payload
    )


def header(opcode: int, length: int, *, fin: bool = True, reserved: int = 0, masked: bool = True) -> bytes:
    """The start of a frame whose payload need never come."""
    first = fin << 7 | reserved << 4 | opcode
    if length < 126:
        sized = struct.pack("!BB", first, masked << 7 | length)
    elif length < 65536:
        sized = struct.pack("!BBH", first, masked << 7 | 126, length)
    else:
        sized = struct.pack("!BBQ", first, masked << 7 | 127, length)
    return sized + (MASK if masked else b"")


class RawSocket:
    """An open socket, its handshake done."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, response: bytes) -> None:
        self.response = response
        self._reader = reader
        self.writer = writer

    async def send(self, *frames: bytes) -> None:
        """Send bytes; a server that has closed already does not matter."""
        self.writer.write(b"".join(frames))
        try:
            await self.writer.drain()
        except ConnectionError:
            return

    async def receive(self) -> tuple[int, bytes]:
        """Opcode and payload of the next frame."""
        first, second = await self._reader.readexactly(2)
        assert not second & 0x80, "servers do not mask"
        length = second & 0x7F
        if length > 125:
            length = int.from_bytes(await self._reader.readexactly(2 if length == 126 else 8))
        return first & 0x0F, await self._reader.readexactly(length)

    async def close_code(self) -> int:
        """The code of the close frame, whatever comes before it."""
        async with asyncio.timeout(5):
            while True:
                opcode, payload = await self.receive()
                if opcode == CLOSE:
                    return int.from_bytes(payload[:2])

    async def text(self) -> str:
        """The next text message."""
        async with asyncio.timeout(5):
            while True:
                opcode, payload = await self.receive()
                if opcode == TEXT:
                    return payload.decode()
                assert opcode == PONG, f"opcode {opcode}: {payload!r}"


@asynccontextmanager
async def raw_socket(url: str, *headers: str) -> AsyncIterator[RawSocket]:
    """Connect and shake hands."""
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    lines = [
        f"GET {address.path} HTTP/1.1",
        f"Host: {address.netloc}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
        *headers,
    ]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    try:
        response = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
        yield RawSocket(reader, writer, response)
    finally:
        writer.transport.abort()
