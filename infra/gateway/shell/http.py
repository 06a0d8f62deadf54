"""A small HTTP/1.1 server on httptools: whole requests in, whole responses out, upgrades handed on.

One server for everything the gateway serves, the Runtime API included: it adds about 30 us to a request, where a
general framework adds ten times that, and the Runtime API alone sees two requests for every invocation.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from http import HTTPStatus
from typing import Protocol, cast
from urllib.parse import unquote

import httptools

_REASONS = {status.value: status.phrase for status in HTTPStatus}
#: RFC 9110 section 6.4.1. A function may put a body there all the same; it would be read as the next response.
_BODILESS = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})
URL_LIMIT = 16 * 1024
HEADER_LIMIT = 64 * 1024
PIPELINE_LIMIT = 16
#: Seconds a client that was refused may go on sending before it is cut off.
LINGER = 5.0


@dataclass(eq=False)
class HttpRequest:
    """A whole request. `target` is as on the wire; `source_ip` is the address the connection came from."""

    method: str
    target: str
    raw_headers: list[tuple[bytes, bytes]]
    body: bytes
    source_ip: str

    @cached_property
    def header_pairs(self) -> list[tuple[str, str]]:
        """Headers in order, names as the client wrote them."""
        return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in self.raw_headers]

    @cached_property
    def headers(self) -> dict[str, str]:
        """Headers by lower-case name; repeated ones joined by a comma."""
        joined: dict[str, str] = {}
        for name, value in self.header_pairs:
            key = name.lower()
            joined[key] = f"{joined[key]},{value}" if key in joined else value
        return joined

    @cached_property
    def path(self) -> str:
        """The path as on the wire, without the query."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The query as on the wire, without its question mark."""
        return self.target.partition("?")[2]

    @property
    def segments(self) -> list[str]:
        """The decoded parts of the path."""
        return list(_segments(self.path))


@lru_cache(maxsize=1024)
def _segments(path: str) -> tuple[str, ...]:
    return tuple(unquote(part) for part in path.split("/")[1:])


@dataclass(slots=True)
class HttpResponse:
    """A whole response; Content-Length is added when it is written."""

    status: int
    body: bytes = b""
    headers: Sequence[tuple[str, str]] = field(default_factory=tuple)

    def encode(self, *, head: bool = False, close: bool = False) -> bytes:
        """The bytes on the wire; `head` leaves the body out."""
        lines = [f"HTTP/1.1 {self.status} {_REASONS.get(self.status, 'Unknown')}"]
        lines.extend(f"{name}: {value}" for name, value in self.headers)
        bodiless = self.status in _BODILESS
        if not bodiless:
            lines.append(f"Content-Length: {len(self.body)}")
        if close:
            lines.append("Connection: close")
        start = "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n"
        return start if head or bodiless else start + self.body


class Exchange(Protocol):
    """Answers one request, once, at any later time."""

    def respond(self, response: HttpResponse) -> None:
        """Send the answer. Nothing happens when the client has gone."""


class RequestHandler(Protocol):
    """What a server does with requests."""

    def handle(self, request: HttpRequest, exchange: Exchange) -> None:
        """Answer through `exchange`, now or later."""

    def upgrade(self, request: HttpRequest, transport: asyncio.Transport, early: bytes, /) -> None:
        """Take over a connection that asks for WebSocket. It is not read until the handler resumes it.

        `early` is what the client sent behind the request.
        """

    def opened(self, connection: "HttpConnection") -> None:
        """A client connected."""

    def lost(self, connection: "HttpConnection") -> None:
        """A client's HTTP connection ended or was upgraded."""


