"""Callbacks and invocations against a server that answers as told."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
import pytest_asyncio
from aiohttp import web

from chalicelib.errors import Unavailable
from chalicelib.gateways.aws import Aws
from chalicelib.gateways.base import Delivery
from chalicelib.gateways.callbacks import ManagementApi
from chalicelib.gateways.clock import SystemClock
from chalicelib.gateways.invoker import LambdaInvoker
from chalicelib.gateways.sigv4 import Scope


@dataclass(slots=True)
class Server:
    """Answers every request in one way and keeps what it got."""

    url: str = ""
    status: int = 200
    answer: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    requests: list[tuple[str, str, bytes, dict[str, str]]] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.Response:
        self.requests.append((request.method, request.raw_path, await request.read(), dict(request.headers)))
        return web.Response(status=self.status, body=self.answer, headers=self.headers)


@pytest_asyncio.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield server
    await runner.cleanup()


@pytest_asyncio.fixture
async def callbacks(server: Server) -> AsyncIterator[ManagementApi]:
    aws = Aws(f"{server.url}/ws", Scope("us-east-1", "execute-api"), SystemClock())
    yield ManagementApi(aws)
    aws.close()


async def test_a_post_carries_the_frame_to_the_encoded_connection(server: Server, callbacks: ManagementApi) -> None:
    assert await callbacks.post("abc=", b"{}") is Delivery.DELIVERED
    method, path, body, headers = server.requests[0]
    assert (method, path, body) == ("POST", "/ws/@connections/abc%3D", b"{}")
    assert headers["Authorization"].startswith("AWS4-HMAC-SHA256 Credential=")


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Delivery.DELIVERED),
        (410, Delivery.GONE),
        (429, Delivery.THROTTLED),
        (403, Delivery.FAILED),
        (500, Delivery.FAILED),
    ],
)
async def test_each_status_has_its_outcome(
    server: Server, callbacks: ManagementApi, status: int, outcome: Delivery
) -> None:
    server.status = status
    assert await callbacks.post("abc=", b"{}") is outcome
    assert await callbacks.close("abc=") is outcome


async def test_whether_a_connection_exists_is_only_said_when_it_is_known(
    server: Server, callbacks: ManagementApi
) -> None:
    answers = {}
    for status in (200, 410, 500):
        server.status = status
        answers[status] = await callbacks.exists("abc=")
    assert answers == {200: True, 410: False, 500: None}


async def test_a_server_that_is_away_is_a_failure_and_no_exception() -> None:
    aws = Aws("http://127.0.0.1:9/ws", Scope("us-east-1", "execute-api"), SystemClock())
    callbacks = ManagementApi(aws)
    assert await callbacks.post("abc=", b"{}") is Delivery.FAILED
    assert await callbacks.exists("abc=") is None
    aws.close()


@pytest.mark.parametrize(("status", "accepted"), [(202, True), (429, False), (500, False)])
async def test_an_invocation_is_asynchronous_and_tells_whether_it_was_queued(
    server: Server, status: int, accepted: bool
) -> None:
    server.status = status
    aws = Aws(server.url, Scope("us-east-1", "lambda"), SystemClock())
    assert await LambdaInvoker(aws, "parley-dev-").invoke("flush_room", {"room": "r"}) is accepted
    method, path, body, headers = server.requests[0]
    assert (method, path) == ("POST", "/2015-03-31/functions/parley-dev-flush_room/invocations")
    assert body == b'{"room": "r"}'
    assert headers["X-Amz-Invocation-Type"] == "Event"
    aws.close()


@pytest_asyncio.fixture
async def invoker(server: Server) -> AsyncIterator[LambdaInvoker]:
    aws = Aws(server.url, Scope("us-east-1", "lambda"), SystemClock())
    yield LambdaInvoker(aws, "parley-dev-")
    aws.close()


async def test_what_a_function_returned_is_the_answer(server: Server, invoker: LambdaInvoker) -> None:
    server.answer = b'{"some": ["thing"]}'
    assert await invoker.ask("hash_password", {"cost": 4}) == {"some": ["thing"]}
    method, path, body, headers = server.requests[0]
    assert (method, path) == ("POST", "/2015-03-31/functions/parley-dev-hash_password/invocations")
    assert body == b'{"cost": 4}'
    assert "X-Amz-Invocation-Type" not in headers


async def test_a_function_at_its_concurrency_is_unavailable_for_a_short_time(
    server: Server, invoker: LambdaInvoker
) -> None:
    server.status = 429
    with pytest.raises(Unavailable, match="busy") as refused:
        await invoker.ask("hash_password", {})
    assert refused.value.details == {"retry_after": 2}


@pytest.mark.parametrize(
    ("status", "headers"), [(200, {"X-Amz-Function-Error": "Unhandled"}), (500, {}), (403, {}), (404, {})]
)
async def test_a_function_that_fails_is_unavailable_and_its_error_not_logged(
    server: Server,
    invoker: LambdaInvoker,
    caplog: pytest.LogCaptureFixture,
    status: int,
    headers: dict[str, str],
) -> None:
    server.status, server.headers = status, headers
    server.answer = b'{"errorMessage": "secret"}'
    with pytest.raises(Unavailable) as refused:
        await invoker.ask("hash_password", {"prepared": "secret"})
    assert refused.value.details == {"retry_after": 60}
    assert "hash_password failed" in caplog.text
    assert "secret" not in caplog.text
