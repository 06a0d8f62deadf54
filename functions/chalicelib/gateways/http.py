"""HTTP/1.1 to one server over connections that are kept: what a fan-out needs of it, hundreds of times a message.

A delivery is a short POST of which the status counts. aiohttp takes twice the processor time for one, and a fifth
of a cold start to be imported. Rules: RFC 9112, section 6.3 (where a body ends) and 9.3 (keeping connections).
"""

import asyncio
import ssl
from collections.abc import Mapping
from typing import Final, NamedTuple, cast
from urllib.parse import urlsplit

CONNECTIONS: Final = 64
TIMEOUT_SECONDS: Final = 5.0

KEEP_SECONDS: Final = 15.0
"""A connection idle for longer is not used again: what lies between may have forgotten it without a word."""

_HEAD_LIMIT: Final = 64 * 1024
_BODILESS: Final = frozenset((204, 304))


class Reply(NamedTuple):
    """An answer. Names of headers are in lower case."""

    status: int
    headers: Mapping[bytes, bytes]
    body: bytes


class NoAnswerError(OSError):
    """The connection ended before the answer, or the answer was none."""


class HttpClient:
    """Sends requests to the server of one URL and gives the answers; at most CONNECTIONS at a time."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(f"{url!r} is no http or https URL")
        self._name = parts.hostname
        self._port = parts.port or (443 if parts.scheme == "https" else 80)
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._idle: list[_Connection] = []
        self._slots = asyncio.Semaphore(CONNECTIONS)

    async def request(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes, seconds: float = TIMEOUT_SECONDS
    ) -> Reply:
        """The answer. `headers` has Host; Content-Length is added. Raises OSError, and TimeoutError after `seconds`.

        A request that went out on a kept connection which turns out to be closed is sent again on a new one, so the
        server may, rarely, get it twice.
        """
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        head = f"{method} {path} HTTP/1.1\r\n{lines}Content-Length: {len(body)}\r\n\r\n"
        request = head.encode("latin-1") + body
        async with self._slots, asyncio.timeout(seconds):
            if (kept := self._kept()) is not None:
                try:
                    return await self._exchange(kept, request)
                except NoAnswerError:
                    if kept.answering:
                        raise
            return await self._exchange(await self._connect(), request)

    def close(self) -> None:
        """Close the kept connections."""
        while self._idle:
            self._idle.pop().abort()

    def _kept(self) -> "_Connection | None":
        now = asyncio.get_running_loop().time()
        while self._idle:
            connection = self._idle.pop()
            if connection.usable and now - connection.idle_since < KEEP_SECONDS:
                return connection
            connection.abort()
        return None

    async def _connect(self) -> "_Connection":
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(
            _Connection, self._name, self._port, ssl=self._tls, server_hostname=self._name if self._tls else None
        )
        return connection

    async def _exchange(self, connection: "_Connection", request: bytes) -> Reply:
        try:
            reply = await connection.exchange(request)
        except BaseException:  # cancelled too: an answer that is still to come must meet no other request
            connection.abort()
            raise
        if connection.usable:
            connection.idle_since = asyncio.get_running_loop().time()
            self._idle.append(connection)
        return reply


class _Connection(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self) -> None:
        self.usable = True
        self.idle_since = 0.0
        self.answering = False
        """Whether part of an answer has come: then the server has the request."""
        self._answer: asyncio.Future[Reply] | None = None
        self._received = bytearray()

    async def exchange(self, request: bytes) -> Reply:
        """Send and wait for the whole answer. Raises NoAnswerError."""
        if not self.usable:
            raise NoAnswerError("The connection is closed.")
        self._answer = asyncio.get_running_loop().create_future()
        self.answering = False
        self._transport.write(request)
        return await self._answer

    def abort(self) -> None:
        """Cut the connection."""
        self.usable = False
        self._transport.abort()

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is there."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """More of the answer."""
        self._received += data
        self.answering = True
        if self._answer is None or self._answer.done():
            self.abort()  # nobody asked
            return
        try:
            complete = _complete(self._received)
        except ValueError as error:
            self._fail(f"The answer is not HTTP: {error}")
            return
        if complete is not None:
            reply, size, reusable = complete
            self.usable = self.usable and reusable and size == len(self._received)
            self._received.clear()
            self._answer.set_result(reply)
            if not self.usable:
                self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """The answer is what there is of it, if nothing else says where it ends."""
        self.usable = False
        if self._answer is None or self._answer.done():
            return
        reply = _until_closed(self._received) if exc is None else None
        if reply is None:
            self._fail("The connection was closed before the answer.")
        else:
            self._answer.set_result(reply)

    def _fail(self, reason: str) -> None:
        self.usable = False
        self._transport.abort()
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(NoAnswerError(reason))


def _head(received: bytearray) -> tuple[int, dict[bytes, bytes], int] | None:
    """Status, headers by lower-case name, and where the body starts; None while there is no whole head.

    Interim answers (1xx) are passed over. Raises ValueError.
    """
    start = 0
    while True:
        end = received.find(b"\r\n\r\n", start)
        if end < 0:
            if len(received) > _HEAD_LIMIT:
                raise ValueError("its head is too long")
            return None
        first, *lines = bytes(received[start:end]).split(b"\r\n")
        version, _, rest = first.partition(b" ")
        if not version.startswith(b"HTTP/1.") or not rest[:3].isdigit():
            raise ValueError(f"it begins with {first[:40]!r}")
        status, start = int(rest[:3]), end + 4
        if status >= 200:
            headers = dict(_field(line) for line in lines)
            if version == b"HTTP/1.0":
                headers.setdefault(b"connection", b"close")
            return status, headers, start


def _field(line: bytes) -> tuple[bytes, bytes]:
    name, _, value = line.partition(b":")
    return name.strip().lower(), value.strip()


def _complete(received: bytearray) -> tuple[Reply, int, bool] | None:
    """The reply, its size and whether the connection may be kept, of an answer that is all there. Raises ValueError."""
    if (head := _head(received)) is None:
        return None
    status, headers, start = head
    found = (b"", start) if status in _BODILESS else _body(received, headers, start)
    if found is None:
        return None
    body, end = found
    return Reply(status, headers, body), end, headers.get(b"connection", b"").lower() != b"close"


def _body(received: bytearray, headers: Mapping[bytes, bytes], start: int) -> tuple[bytes, int] | None:
    """The body and where it ends; None while it is not all there, or ends with the connection. Raises ValueError."""
    if headers.get(b"transfer-encoding", b"").lower().endswith(b"chunked"):
        return _chunks(received, start)
    if (length := headers.get(b"content-length")) is None:
        return None
    end = start + int(length)
    return (bytes(received[start:end]), end) if len(received) >= end else None


def _chunks(received: bytearray, start: int) -> tuple[bytes, int] | None:
    """The content of all chunks and where they end; None while they are not all there."""
    content = bytearray()
    while (line := received.find(b"\r\n", start)) >= 0:
        size = int(bytes(received[start:line]).partition(b";")[0], 16)
        if size < 0:
            raise ValueError("a chunk has a size below zero")
        if size:
            content += received[line + 2 : line + 2 + size]
            start = line + 2 + size + 2
            continue
        # The last chunk, perhaps a trailer, and an empty line.
        if received[line : line + 4] == b"\r\n\r\n":
            return bytes(content), line + 4
        end = received.find(b"\r\n\r\n", line)
        return None if end < 0 else (bytes(content), end + 4)
    return None


def _until_closed(received: bytearray) -> Reply | None:
    """An answer that only the end of its connection ends."""
    try:
        head = _head(received)
    except ValueError:
        return None
    if head is None or b"content-length" in head[1] or b"transfer-encoding" in head[1]:
        return None
    status, headers, start = head
    return Reply(status, headers, bytes(received[start:]))
