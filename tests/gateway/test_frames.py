"""Frames as no well-behaved client sends them, after the cases of the Autobahn test suite.

API Gateway documents 1003 for binary frames and 1009 for what is too large. For what breaks the protocol it documents
nothing: there the codes are those of RFC 6455, sections 7.4.1 and 8.1.
"""

import asyncio
import socket
import time

import pytest
from websockets.asyncio.client import connect

from infra.gateway import Limits
from infra.gateway.core.connection import Lifetimes
from infra.gateway.testing import LocalGateway
from tests.gateway.conftest import APPS, StartGateway, until
from tests.gateway.raw_socket import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, frame, header, raw_socket
from tests.gateway.separate import separate_gateway

KILOBYTE = 1024
SNOWMAN = "\u2603".encode()


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        pytest.param([frame(TEXT, b"x", masked=False)], 1002, id="not masked"),
        pytest.param([frame(CONTINUATION, b"x")], 1002, id="continuation of nothing"),
        pytest.param([frame(TEXT, b"x", fin=False), frame(TEXT, b"y")], 1002, id="message within a message"),
        pytest.param([frame(TEXT, b"x", reserved=4)], 1002, id="RSV1 without an extension"),
        pytest.param([frame(TEXT, b"x", reserved=1)], 1002, id="RSV3"),
        pytest.param([frame(0x3, b"x")], 1002, id="unknown data opcode"),
        pytest.param([frame(0xB, b"x")], 1002, id="unknown control opcode"),
        pytest.param([frame(PING, b"x" * 126)], 1002, id="ping too long"),
        pytest.param([frame(PING, b"x", fin=False)], 1002, id="ping in fragments"),
        pytest.param([frame(CLOSE, b"\x03\xe8" + b"x" * 124)], 1002, id="close too long"),
        pytest.param([frame(CLOSE, b"\x03")], 1002, id="close with half a code"),
        pytest.param([frame(CLOSE, (999).to_bytes(2))], 1002, id="close with a code too low"),
        pytest.param([frame(CLOSE, (1005).to_bytes(2))], 1002, id="close with a reserved code"),
        pytest.param([frame(CLOSE, (1000).to_bytes(2) + b"\xff")], 1007, id="close with a broken reason"),
        pytest.param([frame(TEXT, b"\xff")], 1007, id="no UTF-8"),
        pytest.param([frame(TEXT, b"\xc0\xaf")], 1007, id="overlong UTF-8"),
        pytest.param([frame(TEXT, b"\xed\xa0\x80")], 1007, id="surrogate in UTF-8"),
        pytest.param([frame(TEXT, b"\xf4\x90\x80\x80")], 1007, id="beyond Unicode"),
        pytest.param([frame(TEXT, SNOWMAN[:2])], 1007, id="UTF-8 cut short"),
        pytest.param([frame(TEXT, SNOWMAN[:2], fin=False), frame(CONTINUATION, b"x")], 1007, id="cut by a fragment"),
        pytest.param([frame(BINARY)], 1003, id="binary without content"),
        pytest.param([frame(BINARY, b"x", fin=False), frame(CONTINUATION, b"y")], 1003, id="binary in fragments"),
        pytest.param([header(TEXT, 32 * KILOBYTE + 1)], 1009, id="frame too long by its header alone"),
        pytest.param([header(TEXT, 2**62)], 1009, id="frame of exabytes"),
        pytest.param(
            [frame(TEXT, b"x" * 30 * KILOBYTE, fin=False)] * 1
            + [frame(CONTINUATION, b"x" * 30 * KILOBYTE, fin=False)] * 4,
            1009,
            id="message too long",
        ),
    ],
)
async def test_a_bad_frame_closes_with_its_code_and_disconnect_is_told(
    sockets: LocalGateway, frames: list[bytes], code: int
) -> None:
    async with raw_socket(sockets.websocket_url) as client:
        await client.send(*frames)
        assert await client.close_code() == code
    event = await sockets.events.wait(route="$disconnect")
    assert event.event["requestContext"]["disconnectStatusCode"] == code
    assert not sockets.events.all(route="$default"), "no function is called for it"


async def test_what_comes_with_a_bad_frame_is_not_handled(sockets: LocalGateway) -> None:
    async with raw_socket(sockets.websocket_url) as client:
        await client.send(frame(TEXT, b"first"), frame(0x3), frame(TEXT, b"second"))
        assert await client.close_code() == 1002
    await sockets.events.wait(route="$disconnect")
    bodies = {event.event["body"] for event in sockets.events.all(route="$default")}
    assert bodies <= {"first"}


async def test_a_message_may_come_in_fragments_with_pings_between_and_characters_cut(sockets: LocalGateway) -> None:
    async with raw_socket(sockets.websocket_url) as client:
        await client.send(
            frame(TEXT, SNOWMAN[:1], fin=False),
            frame(CONTINUATION, fin=False),
            frame(PING, b"between"),
            frame(CONTINUATION, SNOWMAN[1:2], fin=False),
            frame(CONTINUATION, SNOWMAN[2:]),
        )
        assert await client.receive() == (PONG, b"between")
        assert await client.text() == "\u2603"


