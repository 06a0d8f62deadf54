"""invoke, connections, send and close against a gateway that runs in the test's process."""

import asyncio
import json
import os
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from infra.gateway.cli import main
from infra.gateway.commands.connections import span
from infra.gateway.run_file import Run, announced, runs_folder
from infra.gateway.testing import LocalGateway
from tests.gateway.conftest import APPS, until

Announce = Callable[[Run], Path]
Command = Callable[..., Awaitable[int]]


def run_of(gateway: LocalGateway, pid: int = os.getpid(), **changes: str) -> Run:
    """The run file that `run` would write."""
    credentials = gateway.settings.credentials
    fields = {
        "project": str(gateway.settings.project),
        "url": gateway.local_url,
        "region": gateway.settings.region,
        "access_key_id": credentials.access_key_id,
        "secret_access_key": credentials.secret_access_key,
    }
    return Run(pid, **{**fields, **changes})


@pytest.fixture
def announce(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Announce]:
    """Writes run files, in a folder of this test's own, until it ends."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    with ExitStack() as stack:
        yield lambda run: stack.enter_context(announced(run, runs_folder(os.environ)))


@pytest.fixture
def command(announce: Announce) -> Command:
    """Runs a command as the command line does; its status."""
    return lambda *arguments: asyncio.to_thread(main, arguments)


async def open_client(gateway: LocalGateway) -> tuple[ClientConnection, str]:
    client = await connect(gateway.websocket_url, user_agent_header="a \x9b31mclient")
    (id_,) = await until(lambda: gateway.connections)
    return client, id_


async def test_connections_are_listed_with_age_and_last_activity(
    sockets: LocalGateway, announce: Announce, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    announce(run_of(sockets))
    assert await command("connections") == 0
    assert capsys.readouterr().out == "Nobody is connected.\n"
    client, id_ = await open_client(sockets)
    assert await command("connections") == 0
    heading, row = capsys.readouterr().out.splitlines()
    assert heading.split() == ["CONNECTION", "AGE", "LAST", "ACTIVE", "ADDRESS", "USER", "AGENT"]
    assert row.startswith(id_)
    assert re.search(r" \d+\.\d s ago +127\.0\.0\.1  a ", row)
    assert row.endswith("?31mclient")  # what could steer a terminal is not printed
    assert await command("connections", "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["connectionId"] == id_
    assert document["connectedAt"] <= document["lastActiveAt"]
    await client.close()


async def test_a_message_is_sent_and_a_connection_closed(
    sockets: LocalGateway, announce: Announce, command: Command
) -> None:
    announce(run_of(sockets))
    client, id_ = await open_client(sockets)
    assert await command("send", id_, "hällo") == 0
    assert await client.recv() == "hällo"
    assert await command("close", id_) == 0
    with pytest.raises(ConnectionClosed):
        await client.recv()


async def test_who_is_not_connected_cannot_be_sent_to(
    sockets: LocalGateway, announce: Announce, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    announce(run_of(sockets))
    assert await command("send", "AbCdEfGh=", "text") == 1
    assert capsys.readouterr().err == "AbCdEfGh= is not connected: see `connections` for those that are.\n"


async def test_what_the_management_api_refuses_is_one_sentence(
    sockets: LocalGateway, announce: Announce, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    announce(run_of(sockets))
    client, id_ = await open_client(sockets)
    assert await command("send", id_, "x" * (128 * 1024 + 1)) == 1
    assert "The gateway refused: Message too long" in capsys.readouterr().err
    await client.close()


async def test_invoke_shows_the_answer_or_the_traceback(
    workers: LocalGateway, announce: Announce, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    announce(run_of(workers))
    assert await command("invoke", "count") == 0
    assert json.loads(capsys.readouterr().out)["calls"] == 1
    assert await command("invoke", "fail") == 1
    output = capsys.readouterr()
    assert json.loads(output.out)["errorMessage"] == "it failed"
    assert output.err.startswith("Traceback (most recent call last):\n  File ")
    assert output.err.endswith(": it failed\n")
    assert await command("invoke", "count", "--asynchronous") == 0
    assert capsys.readouterr().out == ""
    assert await command("invoke", "nothing") == 1
    assert capsys.readouterr().err == "nothing was not invoked: Function not found: nothing\n"


async def test_an_event_that_cannot_be_read_is_one_sentence(
    command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await command("invoke", "count", "--event=nowhere.json") == 1
    assert capsys.readouterr().err == "The event nowhere.json cannot be read: No such file or directory.\n"


async def test_without_a_gateway_it_says_how_to_get_one(command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert await command("connections") == 1
    assert capsys.readouterr().err == "No gateway runs: start one with `run`, or name its --endpoint.\n"


async def test_of_several_the_one_of_the_project_is_meant(
    sockets: LocalGateway,
    announce: Announce,
    command: Command,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    announce(run_of(sockets))
    announce(run_of(sockets, pid=1, project="/elsewhere", url="http://127.0.0.1:9"))
    assert await command("connections") == 1
    assert "Several gateways run: choose one with --endpoint:" in capsys.readouterr().err
    assert await command("connections", f"--project={APPS / 'sockets'}") == 0
    assert await command("connections", f"--endpoint={sockets.url}/") == 0
    monkeypatch.chdir(APPS / "sockets")
    assert await command("connections") == 0


async def test_an_endpoint_without_a_run_file_needs_credentials(
    sockets: LocalGateway,
    command: Command,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert await command("connections", f"--endpoint={sockets.url}") == 1
    assert "AWS_ACCESS_KEY_ID is not set" in capsys.readouterr().err
    for name, value in sockets.client_environment.items():
        monkeypatch.setenv(name, value)
    assert await command("connections", f"--endpoint={sockets.url}") == 0
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another")
    capsys.readouterr()
    assert await command("connections", f"--endpoint={sockets.url}") == 1
    assert capsys.readouterr().err.startswith(f"The gateway at {sockets.url} refused: The request signature")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-1, "0.0 s"), (0.44, "0.4 s"), (9.96, "10 s"), (59.6, "1 min 0 s"), (185, "3 min 5 s"), (4800, "1 h 20 min")],
)
def test_a_length_of_time_has_at_most_two_units(seconds: float, text: str) -> None:
    assert span(seconds) == text
