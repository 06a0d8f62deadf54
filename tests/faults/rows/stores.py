"""Databases that restart, stay away, lose power, or have no place left."""

import asyncio
import signal
from collections.abc import Awaitable
from functools import partial

from chalicelib.errors import ErrorCode
from infra.gateway import Limits
from infra.gateway.pool.environment import State
from infra.stores import EmbeddedStore
from tests.faults.history import CREATED, Outcome
from tests.faults.patience import patiently
from tests.faults.readback import stored_rows
from tests.faults.rows.row import row
from tests.faults.stage import Stage
from tests.faults.stores import break_down, bring_back, small_postgres, take_away
from tests.waiting import until


@row("PostgreSQL restarts")
async def postgres_restarts(stage: Stage) -> None:
    store = stage.arena.stores.postgres
    async with stage.load():
        while stage.again():
            await stage.progress(5)
            # What `pg_ctl restart -m immediate` does.
            await break_down(store, signal.SIGQUIT)
            await bring_back(store)
            stage.injected += 1
            newcomer = await stage.crowd.account()
            await asyncio.wait_for(patiently(partial(newcomer.join, stage.room)), 60)
            await stage.progress()


@row("MongoDB away")
async def mongodb_away(stage: Stage) -> None:
    store = stage.arena.stores.mongodb
    async with stage.load() as people:
        while stage.again():
            await stage.progress(5)
            async with await people[0].server.socket() as socket:
                await socket.resume()
                await stage.random.choice((take_away, break_down))(store)
                stage.injected += 1
                id_ = await socket.send("message.send", room=stage.room, text="is anybody there?")
                error = await socket.kind("error", id=id_)
                assert (error["code"], error["retry"]) == (ErrorCode.UNAVAILABLE, True)
                await bring_back(store)
                await socket.say(stage.room, "is anybody there?", id_)
            await stage.progress()


@row("Cassandra away for minutes")
async def cassandra_away(stage: Stage) -> None:
    store = stage.arena.stores.cassandra
    while stage.again():
        # An edit needs the history; to say something needs none.
        async with stage.load(changes=0):
            await stage.progress()
            await stage.flushed()
            back = await (gone if stage.long and stage.random.random() < 0.5 else silent)(store)
            stage.injected += 1
            await stage.progress(30)
            before = await stage.arena.direct.heads.get(stage.room)
            # One that finds the lease taken has nothing to do; the others find nobody, and say so in time.
            await until(partial(flush_fails, stage), within=60)
            after = await stage.arena.direct.heads.get(stage.room)
            assert after.flushed == before.flushed, "flushed to a store that is away"
        await back
        await stage.flushed()


async def flush_fails(stage: Stage) -> bool:
    """Flush; whether that failed."""
    return not await stage.flush()


async def gone(store: EmbeddedStore) -> Awaitable[None]:
    """Take the server away; what brings it back."""
    await take_away(store)
    return bring_back(store)


async def silent(store: EmbeddedStore) -> Awaitable[None]:
    """Let the server answer nothing, as behind a network that swallows packets; what ends that."""
    store.child.send(signal.SIGSTOP)

    async def go_on() -> None:
        store.child.send(signal.SIGCONT)

    return go_on()


@row("power loss of Cassandra after a flush")
async def cassandra_loses_power(stage: Stage) -> None:
    store = stage.arena.stores.cassandra
    people = await stage.gather(3)
    while stage.again():
        for number in range(20):
            said = await people[number % 3].say(stage.room, f"{number} before the lights went out")
            await people[number % 3].react(stage.room, said.n or 0, "👍")
        await stage.flushed()
        before = await stored_rows(stage.arena.direct, stage.room)
        await break_down(store)
        stage.injected += 1
        await bring_back(store)
        assert await stored_rows(stage.arena.direct, stage.room) == before


@row("frozen environment, dead connections after the thaw")
async def thawed(stage: Stage) -> None:
    people = await stage.gather(3)
    stores = stage.arena.stores
    while stage.again():
        await people[0].say(stage.room, "good night")
        await people[0].edit(stage.room, people[0].mine[-1], "good night, all")
        async with await people[0].server.socket() as socket:
            await socket.resume()
            await stage.system.quiet()
            frozen = await stage.freeze("websocket_message", "api_handler")
            await asyncio.gather(*(restart(it) for it in (stores.postgres, stores.mongodb)))
            stage.injected += len(frozen)
            for it in frozen:
                it.go_on()
            # The first attempt of each is answered: the environments connect again by themselves.
            operation = people[0].begin(stage.room, CREATED, text="good morning")
            ack = await socket.say(stage.room, operation.text, operation.id)
            stage.history.end(operation, Outcome.OK, ack["seq"], ack["n"])
            assert not [it for it in socket.frames if it["type"] == "error"]
            await people[0].server.room(stage.room)


async def restart(store: EmbeddedStore) -> None:
    """End the server and start it again: whatever connections there were are reset."""
    await break_down(store)
    await bring_back(store)


@row("pool exhaustion")
async def too_many_environments(stage: Stage) -> None:
    environments, connections = (100, 20) if stage.long else (10, 8)
    found = stage.arena.stores.environment()
    limits = Limits(environments=environments, concurrency=2_000)
    async with (
        small_postgres(stage.arena.folder, found, connections) as small,
        stage.elsewhere(stage.arena.environment(), small, limits),
        stage.load() as people,
    ):
        ask = partial(patiently, partial(people[0].server.room, stage.room))
        while stage.again():
            # As many at once as there may be environments: once all are there, each of them wants a connection.
            while await at_work(stage) < environments:
                await asyncio.gather(*(ask() for _ in range(environments)))
            await asyncio.wait_for(asyncio.gather(*(ask() for _ in range(environments))), 90)
            stage.injected += environments
            await stage.progress(5)


async def at_work(stage: Stage) -> int:
    """How many environments serve REST."""
    (pool,) = [it for it in stage.system.gateway.functions.pools if it.function.name == "api_handler"]
    return sum(1 for it in pool.environments if it.state in {State.IDLE, State.BUSY})