async def test_frames_may_arrive_byte_by_byte_and_many_at_once(sockets: LocalGateway) -> None:
    async with raw_socket(sockets.websocket_url) as client:
        for byte in frame(TEXT, b"slowly"):
            await client.send(bytes([byte]))
        assert await client.text() == "slowly"
        await client.send(*(frame(TEXT, str(number).encode()) for number in range(20)))
        assert {await client.text() for _ in range(20)} == {str(number) for number in range(20)}


async def test_an_empty_message_is_a_message(sockets: LocalGateway) -> None:
    async with raw_socket(sockets.websocket_url) as client:
        await client.send(frame(TEXT))
    event = await sockets.events.wait(route="$default")
    assert event.event["body"] == ""


async def test_a_pong_nobody_asked_for_is_ignored(sockets: LocalGateway) -> None:
    async with raw_socket(sockets.websocket_url) as client:
        await client.send(frame(PONG, b"x"), frame(TEXT, b"hello"))
        assert await client.text() == "hello"


async def test_compression_is_not_agreed_to(sockets: LocalGateway) -> None:
    """API Gateway does not document permessage-deflate for WebSocket APIs."""
    extension = "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"
    async with raw_socket(sockets.websocket_url, extension) as client:
        assert client.response.startswith(b"HTTP/1.1 101")
        assert b"permessage" not in client.response
        await client.send(frame(TEXT, b"hello"))
        assert await client.text() == "hello"


async def test_another_version_of_the_protocol_is_refused(sockets: LocalGateway) -> None:
    async with raw_socket(sockets.websocket_url.replace("?", ""), "Sec-WebSocket-Version: 8") as client:
        assert client.response.startswith((b"HTTP/1.1 400", b"HTTP/1.1 426"))


async def test_a_flood_of_empty_fragments_costs_no_memory_and_others_are_served() -> None:
    async with separate_gateway(APPS / "workers") as gateway, raw_socket(gateway.websocket_url) as client:
        await client.send(frame(TEXT, b"x", fin=False))
        flood = frame(CONTINUATION, fin=False) * 10_000
        # Not to count what a first event costs.
        await client.send(flood)
        await gateway.invoke("count", {}, time.time())
        before = gateway.peak
        for _ in range(40):
            await client.send(flood)
            await gateway.invoke("count", {}, time.time())
        # A list with an entry for each would take 3.2 MB.
        assert gateway.peak - before < 2.5 * 1024 * KILOBYTE


async def test_a_message_that_is_never_finished_does_not_keep_a_socket_open(start_gateway: StartGateway) -> None:
    gateway = await start_gateway("sockets", limits=Limits(lifetimes=Lifetimes(idle=0.5)))
    async with raw_socket(gateway.websocket_url) as client:
        closing = asyncio.ensure_future(client.close_code())
        while not closing.done():
            await client.send(frame(CONTINUATION if client.response == b"" else TEXT, b"x", fin=False))
            client.response = b""
            await asyncio.wait({closing}, timeout=0.05)
        assert await closing == 1001


async def test_a_client_that_vanishes_without_a_word_is_closed_when_it_was_idle_too_long(
    start_gateway: StartGateway,
) -> None:
    """A half-open connection: no FIN ever comes, and nobody reads the close frame."""
    gateway = await start_gateway("sockets", limits=Limits(lifetimes=Lifetimes(idle=0.3), close_timeout=0.3))
    client = await connect(gateway.websocket_url, ping_interval=None)
    client.transport.pause_reading()
    event = await gateway.events.wait(route="$disconnect")
    assert event.event["requestContext"]["disconnectStatusCode"] == 1001
    await until(lambda: gateway.connections == [])
    client.transport.abort()


async def test_a_client_that_closes_its_sending_half_is_told_goodbye(sockets: LocalGateway) -> None:
    async with raw_socket(sockets.websocket_url) as client:
        client.writer.write_eof()
        event = await sockets.events.wait(route="$disconnect")
        assert event.event["requestContext"]["disconnectStatusCode"] == 1006


async def test_a_client_that_pings_and_never_reads_is_cut_off_and_others_are_answered(
    start_gateway: StartGateway,
) -> None:
    """Pongs are nobody's message: there is no sender to tell 429, so the gateway ends it."""
    gateway = await start_gateway("sockets", limits=Limits(send_buffer=64 * KILOBYTE))
    pings = frame(PING, b"x" * 125) * 500
    async with raw_socket(gateway.websocket_url) as deaf, gateway.connect() as other:
        deaf.writer.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        async with asyncio.timeout(20):
            while len(gateway.connections) == 2:
                await deaf.send(pings)
                await other.send("hello")
                assert await other.recv() == "hello"
        event = await gateway.events.wait(route="$disconnect")
        assert event.event["requestContext"]["disconnectStatusCode"] == 1006
