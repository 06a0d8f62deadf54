"""The console over HTTP: who may use it, what it tells, what it does."""

import asyncio
import http.client
import json
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from websockets.exceptions import ConnectionClosed

from infra.gateway.console.guard import RefusedError, check_client
from infra.gateway.shell.http import HttpRequest
from infra.gateway.testing import LocalGateway
from tests.gateway.conftest import StartGateway, sample, until, write_project

STATE = "/_gateway/console/state"


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> Any:
        return json.loads(self.body)


def ask(
    gateway: LocalGateway, method: str, path: str, headers: dict[str, str] | None = None, body: object = None
) -> Awaitable[Reply]:
    """One request, as a browser on this machine sends it unless `headers` say otherwise."""

    def send() -> Reply:
        connection = http.client.HTTPConnection(gateway.url.removeprefix("http://"), timeout=10)
        try:
            content = None if body is None else json.dumps(body)
            connection.request(method, path, content, headers or {})
            response = connection.getresponse()
            return Reply(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()

    return asyncio.to_thread(send)


def from_page(gateway: LocalGateway, **changes: str) -> dict[str, str]:
    """The headers with which a browser posts from the console's own page."""
    return {"Origin": gateway.url, "Content-Type": "application/json", **changes}


@pytest.fixture(scope="module")
async def running_console(records_folder: Path) -> AsyncIterator[LocalGateway]:
    async with sample("sockets", records_folder, console=True) as gateway:
        yield gateway


@pytest.fixture
async def console(running_console: LocalGateway) -> LocalGateway:
    await until(lambda: not running_console.connections)
    running_console.events.clear()
    return running_console


async def test_it_is_off_by_default(sockets: LocalGateway) -> None:
    for path in ("/_gateway/", STATE, "/_gateway/console/console.js"):
        assert (await ask(sockets, "GET", path)).status == 403


async def test_the_page_and_its_files_allow_nothing_from_elsewhere(console: LocalGateway) -> None:
    for path, kind in (
        ("", "text/html"),
        ("console/console.js", "text/javascript"),
        ("console/console.css", "text/css"),
    ):
        reply = await ask(console, "GET", f"/_gateway/{path}")
        assert reply.status == 200
        assert reply.headers["content-type"].startswith(kind)
        assert "default-src 'none'; script-src 'self'" in reply.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in reply.headers["content-security-policy"]
        assert "unsafe" not in reply.headers["content-security-policy"]
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["cross-origin-resource-policy"] == "same-origin"
        assert "access-control-allow-origin" not in reply.headers


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "[::1", "", "192.168.0.1:80"])
async def test_a_name_that_somebody_else_owns_is_refused(console: LocalGateway, host: str) -> None:
    """DNS rebinding: a site has its own name resolve to 127.0.0.1, and is then of the same origin as the page."""
    for path in ("/_gateway/", STATE):
        reply = await ask(console, "GET", path, {"Host": host})
        assert reply.status == 403
    assert "localhost and 127.0.0.1 only" in reply.document["message"]


@pytest.mark.parametrize("host", ["localhost", "localhost:1234", "127.0.0.1:1", "127.9.9.9", "[::1]:8000"])
async def test_the_names_of_this_machine_are_answered(console: LocalGateway, host: str) -> None:
    assert (await ask(console, "GET", STATE, {"Host": host})).status == 200


@pytest.mark.parametrize("address", ["10.0.0.1", "203.0.113.9", "::ffff:10.0.0.1", "2001:db8::1", ""])
def test_a_client_on_another_machine_is_refused(address: str) -> None:
    request = HttpRequest("GET", "/_gateway/", [(b"Host", b"localhost")], b"", address)
    with pytest.raises(RefusedError, match="own machine only"):
        check_client(request)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_a_client_on_this_machine_is_answered(address: str) -> None:
    check_client(HttpRequest("GET", "/_gateway/", [(b"Host", b"localhost")], b"", address))


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://127.0.0.1:1"},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
    ],
)
async def test_only_the_page_itself_may_act(console: LocalGateway, headers: dict[str, str]) -> None:
    async with console.connect() as client:
        (id_,) = await until(lambda: console.connections)
        for action in ("send", "close"):
            body = {"connectionId": id_, "text": "x"}
            reply = await ask(console, "POST", f"/_gateway/console/{action}", from_page(console, **headers), body)
            assert reply.status == 403
        assert (await ask(console, "GET", f"/_gateway/console/send?connectionId={id_}")).status == 405
        await client.send("still here")
        assert await client.recv() == "still here"


