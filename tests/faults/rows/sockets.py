"""Connections that vanish, that are not there yet, that are too slow, and callbacks that are refused."""

import asyncio
import socket as sockets
from functools import partial
from typing import Final

from infra.gateway import Faults
from tests.faults.gateway_process import GatewayProcess
from tests.faults.people import Person
from tests.faults.rows.row import row
from tests.faults.stage import Stage
from tests.waiting import until

CALLBACKS_PER_SECOND: Final = 30.0
_TEXT_LENGTH: Final = 7_900
_SMALL: Final = 4_096


@row("$disconnect never comes")
async def no_disconnect(stage: Stage) -> None:
    stage.provoke(Faults(drop_disconnect=True))
    async with stage.load():
        while stage.again():
            alone = await stage.crowd.account()
            granted = (await alone.bootstrap()).me.id
            async with await alone.socket() as socket:
                await socket.resume()
            stage.injected += 1
            # Nobody sends there, so no 410 tells that it is gone: the sweep asks once the lease has run out.
            await until(partial(swept, stage, granted), within=60)
            await stage.progress()


async def swept(stage: Stage, user: str) -> bool:
    """Sweep; whether the user has no connection any more."""
    await stage.sweep()
    return not await stage.connections(user)


@row("410 for some")
async def gone_connections(stage: Stage) -> None:
    stage.provoke(Faults(drop_disconnect=True))
    await stage.gather(4)
    async with stage.load() as people:
        while stage.again():
            for person in people[1:]:
                person.client.connection.restart()
                stage.injected += 1
                await stage.progress(5)
        await until(partial(only_the_living, stage, people), within=60)


async def only_the_living(stage: Stage, people: list[Person]) -> bool:
    """Whether deliveries have removed what is gone: each person has one connection."""
    return all([len(await stage.connections(it.id)) == 1 for it in people])


@row("429")
async def throttled(stage: Stage) -> None:
    async with stage.load():
        while stage.again():
            stage.provoke(Faults(callbacks_per_second=CALLBACKS_PER_SECOND))
            stage.injected += 1
            await stage.progress(30)
            stage.provoke(Faults())
            await stage.progress(5)


@row("slow reader")
async def slow_reader(stage: Stage) -> None:
    owner, reader, *_ = await stage.gather(3)
    while stage.again():
        wire = reader.server.wire.connection
        (slow,) = await stage.connections(reader.id)
        # The kernel would hold megabytes for it, unless told otherwise on both sides.
        narrow(wire.transport, sockets.SO_RCVBUF)
        narrow(stage.system.gateway._websocket.clients[slow]._transport, sockets.SO_SNDBUF)
        wire.transport.pause_reading()
        stage.injected += 1
        said = 0
        while slow in stage.system.gateway.connections:
            said += 1
            assert said < 1_000, "a reader that does not read is never closed"
            await owner.say(stage.room, f"{said}: ".ljust(_TEXT_LENGTH, "x"))
        wire.transport.resume_reading()
        await until(partial(is_elsewhere, stage, reader, slow), within=60)
        await reader.say(stage.room, "where was I?")


def narrow(transport: asyncio.Transport, option: int) -> None:
    """Let the kernel buffer little."""
    transport.get_extra_info("socket").setsockopt(sockets.SOL_SOCKET, option, _SMALL)


async def is_elsewhere(stage: Stage, person: Person, connection: str) -> bool:
    """Whether the person is live on another connection than that."""
    return person.client.connection.is_live and set(await stage.connections(person.id)) - {connection} != set()


@row("fan-out meets a connection still in its $connect")
async def pending_connection(stage: Stage) -> None:
    people = await stage.gather(3)
    late = await stage.crowd.account()
    await late.join(stage.room)
    user = (await late.bootstrap()).me.id
    while stage.again():
        stage.failpoints.arm("after connections.add", "stop", function="websocket_connect")
        connecting = asyncio.create_task(stage.crowd.connect(late))
        held = await stage.failpoints.stopped("after connections.add")
        stage.injected += 1
        (pending,) = [it for it, state in (await stage.connections(user)).items() if state == "pending"]
        for person in people:
            await person.say(stage.room, "somebody is at the door")
        assert (await stage.connections(user)).get(pending) == "pending"
        held.go_on()
        person = await connecting
        ack = await people[0].say(stage.room, "welcome")
        await asyncio.wait_for(person.client.reached(stage.room, ack.seq or 0), 60)


@row("gateway killed with sockets open")
async def killed_gateway(stage: Stage) -> None:
    arena = stage.arena
    gateway = GatewayProcess(arena.stores.environment(), arena.environment(), arena.folder)
    async with gateway, stage.in_front_of(gateway.url):
        await stage.gather(2)
        async with stage.load() as people:
            await stage.progress(5)
            while stage.again():
                stale = {it for person in people for it in await stage.connections(person.id)}
                await gateway.kill()
                stage.injected += 1
                await gateway.start()
                await stage.progress(5)
                await until(partial(none_left, stage, gateway, people, stale), within=60)


async def none_left(stage: Stage, gateway: GatewayProcess, people: list[Person], stale: set[str]) -> bool:
    """Sweep; whether all the connections of before are forgotten."""
    await gateway.invoke("sweep")
    return not stale & {it for person in people for it in await stage.connections(person.id)}