class HttpConnection(asyncio.Protocol):
    """One client connection. Requests of one connection are answered in order, one at a time."""

    __slots__ = (
        "_body",
        "_body_limit",
        "_body_size",
        "_busy",
        "_handler",
        "_header_size",
        "_headers",
        "_lingering",
        "_loop",
        "_parser",
        "_pending",
        "_refusal",
        "_source_ip",
        "_stalled",
        "_transport",
        "_upgrading",
        "_url",
        "last_active",
    )

    def __init__(self, handler: RequestHandler, loop: asyncio.AbstractEventLoop, body_limit: int) -> None:
        self._handler = handler
        self._loop = loop
        self._body_limit = body_limit
        self._parser = httptools.HttpRequestParser(self)
        self._pending: deque[tuple[HttpRequest, bool]] = deque()
        self._busy: tuple[HttpRequest, bool] | None = None
        self._upgrading: HttpRequest | None = None
        self._stalled = False
        self._lingering = False
        self.last_active = loop.time()
        self._reset()

    @property
    def busy(self) -> bool:
        """Whether a request is being answered."""
        return self._busy is not None

    def close(self) -> None:
        """End the connection once what was written has left, or now if the client does not read it."""
        if self._stalled:
            self._transport.abort()
        else:
            self._transport.close()

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the transport and who is at its other end."""
        self._transport = cast("asyncio.Transport", transport)
        peer = transport.get_extra_info("peername")
        self._source_ip = peer[0] if peer else ""
        self._handler.opened(self)

    def connection_lost(self, _exc: Exception | None) -> None:
        """Drop what was queued; answers that come later go nowhere."""
        self._pending.clear()
        self._handler.lost(self)

    def data_received(self, data: bytes) -> None:
        """Parse; a bad request ends the connection."""
        self.last_active = self._loop.time()
        if self._refusal is not None:
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._hand_over(data[upgrade.args[0] :])
        except httptools.HttpParserError:
            self._refuse(HTTPStatus.BAD_REQUEST)
        # Not from within a callback of the parser, which would take a handler's exception for a bad request.
        self._next()

    def pause_writing(self) -> None:
        """The client does not read its answers: its next request waits until it does."""
        self._stalled = True

    def resume_writing(self) -> None:
        """It reads again."""
        self._stalled = False
        self._next()

    # httptools callbacks

    def on_url(self, url: bytes) -> None:
        """Part of the request target."""
        self._url += url
        if len(self._url) > URL_LIMIT:
            self._refuse(HTTPStatus.REQUEST_URI_TOO_LONG)

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        self._headers.append((name, value))
        self._header_size += len(name) + len(value)
        if self._header_size > HEADER_LIMIT:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_headers_complete(self) -> None:
        """Refuse a body that is announced too large; let a client that asks first go on."""
        for name, value in self._headers:
            lower = name.lower()
            if lower == b"content-length" and int(value) > self._body_limit:
                self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            elif lower == b"expect" and self._refusal is None:
                self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        """Part of the body."""
        self._body_size += len(body)
        if self._body_size > self._body_limit:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        elif self._refusal is None:
            self._body.append(body)

    def on_message_complete(self) -> None:
        """A whole request: it waits for those before it."""
        if self._refusal is not None:
            return
        request = HttpRequest(
            self._parser.get_method().decode("ascii"),
            self._url.decode("latin-1"),
            self._headers,
            b"".join(self._body),
            self._source_ip,
        )
        keep_alive = self._parser.should_keep_alive()
        upgrading = self._parser.should_upgrade()
        self._reset()
        if upgrading and self._opens_websocket(request):
            self._upgrading = request
            return
        # After any other upgrade offer httptools would not parse on, so the connection ends with the answer.
        self._pending.append((request, keep_alive and not upgrading))
        if len(self._pending) > PIPELINE_LIMIT:
            self._transport.pause_reading()

    # Exchange

    def respond(self, response: HttpResponse) -> None:
        """Answer the request that is being handled and go on with the next."""
        if self._busy is None or self._transport.is_closing():
            return
        request, keep_alive = self._busy
        self._busy = None
        self._transport.write(response.encode(head=request.method == "HEAD", close=not keep_alive))
        self.last_active = self._loop.time()
        if not keep_alive:
            self._transport.close()
        elif self._pending or self._refusal is not None:
            self._loop.call_soon(self._next)

    def _next(self) -> None:
        if self._busy is not None or self._stalled:
            return
        if self._pending:
            self._busy = self._pending.popleft()
            if len(self._pending) == PIPELINE_LIMIT:
                self._transport.resume_reading()
            self._handler.handle(self._busy[0], self)
        elif self._refusal is not None:
            self._send_refusal(self._refusal)

    def _opens_websocket(self, request: HttpRequest) -> bool:
        """Whether an upgrade is the one of RFC 6455, section 4.1: a GET of HTTP/1.1."""
        offered = request.headers.get("upgrade", "").lower()
        return offered == "websocket" and request.method == "GET" and self._parser.get_http_version() == "1.1"

    def _hand_over(self, early: bytes) -> None:
        request = self._upgrading
        if request is None:
            return
        self._upgrading = None
        self._handler.lost(self)
        self._transport.pause_reading()
        self._handler.upgrade(request, self._transport, early)

    def _reset(self) -> None:
        self._url = b""
        self._headers: list[tuple[bytes, bytes]] = []
        self._header_size = 0
        self._body: list[bytes] = []
        self._body_size = 0
        self._refusal: HTTPStatus | None = None

    def _refuse(self, status: HTTPStatus) -> None:
        """Read no further request; the refusal is sent when those before it are answered."""
        if self._refusal is None:
            self._refusal = status

    def _send_refusal(self, status: HTTPStatus) -> None:
        if self._lingering or self._transport.is_closing():
            return
        self._lingering = True
        body = b'{"message":"%s"}' % status.phrase.encode()
        self._transport.write(json_response(status, body).encode(close=True))
        # A client that is still sending would have its connection reset by a close, and lose the answer with it.
        if self._transport.can_write_eof():  # not over TLS
            with contextlib.suppress(OSError):
                self._transport.write_eof()
        self._loop.call_later(LINGER, self._transport.close)


def json_response(status: int, body: bytes, *headers: tuple[str, str]) -> HttpResponse:
    """A response with a JSON body."""
    return HttpResponse(status, body, (("Content-Type", "application/json"), *headers))
