"""What is written promptly arrives whole and in order, whatever the socket takes."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest

from infra.gateway.prompt import PromptWriter


@pytest.fixture
async def ends() -> AsyncIterator[tuple[asyncio.Transport, socket.socket]]:
    """A transport, and the other end of its socket."""
    ours, theirs = socket.socketpair()
    transport, _ = await asyncio.get_running_loop().create_connection(asyncio.Protocol, sock=ours)
    yield transport, theirs
    transport.abort()
    theirs.close()


Ends = tuple[asyncio.Transport, socket.socket]


async def test_it_is_there_before_the_loop_goes_on(ends: Ends) -> None:
    transport, theirs = ends
    PromptWriter(transport).write(b"hello")
    theirs.setblocking(False)
    assert theirs.recv(100) == b"hello"


async def test_what_the_socket_does_not_take_follows_in_order(ends: Ends) -> None:
    transport, theirs = ends
    writer = PromptWriter(transport)
    parts = [bytes([number]) * 300_000 for number in range(4)]
    for part in parts:
        writer.write(part)
    assert transport.get_write_buffer_size() > 0
    expected, received = b"".join(parts), b""
    loop = asyncio.get_running_loop()
    theirs.setblocking(False)
    async with asyncio.timeout(10):
        while len(received) < len(expected):
            received += await loop.sock_recv(theirs, 65_536)
    assert received == expected


async def test_nothing_happens_once_the_transport_is_closing_or_the_other_end_is_gone(ends: Ends) -> None:
    transport, theirs = ends
    writer = PromptWriter(transport)
    theirs.close()
    writer.write(b"into nothing")
    transport.abort()
    writer.write(b"too late")
    assert transport.get_write_buffer_size() == 0
