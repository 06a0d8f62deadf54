"""`make run HISTORY_STORE=mongodb`: no Cassandra, no JVM; and nobody is shown an empty history."""

import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from chalicelib.domain.log import End
from chalicelib.repositories.mongodb import client
from chalicelib.repositories.mongodb.heads import Heads
from infra.processes.ports import free_port
from infra.run.settings import parse
from infra.schema.history_store import UnknownHistoryStore
from infra.schema.placement import HistoryElsewhere, Placement, open_placement
from infra.stores import VARIABLES, HistoryStore
from tests.client import Person, sessions
from tests.contract.made import NOW, new_id
from tests.infra.parley_run import ParleyRun
from tests.infra.waiting import command_of
from tests.waiting import until

ROOT = Path(__file__).parents[2]
CASSANDRA, MONGODB = HistoryStore.CASSANDRA, HistoryStore.MONGODB
FLUSH_COUNT = 5
TEXTS = [f"message {number}" for number in range(FLUSH_COUNT)]


class Place:
    """A data folder, with a cache of its own for what is downloaded, in which there is nothing yet."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.cache = folder / "cache"
        self.data = folder / "data"
        (folder / "index.html").write_text("<title>Parley</title>")

    def run(self, history: HistoryStore) -> ParleyRun:
        settings = {"HISTORY_STORE": history.value, "FLUSH_COUNT": str(FLUSH_COUNT), "XDG_CACHE_HOME": str(self.cache)}
        return ParleyRun(free_port(), self.data, self._folder, **settings)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("without-cassandra"))


@pytest.fixture(scope="module")
def run(place: Place) -> Iterator[ParleyRun]:
    with place.run(MONGODB) as run:
        assert run.says("Parley is ready"), run.said
        yield run


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def page(run: ParleyRun) -> list[str]:
    """The texts of a room after they have been flushed."""
    server = next(command for command in map(command_of, run.descendants()) if "secantus" in command)
    found = re.search(r"--port (\d+)", server)
    assert found
    async with (
        sessions() as http,
        open_placement(f"mongodb://127.0.0.1:{found[1]}/?directConnection=true") as placement,
    ):
        person = await Person(run.url, http).register()
        room = await person.room()
        async with person.socket() as socket:
            for text in TEXTS:
                await socket.say(room, text)

        async def flushed() -> bool:
            return await placement.found() is MONGODB

        await until(flushed)
        assert (await person.get("/health"))["stores"] == {"postgres": True, "mongodb": True}
        return [it["text"] for it in await person.history(room)]


def test_history_in_mongodb_needs_no_jvm(run: ParleyRun, page: list[str]) -> None:
    commands = [command_of(pid) for pid in run.descendants()]
    assert any("infra.gateway" in command for command in commands)
    assert not any("java" in command or "Cassandra" in command for command in commands)


def test_history_in_mongodb_makes_and_fetches_nothing_of_cassandras(place: Place, page: list[str]) -> None:
    assert (place.data / "mongodb").is_dir()
    assert not (place.data / "cassandra").exists()
    assert not place.cache.exists()


def test_what_is_started_and_migrated_is_said(run: ParleyRun) -> None:
    assert run.said[0] == "Starting PostgreSQL and MongoDB"
    assert {line.partition(":")[0] for line in run.said if "schema brought" in line} == {"PostgreSQL", "MongoDB"}


def test_pages_come_from_the_flushed_history(page: list[str]) -> None:
    assert page == TEXTS


def test_a_start_with_the_other_store_is_refused_and_leaves_nothing(
    place: Place, run: ParleyRun, page: list[str]
) -> None:
    run.interrupt()
    assert run.end()[0] == 0
    with place.run(CASSANDRA) as other:
        assert other.end()[0] == 1
    starting, refusal = other.said
    assert starting == "Starting PostgreSQL, MongoDB and Cassandra"
    assert refusal == (
        "The history of this deployment is in MongoDB, not in Cassandra: use HISTORY_STORE=mongodb, or stop Parley and "
        "move it with the same settings: make move-history FROM=mongodb TO=cassandra"
    )
    assert not (place.data / "cassandra").exists()
    assert not place.cache.exists()


def test_the_history_of_a_stopped_run_is_moved_by_one_command(place: Place, run: ParleyRun, page: list[str]) -> None:
    run.interrupt()
    run.end()
    environment = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    moved = subprocess.run(
        [sys.executable, "-m", "infra.history", "move", "--from", "mongodb", "--to", "cassandra", "--switch"],
        env={**environment, "DATA_DIR": str(place.data), "PYTHONPATH": f"{ROOT}:{ROOT / 'functions'}"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (moved.returncode, moved.stderr) == (0, "")
    lines = moved.stdout.splitlines()
    assert lines[0] == "Starting MongoDB and Cassandra"
    assert re.search(r": (\d) messages in MongoDB, \1 in Cassandra: the same\n", moved.stdout)
    assert lines[-1] == "The history is in Cassandra now: start Parley with HISTORY_STORE=cassandra."
    with place.run(MONGODB) as other:
        assert other.end()[0] == 1
    assert other.said[-1].startswith("The history of this deployment is in Cassandra, not in MongoDB: ")


def test_another_store_than_the_two_is_one_clear_sentence() -> None:
    assert parse([], {"HISTORY_STORE": ""}).history is CASSANDRA
    assert parse([], {"HISTORY_STORE": "mongodb"}).history is MONGODB
    with pytest.raises(UnknownHistoryStore) as refusal:
        parse([], {"HISTORY_STORE": "postgres"})
    assert str(refusal.value) == ("HISTORY_STORE=postgres is neither cassandra nor mongodb: correct it and try again.")


@pytest_asyncio.fixture(loop_scope="session")
async def deployment(mongodb_url: str) -> AsyncIterator[tuple[Placement, str]]:
    """The placement of a deployment without anything yet, and the address of its MongoDB."""
    url = mongodb_url.replace("/parley", f"/placement{new_id()}")
    async with open_placement(url) as placement:
        yield placement, url


async def flush_something(url: str) -> None:
    database = client.connect(url)
    await Heads(database).raise_flushed(new_id(), End(2, 1, NOW))
    await client.close(database)


async def test_a_deployment_without_history_may_take_either_store(deployment: tuple[Placement, str]) -> None:
    placement, _ = deployment
    for store in (CASSANDRA, MONGODB, CASSANDRA):
        await placement.settle(store)
        assert await placement.found() is None


@pytest.mark.parametrize(("here", "there"), [(CASSANDRA, MONGODB), (MONGODB, CASSANDRA)])
async def test_a_deployment_with_history_stays_where_it_began(
    deployment: tuple[Placement, str], here: HistoryStore, there: HistoryStore
) -> None:
    placement, url = deployment
    await placement.settle(here)
    await flush_something(url)
    await placement.settle(here)
    for _ in range(2):
        with pytest.raises(
            HistoryElsewhere, match=f"is in {here.label}, not in {there.label}: use HISTORY_STORE={here},"
        ):
            await placement.settle(there)
    assert await placement.found() is here


async def test_history_that_nobody_placed_is_in_cassandra(deployment: tuple[Placement, str]) -> None:
    placement, url = deployment
    await flush_something(url)
    assert await placement.found() is CASSANDRA
    with pytest.raises(HistoryElsewhere):
        await placement.settle(MONGODB)


async def test_a_history_that_was_moved_is_where_it_was_moved_to(deployment: tuple[Placement, str]) -> None:
    placement, url = deployment
    await flush_something(url)
    await placement.move(MONGODB)
    await placement.settle(MONGODB)
    with pytest.raises(HistoryElsewhere):
        await placement.settle(CASSANDRA)