async def test_a_frame_is_sent_and_a_connection_closed(console: LocalGateway) -> None:
    async with console.connect() as client:
        (id_,) = await until(lambda: console.connections)
        body = {"connectionId": id_, "text": "hällo"}
        assert (await ask(console, "POST", "/_gateway/console/send", from_page(console), body)).status == 200
        assert await client.recv() == "hällo"
        assert (await ask(console, "POST", "/_gateway/console/close", from_page(console), body)).status == 200
        with pytest.raises(ConnectionClosed):
            await client.recv()
    reply = await ask(console, "POST", "/_gateway/console/send", from_page(console), body)
    assert (reply.status, reply.document) == (410, {"message": "The connection is no longer available."})


@pytest.mark.parametrize(("body", "status"), [([1], 400), ({}, 410), ({"connectionId": {}}, 410)])
async def test_what_the_page_does_not_send_is_refused(console: LocalGateway, body: object, status: int) -> None:
    assert (await ask(console, "POST", "/_gateway/console/send", from_page(console), body)).status == status


async def test_a_message_that_is_too_long_is_refused(console: LocalGateway) -> None:
    async with console.connect():
        (id_,) = await until(lambda: console.connections)
        body = {"connectionId": id_, "text": "x" * (128 * 1024 + 1)}
        assert (await ask(console, "POST", "/_gateway/console/send", from_page(console), body)).status == 413


async def test_the_state_tells_what_happened_and_then_only_what_is_new(console: LocalGateway) -> None:
    async with console.connect() as client:
        await client.send("raise it")
        await client.recv()
        # Not the late end of another test's message.
        await console.events.wait(route="$default", where=lambda event: event.failure is not None)
        state = (await ask(console, "GET", f"{STATE}?after=0")).document
        (connection,) = state["connections"]
        assert (connection["sourceIp"], connection["state"]) == ("127.0.0.1", "open")
        assert connection["connectedAt"] <= connection["lastActiveAt"] <= state["now"]
        (failed,) = (
            each
            for each in state["invocations"]
            if each["connectionId"] == connection["connectionId"] and each["route"] == "$default"
        )
        assert (failed["ok"], failed["outcome"]) == (False, "error")
        error = state["errors"][-1]
        assert error["summary"] == "ValueError: secret detail"
        assert any("in message" in line for line in error["trace"])
        assert failed["environment"] in [each["pid"] for each in state["environments"]]
        assert state["latest"] >= failed["sequence"] == error["sequence"]
        later = (await ask(console, "GET", f"{STATE}?after={state['latest']}")).document
        # $disconnect of other tests' clients may end meanwhile.
        assert all(each["sequence"] > state["latest"] for each in later["invocations"])
        assert later["errors"] == []
        assert later["run"] == state["run"]


@pytest.mark.parametrize("after", ["-1", "x", "1e9", "9" * 40, "\u0661"])
async def test_a_sequence_number_that_is_none_asks_for_all(console: LocalGateway, after: str) -> None:
    reply = await ask(console, "GET", f"{STATE}?after={quote(after)}")
    assert reply.status == 200


async def test_a_change_that_does_not_load_is_among_the_errors(start_gateway: StartGateway, tmp_path: Path) -> None:
    project = write_project(tmp_path / "made", "from chalice import Chalice\napp = Chalice(app_name='made')\n")
    gateway = await start_gateway(project, console=True)
    write_project(project, "this is no Python")
    await gateway.reload()
    (error,) = (await ask(gateway, "GET", STATE)).document["errors"]
    assert error["summary"].endswith("could not be loaded.")
    assert any("SyntaxError" in line for line in error["trace"])
