"""`python -m infra.history` on real stores: there and back, killed in the middle, with a planted difference."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest
from pymongo import AsyncMongoClient

from chalicelib.domain.messages import Span
from infra.history.commands import Commands
from infra.history.deployment import Deployment, opened
from infra.history.errors import NotTheSource, StillFlushing
from infra.history.progress import NOTHING
from infra.stores import HistoryStore
from tests.contract.made import new_id
from tests.contract.room_log import RoomLog, folded, talk
from tests.waiting import process_state, until

ROOT = Path(__file__).parents[2]
CASSANDRA, MONGODB = HistoryStore.CASSANDRA, HistoryStore.MONGODB
LONG = 2_500
"""Messages of the longest room: some pages, after the first of which a move is stopped, after the second killed."""


def conversation(messages: int) -> RoomLog:
    """A room in which something of everything has happened."""
    log = talk(messages)
    for n in range(1, messages, 9):
        log.edits(n, f"edited {n}", mentions=["bob"])
        log.reacts(n, "👍", sender="eve")
    log.unreacts(1, "👍", sender="eve")
    log.deletes(messages)
    log.says("a reply", reply_to=1)
    return log


@dataclass(frozen=True)
class Servers:
    """A deployment's own database and keyspace on the servers of all tests."""

    environment: Mapping[str, str]

    def between(self, source: HistoryStore, target: HistoryStore) -> AbstractAsyncContextManager[Deployment]:
        """The deployment as the command opens it."""
        return opened(Path("/nowhere"), source, target, self.environment)

    async def flush(self, store: HistoryStore, *logs: RoomLog) -> None:
        """Flush the rooms' logs into the store."""
        async with self.between(store, MONGODB if store is CASSANDRA else CASSANDRA) as deployment:
            await deployment.placement.settle(store)
            for log in logs:
                await flush(deployment, log)

    def start(self, *arguments: str, stops_in: str = "") -> "subprocess.Popen[str]":
        """The command, as a process of its own, which stops (SIGSTOP) at every page of a room if that is named."""
        module = "tests.infra.stopping_move" if stops_in else "infra.history"
        settings = {"PATH": os.defpath, "PYTHONPATH": f"{ROOT}:{ROOT / 'functions'}", "STOPS_IN": stops_in}
        return subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env={**settings, **self.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def command(self, *arguments: str) -> tuple[int, str, str]:
        """Run it to its end: exit status, what it printed, and what on stderr."""
        with self.start(*arguments) as process:
            output, errors = process.communicate(timeout=120)
        return process.returncode, output, errors


async def stopped_itself(process: "subprocess.Popen[str]") -> None:
    """Wait until it stands still."""

    async def stands() -> bool:
        return process_state(process.pid) == "T"

    await until(stands)


async def flush(deployment: Deployment, log: RoomLog) -> None:
    await deployment.source.apply(log.room, log.events)
    await deployment.heads.raise_flushed(log.room, log.events[-1].end)


@pytest.fixture
def servers(stores_environment: Mapping[str, str]) -> Servers:
    name = f"move{new_id().lower()}"
    return Servers(
        {
            "MONGODB_URL": stores_environment["MONGODB_URL"].replace("/parley", f"/{name}"),
            "CASSANDRA_HOSTS": stores_environment["CASSANDRA_HOSTS"],
            "CASSANDRA_KEYSPACE": name,
        }
    )


async def test_a_history_is_moved_there_and_back(servers: Servers) -> None:
    logs = [conversation(messages) for messages in (12, 130, 1)]
    await servers.flush(CASSANDRA, *logs)
    for source, target in ((CASSANDRA, MONGODB), (MONGODB, CASSANDRA)):
        said: list[str] = []
        async with servers.between(source, target) as deployment:
            commands = Commands(deployment, source, target, said.append)
            assert await commands.move(switch=True)
            assert await deployment.placement.found() is target
            for log in logs:
                assert await deployment.target.read(log.room, Span(1, 200)) == folded(log.events)
                assert await deployment.progress.of(log.room) == NOTHING
            last = len(folded(logs[1].events))
            assert f"{logs[1].room}: {last} messages in {source.label}, {last} in {target.label}: the same" in said
            assert said[-1] == f"The history is in {target.label} now: start Parley with HISTORY_STORE={target}."
            # Meanwhile something happens there, of which what was the source knows nothing.
            log = logs[0]
            log.reacts(1, "❤️")
            log.unreacts(2, "👍")
            log.says("one more")
            await deployment.target.apply(log.room, log.events)
            await deployment.heads.raise_flushed(log.room, log.events[-1].end)
            with pytest.raises(NotTheSource):
                await commands.move(switch=False)
            assert await commands.move(switch=True), "asked for again, it is there already"


async def test_a_move_that_is_stopped_or_killed_in_the_middle_goes_on_from_there(servers: Servers) -> None:
    log = conversation(LONG)
    command = ("move", "--from", "cassandra", "--to", "mongodb", "--switch")
    await servers.flush(CASSANDRA, conversation(5), log)
    async with servers.between(CASSANDRA, MONGODB) as deployment:

        async def done() -> int:
            return (await deployment.progress.of(log.room)).n

        async def ended_in_the_middle(number: signal.Signals) -> tuple[int, str]:
            before = await done()

            with servers.start(*command, stops_in=log.room) as process:
                try:
                    await stopped_itself(process)
                    process.send_signal(number)
                    process.send_signal(signal.SIGCONT)
                    _, errors = process.communicate(timeout=30)
                finally:
                    process.kill()
            assert before < await done() < LONG
            assert await deployment.placement.found() is CASSANDRA
            return process.returncode, errors

        stopped = (130, "Stopped: the same command goes on from here.\n")
        assert await ended_in_the_middle(signal.SIGINT) == stopped
        assert await ended_in_the_middle(signal.SIGKILL) == (-signal.SIGKILL, "")
        status, output, errors = servers.command(*command)
        assert (status, errors) == (0, "")
        assert f"{log.room}: {LONG + 1} messages in Cassandra, {LONG + 1} in MongoDB: the same\n" in output
        assert await deployment.target.read(log.room, Span(1, LONG + 1)) == folded(log.events)
        assert await deployment.placement.found() is MONGODB


async def test_a_planted_difference_is_found_and_nothing_is_switched(servers: Servers) -> None:
    log = conversation(110)
    await servers.flush(CASSANDRA, conversation(3), log)
    async with servers.between(CASSANDRA, MONGODB) as deployment:
        commands = Commands(deployment, CASSANDRA, MONGODB, lambda _: None)
        assert await commands.move(switch=False)
        assert await commands.verify()
        await plant(servers.environment["MONGODB_URL"], log.room)
        direction = ("--from", "cassandra", "--to", "mongodb")
        status, output, errors = servers.command("verify", *direction)
        assert (status, errors) == (1, "")
        assert output[output.index(log.room) :].splitlines()[:4] == [
            f"{log.room}: 111 messages in Cassandra, 110 in MongoDB: 3 different",
            "  message 3 differs in text, versions",
            "  message 10 differs in versions",
            "  message 105 is not in MongoDB",
        ]
        assert "Rooms compared: 2, different: 1\n" in output
        assert "forged" not in output
        status, output, _ = servers.command("move", *direction, "--switch")
        assert status == 1
        assert "  message 105" not in output, "what was missing has been copied again"
        assert "  message 3 differs in text, versions\n" in output, "what was forged is not overwritten"
        assert await deployment.placement.found() is CASSANDRA


async def plant(url: str, room: str) -> None:
    """Differences, straight in MongoDB: a text, an earlier text, and a message that is missing."""
    async with AsyncMongoClient[dict[str, object]](url, serverMonitoringMode="poll") as client:
        database = client.get_default_database()
        await database["messages"].update_one({"_id": f"{room}/3"}, {"$set": {"text": "forged"}})
        await database["message_versions"].update_one({"message": f"{room}/10"}, {"$set": {"text": "forged"}})
        await database["messages"].delete_one({"_id": f"{room}/105"})


async def test_a_flush_while_the_history_is_moved_keeps_it_from_being_switched(servers: Servers) -> None:
    log, late = conversation(9), conversation(4)
    await servers.flush(MONGODB, log)
    async with servers.between(MONGODB, CASSANDRA) as deployment:

        class Flushing(Commands):
            """Somebody flushes another room, whose rows are then copied, and its head raised, at the last moment."""

            async def verify(self) -> bool:
                same = await super().verify()
                await flush(deployment, late)
                return same

        with pytest.raises(StillFlushing, match="1 room was flushed while the history was being moved: stop Parley"):
            await Flushing(deployment, MONGODB, CASSANDRA, lambda _: None).move(switch=True)
        assert await deployment.placement.found() is MONGODB
        assert await Commands(deployment, MONGODB, CASSANDRA, lambda _: None).move(switch=True)
        assert await deployment.target.read(late.room, Span(1, 9)) == folded(late.events)


@pytest.mark.parametrize(
    ("source", "target", "sentence"),
    [
        ("mongodb", "mongodb", "From mongodb to mongodb there is nothing to move: name two stores."),
        ("postgres", "mongodb", "FROM=postgres is neither cassandra nor mongodb: correct it and try again."),
        ("mongodb", "", "TO= is neither cassandra nor mongodb: correct it and try again."),
    ],
)
def test_what_makes_no_sense_is_one_clear_sentence(source: str, target: str, sentence: str) -> None:
    assert Servers({}).command("move", "--from", source, "--to", target) == (1, "", f"{sentence}\n")


def test_a_folder_without_a_deployment_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "typo"
    status, _, errors = Servers({"DATA_DIR": str(folder)}).command("move", "--from", "cassandra", "--to", "mongodb")
    assert status == 1
    assert errors.startswith(f"There is no Parley in {folder}: name the folder of its data with DATA_DIR=")
    assert not folder.exists()
