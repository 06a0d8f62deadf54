"""One client's WebSocket: frames in and out through the sans-I/O core of `websockets`, bounded in both directions."""

import asyncio
import contextlib
import time
from typing import Protocol

from websockets.frames import Frame, Opcode
from websockets.protocol import SEND_EOF
from websockets.protocol import State as ProtocolState
from websockets.server import ServerProtocol

from infra.gateway.core.connection import (
    BINARY_REFUSED,
    FRAME_LIMIT,
    INVALID_TEXT,
    MESSAGE_LIMIT,
    SLOW_READER,
    Close,
    Connection,
    Lifetimes,
    reported_close,
)
from infra.gateway.core.frames import ends_whole, text_frame, whole_text
from infra.gateway.prompt import PromptWriter
from infra.gateway.settings import Limits


class SendBufferFullError(Exception):
    """The client does not read as fast as it is sent to; nothing of the message was sent."""


class SocketOwner(Protocol):
    """Who is told what happens on a socket."""

    def message_received(self, client: "ClientSocket", text: str) -> None:
        """A whole text message."""

    def socket_closed(self, client: "ClientSocket", close: Close) -> None:
        """The transport is gone; once, last."""


class ClientSocket(asyncio.Protocol):
    """Takes a transport over once the upgrade is answered."""

    __slots__ = (
        "_between_frames",
        "_close_timer",
        "_expiry_timer",
        "_fragments",
        "_in_flight",
        "_limits",
        "_loop",
        "_owner",
        "_protocol",
        "_slow_timer",
        "_transport",
        "_writer",
        "connection",
    )

    def __init__(
        self,
        connection: Connection,
        transport: asyncio.Transport,
        owner: SocketOwner,
        limits: Limits,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self.connection = connection
        self._transport = transport
        self._owner = owner
        self._limits = limits
        self._loop = loop
        self._protocol = ServerProtocol(state=ProtocolState.OPEN, max_size=(MESSAGE_LIMIT, FRAME_LIMIT))
        # Not a list: a flood of fragments of no length would make that grow without end.
        self._fragments = bytearray()
        self._between_frames = True
        self._in_flight = 0
        self._writer = PromptWriter(transport)
        self._close_timer: asyncio.TimerHandle | None = None
        self._slow_timer: asyncio.TimerHandle | None = None
        self._expiry_timer = self._watch_expiry(time.time())

    def send(self, text: bytes) -> None:
        """Send one text message, in frames of at most 32 KB; raises SendBufferFullError."""
        if self._transport.get_write_buffer_size() + len(text) > self._limits.send_buffer:
            self._note_slow_reader()
            raise SendBufferFullError
        self.connection.touch(time.time())
        if len(text) <= FRAME_LIMIT and self._protocol.state is ProtocolState.OPEN:
            self._writer.write(text_frame(text))
            return
        self._protocol.send_text(text[:FRAME_LIMIT], fin=len(text) <= FRAME_LIMIT)
        for start in range(FRAME_LIMIT, len(text), FRAME_LIMIT):
            end = start + FRAME_LIMIT
            self._protocol.send_continuation(text[start:end], fin=end >= len(text))
        self._flush()

    def close(self, close: Close) -> None:
        """Start the closing handshake; the transport is cut if the client does not finish it in time."""
        if not self.connection.begin_close():
            return
        if self._protocol.state is ProtocolState.OPEN:
            self._protocol.send_close(close.code, close.reason)
        self._flush()
        self._transport.resume_reading()
        self._cut_later()

    def limit_life(self, lifetimes: Lifetimes) -> None:
        """Have it closed after other times than before."""
        self.connection.lifetimes = lifetimes
        self._expiry_timer.cancel()
        self._expiry_timer = self._watch_expiry(time.time())

    def invocation_started(self) -> None:
        """A message of this client is in a function; beyond the limit its socket is not read."""
        self._in_flight += 1
        if self._in_flight >= self._limits.messages_in_flight:
            self._transport.pause_reading()

    def invocation_ended(self) -> None:
        """The function answered."""
        self._in_flight -= 1
        if self._in_flight == self._limits.messages_in_flight - 1 and not self._transport.is_closing():
            self._transport.resume_reading()

    # asyncio.Protocol

    def data_received(self, data: bytes) -> None:
        """Parse frames and act on each."""
        if self._between_frames:
            message = whole_text(data, FRAME_LIMIT)
            if message is not None and self._protocol.state is ProtocolState.OPEN:
                self._message(message)
                return
            # A client that once sent a frame in parts, or a message in frames, is read by `websockets` from then on.
            self._between_frames = ends_whole(data)
        self._protocol.receive_data(data)
        for frame in self._protocol.events_received():
            if isinstance(frame, Frame):
                self._frame(frame)
        self._flush()

    def eof_received(self) -> bool:
        """The client ends its side: so does the server."""
        self._protocol.receive_eof()
        self._flush()
        return False

    def connection_lost(self, _exc: Exception | None) -> None:
        """Tell the owner what the client's close frame said, if there was one."""
        for timer in (self._expiry_timer, self._close_timer, self._slow_timer):
            if timer is not None:
                timer.cancel()
        close = self._protocol.close_rcvd or self._protocol.close_sent
        code, reason = (close.code, close.reason) if close else (None, "")
        if self.connection.finish():
            self._owner.socket_closed(self, reported_close(code, reason))

    # frames

    def _frame(self, frame: Frame) -> None:
        if self._protocol.eof_sent and frame.opcode is not Opcode.CLOSE:
            return  # failed by an earlier frame of the same chunk
        if frame.opcode is Opcode.BINARY:
            self._fail(BINARY_REFUSED)
        elif frame.opcode is Opcode.TEXT or frame.opcode is Opcode.CONT:
            self._fragments += frame.data
            if frame.fin:
                message = bytes(self._fragments)
                self._fragments.clear()
                self._message(message)

    def _message(self, message: bytes) -> None:
        try:
            text = message.decode()
        except UnicodeDecodeError:
            self._fail(INVALID_TEXT)
            return
        if self.connection.is_open:  # what comes after the server's close frame is too late
            self.connection.touch(time.time())
            self._owner.message_received(self, text)

    def _fail(self, close: Close) -> None:
        self._protocol.fail(close.code, close.reason)
        self._flush()

    # writing and closing

    def _flush(self) -> None:
        for data in self._protocol.data_to_send():
            if data != SEND_EOF:
                self._writer.write(data)
            elif self._protocol.close_rcvd is not None:
                self._transport.close()
            else:
                # The client may still be sending: closing now would reset the connection and lose our close frame.
                if self._transport.can_write_eof():  # not over TLS
                    with contextlib.suppress(OSError):
                        self._transport.write_eof()
                self._cut_later()
        if self._protocol.state is not ProtocolState.OPEN:
            self.connection.begin_close()
        # Messages stop at the limit. Pongs do not: a client that pings and never reads is cut off beyond it.
        if self._transport.get_write_buffer_size() > self._limits.send_buffer + FRAME_LIMIT:
            self._transport.abort()

    def _cut_later(self) -> None:
        if self._close_timer is None:
            self._close_timer = self._loop.call_later(self._limits.close_timeout, self._transport.abort)

    def _note_slow_reader(self) -> None:
        if self._slow_timer is None:
            self._slow_timer = self._loop.call_later(self._limits.slow_reader_grace, self._drop_slow_reader)

    def _drop_slow_reader(self) -> None:
        self._slow_timer = None
        if self._transport.get_write_buffer_size() > self._limits.send_buffer // 2:
            self.close(SLOW_READER)

    # expiry

    def _watch_expiry(self, now: float) -> asyncio.TimerHandle:
        # One timer for each connection, armed again when it fires: messages only move a timestamp.
        return self._loop.call_later(max(0.0, self.connection.expiry() - now), self._check_expiry)

    def _check_expiry(self) -> None:
        now = time.time()
        due = self.connection.expired(now)
        if due is not None:
            self.close(due)
        else:
            self._expiry_timer = self._watch_expiry(now)
