"""The HTTP server under clients that do not behave, and the stages on one port."""

import asyncio

import pytest
from websockets.asyncio.client import connect

from infra.gateway import Gateway, Limits
from infra.gateway.shell.http import Exchange, HttpConnection, HttpRequest, HttpResponse
from tests.gateway.conftest import StartGateway, until


async def talk(gateway: Gateway, *parts: bytes) -> bytes:
    """Send bytes, read until the server closes."""
    host, port = gateway.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
        return await asyncio.wait_for(reader.read(), 5)
    finally:
        writer.close()


async def test_requests_on_one_connection_are_answered_in_order(sockets: Gateway) -> None:
    first = b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n"
    last = b"GET /live/nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    answer = await talk(sockets, first * 30 + last)
    assert answer.count(b"HTTP/1.1 403") == 31
    assert b"Missing Authentication Token" in answer.rpartition(b"HTTP/1.1")[2]


async def test_a_request_may_arrive_byte_by_byte(sockets: Gateway) -> None:
    request = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    answer = await talk(sockets, *(request[index : index + 1] for index in range(len(request))))
    assert answer.startswith(b"HTTP/1.1 403")


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nHost x\r\n\r\n", b"400"),
        (b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\n\r\n", b"414"),
        (b"GET / HTTP/1.1\r\nA: " + b"x" * 70_000 + b"\r\n\r\n", b"431"),
        (b"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n", b"413"),
        (b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", b"400"),
    ],
    ids=["no http", "no header", "long url", "long header", "long body", "two lengths", "length and chunks"],
)
async def test_a_request_that_cannot_be_served_is_refused_and_closed(
    sockets: Gateway, request_bytes: bytes, status: bytes
) -> None:
    assert (await talk(sockets, request_bytes)).startswith(b"HTTP/1.1 " + status)


async def test_a_refusal_comes_after_the_answers_to_the_requests_before_it(sockets: Gateway) -> None:
    answer = await talk(sockets, b"GET /live/x HTTP/1.1\r\nHost: x\r\n\r\nnonsense\r\n\r\n")
    assert [part[:3] for part in answer.split(b"HTTP/1.1 ")[1:]] == [b"403", b"400"]


async def test_a_client_that_sends_on_reads_why_it_was_refused(sockets: Gateway) -> None:
    """A close while a body still arrives would reset the connection, and the client would not read the answer."""
    head = b"POST /live/x HTTP/1.1\r\nHost: x\r\nContent-Length: 20000000\r\n\r\n"
    answer = await talk(sockets, head, *(b"x" * 1_000_000 for _ in range(20)))
    assert answer.startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize("target", [b"OPTIONS *", b"CONNECT a.example:443", b"GET x"])
async def test_a_target_that_is_no_path_is_403(sockets: Gateway, target: bytes) -> None:
    answer = await talk(sockets, target + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert answer.startswith((b"HTTP/1.1 403", b"HTTP/1.1 400"))


HANDSHAKE = (
    b"Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


@pytest.mark.parametrize("line", [b"POST /live HTTP/1.1", b"GET /live HTTP/1.0"], ids=["POST", "HTTP/1.0"])
async def test_only_a_get_of_http_1_1_opens_a_socket(sockets: Gateway, line: bytes) -> None:
    """RFC 6455, section 4.1."""
    assert (await talk(sockets, line + b"\r\n" + HANDSHAKE)).startswith(b"HTTP/1.1 403")


class UnreadConnection(asyncio.Transport):
    """A transport whose peer reads only when the test says so; counts what was written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = bytearray()
        self.reading = True
        self.aborted = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += data

    def is_closing(self) -> bool:
        return self.aborted

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True

    def abort(self) -> None:
        self.aborted = True


class Counting:
    """Answers nothing by itself; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Exchange] = []

    def handle(self, _request: HttpRequest, exchange: Exchange) -> None:
        self.asked.append(exchange)

    def upgrade(self, _request: HttpRequest, transport: asyncio.Transport, _early: bytes) -> None:
        raise NotImplementedError

    def opened(self, connection: HttpConnection) -> None:
        """Nobody counts."""

    def lost(self, connection: HttpConnection) -> None:
        """Nobody counts."""


async def test_requests_that_nobody_waits_for_are_not_read_without_end() -> None:
    handler, transport = Counting(), UnreadConnection()
    connection = HttpConnection(handler, asyncio.get_running_loop(), 100)
    connection.connection_made(transport)
    connection.data_received(b"GET / HTTP/1.1\r\n\r\n" * 100)
    for number in range(82):
        assert not transport.reading, number
        handler.asked[-1].respond(HttpResponse(204))
        await asyncio.sleep(0)
    await until(lambda: len(handler.asked) == 83)
    assert not transport.reading
    handler.asked[-1].respond(HttpResponse(204))
    await until(lambda: transport.reading)


async def test_a_client_that_does_not_read_is_answered_no_further_and_can_be_cut_off() -> None:
    handler, transport = Counting(), UnreadConnection()
    connection = HttpConnection(handler, asyncio.get_running_loop(), 100)
    connection.connection_made(transport)
    connection.data_received(b"GET / HTTP/1.1\r\n\r\n" * 3)
    connection.pause_writing()
    handler.asked[-1].respond(HttpResponse(204))
    await asyncio.sleep(0)
    assert len(handler.asked) == 1
    connection.resume_writing()
    assert len(handler.asked) == 2
    connection.pause_writing()
    connection.close()
    assert transport.aborted


async def test_a_client_that_asks_first_is_told_to_go_on(sockets: Gateway) -> None:
    head = b"POST /nowhere HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n"
    assert (await talk(sockets, head, b"{}")).startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 403")


async def test_another_upgrade_is_an_ordinary_request(sockets: Gateway) -> None:
    request = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
    assert (await talk(sockets, request)).startswith(b"HTTP/1.1 403")


async def test_an_idle_http_connection_is_closed_and_a_socket_is_not(start_gateway: StartGateway) -> None:
    gateway = await start_gateway("sockets", limits=Limits(keep_alive=0.0))
    host, port = gateway.url.removeprefix("http://").split(":")
    async with connect(gateway.websocket_url) as client:
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        await reader.readuntil(b"}")
        ended = asyncio.ensure_future(reader.read())
        while not ended.done():
            gateway.sweep()
            await asyncio.wait({ended}, timeout=0.05)
        writer.close()
        await client.send("hello")
        assert await client.recv() == "hello"


async def test_a_handshake_without_a_key_is_refused(sockets: Gateway) -> None:
    request = b"GET /live HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
    assert (await talk(sockets, request)).startswith(b"HTTP/1.1 400")
    assert sockets.connections == []


async def test_the_two_stages_may_have_names_of_their_own(start_gateway: StartGateway) -> None:
    gateway = await start_gateway("sockets", rest_stage="api", websocket_stage="ws")
    assert gateway.websocket_url.endswith("/ws")
    async with connect(gateway.websocket_url) as client:
        await client.send("hello")
        assert await client.recv() == "hello"
    answer = await talk(gateway, b"GET /api/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert b"Missing Authentication Token" in answer
