"""The runtime's end of the Runtime API: as much of HTTP/1.1 as it speaks, since every message passes here twice.

What is not here is refused: bodies have a Content-Length. Two requests that arrive together, a result and the question
for the next event, are answered together.
"""

import asyncio
import re
from typing import Protocol, cast

from infra.gateway.prompt import PromptWriter

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_HEAD_LIMIT = 64 * 1024
_END = b"\r\n\r\n"
BAD_REQUEST = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"


class RuntimeRequests(Protocol):
    """Who answers."""

    def handle(self, path: str, body: bytes, connection: "RuntimeConnection") -> None:
        """Call `connection.respond` once, now or later."""


class RuntimeConnection(asyncio.Protocol):
    """One connection of a runtime. Of a body only `body_limit` bytes are kept: the rest is read and dropped."""

    __slots__ = (
        "_body_limit",
        "_buffer",
        "_dropped",
        "_handler",
        "_needed",
        "_parsing",
        "_responses",
        "_transport",
        "_unanswered",
        "_writer",
    )

    def __init__(self, handler: RuntimeRequests, body_limit: int) -> None:
        self._handler = handler
        self._body_limit = body_limit
        self._transport: asyncio.Transport
        self._writer: PromptWriter
        self._buffer = bytearray()
        #: Bytes without which there is nothing to parse.
        self._needed = len(_END)
        self._dropped = 0
        self._responses = b""
        self._unanswered = 0
        self._parsing = False

    def respond(self, response: bytes) -> None:
        """Answer a request. Nothing happens when the runtime has gone."""
        self._unanswered -= 1
        self._responses += response
        if not self._parsing:
            self._flush()

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the transport."""
        self._transport = cast("asyncio.Transport", transport)
        self._writer = PromptWriter(self._transport)

    def data_received(self, data: bytes) -> None:
        """Answer every whole request."""
        self._buffer += data
        self._parsing = True
        while len(self._buffer) >= self._needed and not self._transport.is_closing() and self._take():
            pass
        self._parsing = False
        # With a request open behind them the runtime waits for more than these: they leave with its answer.
        if not self._unanswered:
            self._flush()

    def _take(self) -> bool:
        end = self._buffer.find(_END)
        if end < 0:
            if len(self._buffer) > _HEAD_LIMIT:
                self._refuse(BAD_REQUEST)
            return False
        head = bytes(self._buffer[: end + 2])
        length = _LENGTH.search(head)
        total = int(length[1]) if length else 0
        start = end + len(_END)
        self._needed = start + min(total, self._body_limit)
        if len(self._buffer) < self._needed or not self._drop(total - self._body_limit):
            return False
        body = bytes(self._buffer[start : self._needed])
        del self._buffer[: self._needed]
        self._needed = len(_END)
        target = head.split(b" ", 2)[1:2]
        if not target:
            self._refuse(BAD_REQUEST)
            return False
        self._unanswered += 1
        self._handler.handle(target[0].decode("latin-1"), body, self)
        return True

    def _drop(self, surplus: int) -> bool:
        """Drop what has come of the body's last `surplus` bytes; whether that is all of them."""
        if surplus <= 0:
            return True
        end = min(len(self._buffer), self._needed + surplus - self._dropped)
        self._dropped += end - self._needed
        del self._buffer[self._needed : end]
        if self._dropped < surplus:
            self._needed = len(self._buffer) + 1
            return False
        self._dropped = 0
        return True

    def _refuse(self, response: bytes) -> None:
        self._responses += response
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        if self._responses:
            self._writer.write(self._responses)
        self._responses = b""
