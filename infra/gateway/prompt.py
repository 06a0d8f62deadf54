"""Writing to a socket at once.

uvloop's transports keep what is written until the end of the loop's turn, so that writes are joined. An answer then
waits for the log, for the runtime's next request, and for whatever else came with the same poll: 35 us for one client.
"""

import asyncio
import contextlib
import os


class PromptWriter:
    """Writes to a transport's socket, and leaves to the transport what that does not take, or what is encrypted."""

    __slots__ = ("_descriptor", "_transport")

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        plain = transport.get_extra_info("sslcontext") is None
        self._descriptor: int = transport.get_extra_info("socket").fileno() if plain else -1

    def write(self, data: bytes) -> None:
        """Write, behind what the transport still has. Nothing happens once it is closing."""
        transport = self._transport
        if transport.is_closing():
            return
        written = 0
        if self._descriptor >= 0 and not transport.get_write_buffer_size():
            with contextlib.suppress(OSError):  # full, or gone: the transport finds out
                written = os.write(self._descriptor, data)
        if written < len(data):
            transport.write(data[written:])
