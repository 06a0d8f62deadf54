"""`make run`: killed, started again, its children killed, stopped. On the real thing: servers, gateway, functions."""

import os
import re
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from websockets.exceptions import ConnectionClosed

from infra.processes.ports import free_port
from tests.client import Person, sessions
from tests.infra.parley_run import ParleyRun
from tests.infra.waiting import command_of, descendants, is_running, wait_until
from tests.waiting import until


@dataclass(frozen=True)
class KilledRun:
    """A run that was killed with SIGKILL right after a message had been acknowledged."""

    port: int
    data: Path
    static: Path
    processes: dict[int, str]
    """The command line of each process there was below it."""
    functions: list[int]
    """The processes below the gateway: the functions' environments."""
    name: str
    room: str


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def killed(tmp_path_factory: pytest.TempPathFactory) -> KilledRun:
    folder = tmp_path_factory.mktemp("run")
    static = folder / "static"
    static.mkdir()
    (static / "index.html").write_text("<title>Parley</title>")
    port = free_port()
    with ParleyRun(port, folder / "data", static) as run:
        assert run.says(f"Parley is ready at http://localhost:{port}"), run.said
        async with sessions() as http:
            person = await Person(run.url, http).register()
            room = await person.room()
            # The socket learns of it too.
            with suppress(ConnectionClosed):
                async with person.socket({room: 0}) as connection:
                    await connection.say(room, "kept")
                    processes = {pid: command_of(pid) for pid in run.descendants()}
                    functions = descendants(run.child("infra.gateway"))
                    run.kill()
    return KilledRun(port, folder / "data", static, processes, functions, person.name, room)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def again(killed: KilledRun) -> AsyncIterator[ParleyRun]:
    """The next run on the same data, started at once."""
    with ParleyRun(killed.port, killed.data, killed.static) as run:
        assert run.says("Parley is ready"), run.said
        yield run


@pytest.mark.parametrize("part", ["bin/postgres", "secantus", "CassandraDaemon", "infra.gateway"])
def test_a_killed_run_leaves_no_process(killed: KilledRun, part: str) -> None:
    mine = [pid for pid, command in killed.processes.items() if part in command]
    assert mine
    assert wait_until(lambda: not any(map(is_running, mine)))


def test_a_killed_run_leaves_no_function(killed: KilledRun) -> None:
    assert killed.functions
    assert wait_until(lambda: not any(map(is_running, killed.functions)))


def test_a_killed_run_leaves_no_process_of_any_other_kind_either(killed: KilledRun) -> None:
    assert wait_until(lambda: not any(map(is_running, killed.processes)))


def test_the_secrets_are_on_nobodys_command_line(killed: KilledRun) -> None:
    pepper = (killed.data / "secrets.json").read_text().split('"')[3]
    assert len(pepper) == 64
    assert not any(pepper in command for command in killed.processes.values())


async def test_started_again_it_finds_what_was_acknowledged_before_it_was_killed(
    killed: KilledRun, again: ParleyRun
) -> None:
    async with sessions() as http:
        person = await Person(again.url, http).log_in(killed.name)
        assert [message["text"] for message in await person.history(killed.room)] == ["kept"]


async def test_the_web_app_is_served(again: ParleyRun) -> None:
    navigation = {"Accept": "text/html"}
    async with sessions() as http, http.get(f"{again.url}/rooms/any", headers=navigation) as answer:
        assert await answer.text() == "<title>Parley</title>"


async def test_what_the_functions_measure_is_served_where_the_run_says(killed: KilledRun, again: ParleyRun) -> None:
    assert again.says("Its metrics are at http://localhost:")
    (said,) = [line for line in again.said if line.startswith("Its metrics")]
    url = said.rpartition(" ")[2]
    counted = re.compile(r"^parley_auth_failures_total ([1-9])", re.MULTILINE)
    async with sessions() as http:
        async with http.get(f"{again.url}/api/me") as refused:
            assert refused.status == 401

        async def told() -> bool:
            async with http.get(url) as answer:
                return counted.search(await answer.text()) is not None

        await until(told)
    lines = (killed.data / "logs" / "gateway.log").read_text().splitlines()
    assert any('| {"_aws":' in line for line in lines)


def test_a_second_run_on_the_same_data_is_one_clear_sentence(killed: KilledRun, again: ParleyRun) -> None:
    with ParleyRun(free_port(), killed.data, killed.static) as other:
        status, _ = other.end()
    assert status == 1
    [sentence] = other.said
    assert sentence.startswith(f"Parley cannot use {killed.data}, because process ")
    assert sentence.endswith(" is using it: stop that one, or choose another folder with DATA_DIR=.")


@pytest.mark.parametrize(
    ("part", "name"), [("secantus", "MongoDB"), ("bin/postgres", "PostgreSQL"), ("infra.gateway", "The gateway")]
)
async def test_a_child_that_dies_is_started_again(killed: KilledRun, again: ParleyRun, part: str, name: str) -> None:
    before = again.child(part)
    os.kill(before, signal.SIGKILL)
    assert again.says(f"{name} ended unexpectedly, starting it again (see {killed.data}/logs/")
    assert again.says(f"{name} runs again")
    assert again.child(part) != before
    async with sessions() as http:
        person = await Person(again.url, http).log_in(killed.name)
        assert [message["text"] for message in await person.history(killed.room)] == ["kept"]


def test_ctrl_c_stops_everything_within_five_seconds(again: ParleyRun) -> None:
    processes = again.descendants()
    again.interrupt()
    status, seconds = again.end()
    assert status == 0
    assert seconds < 5
    assert again.said[-1] == "Stopped"
    assert wait_until(lambda: not any(map(is_running, processes)), 1)


@pytest.fixture
def starting(tmp_path: Path) -> Iterator[ParleyRun]:
    """A run that is not ready yet."""
    with ParleyRun(free_port(), tmp_path / "data", tmp_path) as run:
        assert run.says("Starting PostgreSQL, MongoDB and Cassandra")
        yield run


def test_ctrl_c_during_the_start_stops_it(starting: ParleyRun) -> None:
    assert wait_until(lambda: len(starting.descendants()) >= 3)
    processes = starting.descendants()
    starting.interrupt()
    status, seconds = starting.end()
    assert status == 130
    assert seconds < 5
    assert wait_until(lambda: not any(map(is_running, processes)), 1)


def test_a_second_ctrl_c_ends_it_at_once(starting: ParleyRun) -> None:
    assert wait_until(lambda: len(starting.descendants()) >= 3)
    processes = starting.descendants()
    starting.interrupt()
    assert starting.says("Stopping")
    starting.interrupt()
    status, seconds = starting.end()
    assert status in {0, 130}
    assert seconds < 1.5
    assert wait_until(lambda: not any(map(is_running, processes)))


def test_a_port_in_use_ends_the_run_before_it_starts_anything(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with ParleyRun(other.getsockname()[1], tmp_path / "data", tmp_path) as run:
            status, _ = run.end()
    assert status == 1
    assert len(run.said) == 1
    assert run.said[0].startswith(f"Port {run.port} is in use: ")
    assert not (tmp_path / "data" / "postgresql").exists()
