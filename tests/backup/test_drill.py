"""The drill: back up a Parley in which people talk, destroy it, restore it, and read everything back."""

import asyncio
import os
import shutil
import stat
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from copy import copy
from pathlib import Path
from random import Random
from typing import Final

import pytest

from chalicelib.bootstrap import RealStores
from chalicelib.config import load
from chalicelib.domain.messages import Span
from chalicelib.schemas.commands import MarkRead, Resume
from chalicelib.schemas.events import PUSH, Reset, Resumed
from infra.backup.create import create
from infra.backup.deployment import connected
from infra.backup.restore import opened, restore
from infra.backup.settle import NEW_RANGE
from infra.client import HttpServer
from infra.stores import HistoryStore
from tests.backup import places
from tests.client import new_id, sessions
from tests.faults.checker import check
from tests.faults.history import CREATED, History, Operation, Outcome
from tests.faults.people import Crowd, Person, talking
from tests.faults.readback import shown_pages, stored_log, stored_rows
from tests.system import function_environment, running
from tests.waiting import until

SECONDS: Final = 60.0
READ: Final = 5


@asynccontextmanager
async def opened_stores(environment: dict[str, str]) -> AsyncIterator[RealStores]:
    """The functions' repositories, to look straight into the stores."""
    stores = RealStores(load(function_environment(environment, 0) | {"WEBSOCKET_API_ID": "unused"}))
    try:
        yield stores
    finally:
        await stores.close()


async def progress(history: History, count: int) -> None:
    """Wait until so many more operations were answered with ok."""
    wanted = history.done(Outcome.OK) + count

    async def done() -> bool:
        return history.done(Outcome.OK) >= wanted

    await until(done, within=SECONDS)


async def reads(person: Person, room: str, n: int) -> None:
    """Move the person's read marker to n."""
    mark = MarkRead(action="read.mark", id=new_id(), room=room, n=n, version=1)

    async def read() -> bool:
        await person.client.send(mark)
        return (await person.server.room(room)).read_n == n

    await until(read)


async def resets(server: HttpServer, room: str, cursors: Sequence[int]) -> list[bool]:
    """Whether a socket that resumes from each of the cursors is told to load the room afresh."""
    told: list[bool] = []
    for cursor in cursors:
        wire = await server.open(await server.ticket())
        try:
            await wire.send(Resume(action="resume", id=new_id(), rooms={room: cursor}).model_dump_json())
            answers = []
            async for frame in wire.frames():
                answers.append(PUSH.validate_json(frame))
                if isinstance(answers[-1], Resumed):
                    break
            told.append(any(isinstance(it, Reset) for it in answers))
        finally:
            wire.abort()
    return told


async def judged(acked: list[Operation], server: HttpServer, room: str, environment: dict[str, str]) -> list[str]:
    """What is wrong with a restored room, read in every way there is."""
    history = History(operations=[it for it in acked if it.outcome is Outcome.OK])
    async with opened_stores(environment) as stores:
        history.logs.append(await stored_log(stores, room))
        history.pages.append(await stored_rows(stores, room))
    history.pages.append(await shown_pages(server, room, "REST"))
    assert {it.kind for it in history.operations} > {CREATED}, "something was changed, too"
    return check(history).problems


HISTORIES = os.environ.get("DRILL", HistoryStore.CASSANDRA).split(",")
"""Where the history is in the drills; DRILL=cassandra,mongodb plays both."""


@pytest.fixture(params=[HistoryStore(it) for it in HISTORIES])
def new_history(request: pytest.FixtureRequest) -> Callable[[], dict[str, str]]:
    """Names a history that nobody has used yet, each time it is called."""
    store = request.param
    hosts = request.getfixturevalue("cassandra_hosts") if store is HistoryStore.CASSANDRA else None
    return lambda: places.settings(store, hosts)


async def test_a_backup_of_a_busy_chat_brings_all_back_that_was_acked_before_it(
    new_history: Callable[[], dict[str, str]], tmp_path: Path
) -> None:
    random = Random(8)
    history_store = HistoryStore(new_history()["HISTORY_STORE"])
    secrets = {name: value for name, value in function_environment({}, 0).items() if name != "ALLOWED_ORIGINS"}
    functions = {**secrets, "FLUSH_COUNT": "10"}
    archive = tmp_path / "backups" / "busy.backup"
    history = History()
    data = places.migrated(tmp_path / "data", new_history())
    async with sessions() as http, AsyncExitStack() as stack:
        crowd = Crowd("", http, history, random)
        stack.push_async_callback(crowd.close)
        async with data as environment, running(environment, environment=functions) as parley:
            crowd.url = parley.url
            people = [await crowd.connect(await crowd.account()) for _ in range(3)]
            reader = people.pop()
            room = await crowd.room([it.server for it in (*people, reader)])
            await until(lambda: _known(crowd.people, room))
            async with talking(people, room, random, changes=0.4):
                await progress(history, 14)
                await reads(reader, room, READ)
                greeting = (await people[0].client.say(room, f"to you, <@{reader.id}>")).n
                await parley.invoke("flush")
                await progress(history, 5)
                acked = [copy(it) for it in history.operations]
                async with connected(environment, history_store) as deployment:
                    manifest = await create(deployment, archive, b"{}")
                await progress(history, 8)
                await parley.invoke("flush")
            lost = max(it.client.rooms[room].cursor for it in crowd.people)
        shutil.rmtree(tmp_path / "data")
        assert stat.S_IMODE(archive.stat().st_mode) == 0o600
        said: list[str] = []
        async with places.empty(tmp_path / "restored", new_history()) as environment:
            whole = opened(archive)
            async with connected(environment, history_store) as deployment:
                await restore(deployment, whole, said.append)
            whole.close()
            assert f"Verified: {manifest.rooms} rooms, {manifest.messages} messages, as of {manifest.began}" in said
            async with running(environment, environment=functions) as parley:
                for person in crowd.people:
                    person.server.url = parley.url
                assert await judged(acked, reader.server, room, environment) == []
                found = await reader.server.room(room)
                assert (found.n, found.read_n, found.mentions) == (manifest.messages, READ, 1)
                assert found.seq > NEW_RANGE > lost
                # Nobody has missed this, whatever they had seen of what is lost; and nobody waits for ever.
                async with asyncio.timeout(SECONDS):
                    for number in range(lost - (found.seq - NEW_RANGE) + 5):
                        await people[0].client.say(room, f"after the restore {number}")
                    end = (await people[0].client.say(room, "and the last")).seq
                    await asyncio.gather(*(it.client.reached(room, end) for it in crowd.people))
                assert {it.client.rooms[room].n for it in crowd.people} == {(await reader.server.newest(room)).n}
                # The log has grown by more than what was lost: numbers alone would not tell.
                last = found.seq - NEW_RANGE
                assert await resets(reader.server, room, [last, lost, found.seq, end]) == [True, True, False, False]
                assert (await reader.server.log_after(room, 0)).reset
                await parley.invoke("flush")
                assert await judged(acked, reader.server, room, environment) == []
                # What is changed now wins over what was restored.
                await people[0].client.edit(room, greeting, "changed after the restore")
                async with opened_stores(environment) as stores:

                    async def rewritten() -> bool:
                        # The edit may have completed a count; while that flush holds the lease, this one does nothing.
                        await parley.invoke("flush")
                        [row] = await stores.history.read(room, Span(greeting, greeting))
                        return row.text == "changed after the restore"

                    await until(rewritten)


async def _known(people: Sequence[Person], room: str) -> bool:
    return all(room in it.client.rooms for it in people)
