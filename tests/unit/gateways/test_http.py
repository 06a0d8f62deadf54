"""The HTTP client against a server that answers byte for byte as told."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
import pytest_asyncio

from chalicelib.gateways import http
from chalicelib.gateways.http import HttpClient, NoAnswerError
from tests.waiting import until

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@dataclass(slots=True)
class Server:
    """Gives each request the next answer, in the given parts; an empty part closes the connection."""

    answers: list[list[bytes]] = field(default_factory=list)
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    lost: int = 0
    url: str = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                size = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
                self.requests.append(head + await reader.readexactly(size))
                for part in self.answers.pop(0):
                    if not part:
                        return
                    writer.write(part)
                    await writer.drain()
                    await asyncio.sleep(0)
        except (asyncio.IncompleteReadError, ConnectionError):
            self.lost += 1
        finally:
            writer.close()


@pytest_asyncio.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    yield server
    listening.close()


@pytest.fixture
async def client(server: Server) -> AsyncIterator[HttpClient]:
    client = HttpClient(server.url)
    yield client
    client.close()


async def post(client: HttpClient, body: bytes = b"{}") -> int:
    return (await client.request("POST", "/a/b%3D", {"Host": "example.org"}, body)).status


async def test_a_request_is_sent_whole_with_its_length(server: Server, client: HttpClient) -> None:
    server.answers = [[OK]]
    assert await post(client, b"hello") == 200
    assert server.requests == [b"POST /a/b%3D HTTP/1.1\r\nHost: example.org\r\nContent-Length: 5\r\n\r\nhello"]


CHUNKED = b"HTTP/1.1 429 Too Many\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\n"


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (OK, 200),
        (b"HTTP/1.1 410 Gone\r\ncontent-length: 0\r\n\r\n", 410),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK, 200),
        (CHUNKED + b"\r\n", 429),
        (CHUNKED + b"Trailer: yes\r\n\r\n", 429),
    ],
)
@pytest.mark.parametrize("size", [1, 7, 4096])
async def test_an_answer_is_read_to_its_end_however_it_comes_and_the_connection_kept(
    server: Server, client: HttpClient, answer: bytes, status: int, size: int
) -> None:
    parts = [answer[start : start + size] for start in range(0, len(answer), size)]
    server.answers = [parts, [OK]]
    assert [await post(client), await post(client)] == [status, 200]
    assert server.connections == 1


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        ([OK], b"ok"),
        ([CHUNKED + b"\r\n"], b"hello"),
        ([b"HTTP/1.1 204 No Content\r\n\r\n"], b""),
        ([b"HTTP/1.1 200 OK\r\n\r\nall ", b"of it", b""], b"all of it"),
    ],
)
async def test_the_body_of_an_answer_is_what_was_sent(
    server: Server, client: HttpClient, answer: list[bytes], body: bytes
) -> None:
    server.answers = [answer]
    assert (await client.request("GET", "/", {"Host": "example.org"}, b"")).body == body


async def test_headers_are_found_in_lower_case_with_their_values_as_they_are(
    server: Server, client: HttpClient
) -> None:
    server.answers = [[b"HTTP/1.1 200 OK\r\nX-Amz-Function-Error: Unhandled\r\nContent-Length: 0\r\n\r\n"]]
    reply = await client.request("GET", "/", {"Host": "example.org"}, b"")
    assert reply.headers[b"x-amz-function-error"] == b"Unhandled"


async def test_an_answer_without_a_length_ends_with_its_connection(server: Server, client: HttpClient) -> None:
    server.answers = [[b"HTTP/1.1 500 Oh\r\n\r\nsome", b""], [OK]]
    assert [await post(client), await post(client)] == [500, 200]
    assert server.connections == 2


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\nConnection: close", b"HTTP/1.0 200 OK"])
async def test_a_connection_that_the_server_wants_closed_is_not_kept(
    server: Server, client: HttpClient, head: bytes
) -> None:
    server.answers = [[head + b"\r\nContent-Length: 0\r\n\r\n"], [OK]]
    assert [await post(client), await post(client)] == [200, 200]
    assert server.connections == 2


async def test_a_kept_connection_that_was_closed_meanwhile_costs_nothing(server: Server, client: HttpClient) -> None:
    server.answers = [[OK], [b""], [OK]]
    assert [await post(client), await post(client)] == [200, 200]
    assert (server.connections, len(server.requests)) == (2, 3)


@pytest.mark.parametrize(
    "answer",
    [[b""], [b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", b""], [b"220 mail.example.org ESMTP\r\n\r\n"]],
)
async def test_no_answer_on_a_new_connection_is_an_error(
    server: Server, client: HttpClient, answer: list[bytes]
) -> None:
    server.answers = [answer]
    with pytest.raises(NoAnswerError):
        await post(client)
    assert len(server.requests) == 1


async def test_half_an_answer_on_a_kept_connection_is_not_asked_for_again(server: Server, client: HttpClient) -> None:
    server.answers = [[OK], [b"HTTP/1.1 200 OK\r\nContent-Le", b""]]
    await post(client)
    with pytest.raises(NoAnswerError):
        await post(client)
    assert len(server.requests) == 2


async def test_who_gives_up_waiting_leaves_no_answer_to_the_next(server: Server, client: HttpClient) -> None:
    server.answers = [[], [OK]]
    waiting = asyncio.create_task(post(client))

    async def arrived() -> bool:
        return len(server.requests) == 1

    await until(arrived)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await post(client) == 200
    assert server.connections == 2


async def test_more_requests_than_connections_wait_for_one(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "CONNECTIONS", 3)
    client = HttpClient(server.url)
    server.answers = [[OK]] * 20
    assert await asyncio.gather(*(post(client) for _ in range(20))) == [200] * 20
    assert server.connections <= 3
    client.close()


async def test_a_connection_that_was_idle_for_too_long_is_not_used_again(
    server: Server, client: HttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answers = [[OK], [OK]]
    await post(client)
    monkeypatch.setattr(http, "KEEP_SECONDS", 0.0)
    assert await post(client) == 200
    assert server.connections == 2


@pytest.mark.parametrize("url", ["ftp://example.org", "example.org", "https://"])
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="URL"):
        HttpClient(url)
