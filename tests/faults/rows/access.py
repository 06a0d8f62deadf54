"""Rights that are taken away while something is under way."""

import asyncio
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from chalicelib.errors import ErrorCode
from infra.client import HandshakeRefused, HttpServer, Refused
from infra.client.http import WebSocketWire
from tests.client import Socket
from tests.faults.faulty_server import FaultyServer
from tests.faults.history import Outcome
from tests.faults.people import Person
from tests.faults.readback import stored_log
from tests.faults.rows.row import row
from tests.faults.scan import places_of
from tests.faults.stage import Stage

API: Final = "api_handler"
CONNECT: Final = "websocket_connect"
INSERT: Final = "before events.insert"
JOIN_STEPS: Final = ("after rooms.join", "after access.replace", "before outbox.done")
KICK_STEPS: Final = ("after roles.remove", "before connections.grant_all", INSERT)


@dataclass(frozen=True, slots=True)
class Moderation:
    """What is done to a user, and what a send is refused with after it."""

    path: str
    code: ErrorCode
    body: Mapping[str, object] | None = None


KICK: Final = Moderation("members/{user}/kick", ErrorCode.NOT_MEMBER)
BAN: Final = Moderation("bans/{user}", ErrorCode.NOT_MEMBER)
MUTE: Final = Moderation("members/{user}/mute", ErrorCode.FORBIDDEN, {"on": True})
CONNECT_STEPS: Final = ("after tickets.consume", "after connections.add", "after access.get")


@row("crash between PostgreSQL's commit and MongoDB")
async def crashed_after_the_commit(stage: Stage) -> None:
    owner, _ = await stage.gather(2)
    while stage.again():
        for join, kick in zip(JOIN_STEPS, KICK_STEPS, strict=True):
            server = await stage.crowd.account()
            await killed(stage, join, server.join(stage.room))
            person = await stage.crowd.connect(server)
            assert (await person.say(stage.room, f"in, in spite of a crash {join}")).outcome is Outcome.OK
            await killed(stage, kick, moderate(owner, stage.room, person.id, KICK))
            refused = await person.say(stage.room, f"out, in spite of a crash {kick}")
            assert refused.outcome is not Outcome.OK
            assert stage.room not in (await direct_access(stage, person))
        await logged_out_in_spite_of_a_crash(stage)


async def moderate(owner: Person, room: str, user: str, how: Moderation) -> None:
    """Kick, ban or mute somebody, as the room's owner."""
    await owner.server.call("POST", f"/rooms/{room}/" + how.path.format(user=user), how.body)


async def killed(stage: Stage, step: str, request: Coroutine[object, object, object]) -> None:
    """Make a request whose function dies at the step; the sweep does the rest."""
    stage.failpoints.arm(step, function=API)
    try:
        await request
    except Refused as error:
        if not error.retry:
            raise
    assert not stage.failpoints.armed(step, function=API)
    stage.injected += 1
    await stage.sweep()


async def direct_access(stage: Stage, person: Person) -> frozenset[str]:
    """The person's rooms as the sockets' side has them."""
    access = await stage.arena.direct.access.get(person.id)
    assert access is not None
    return access.rooms


async def logged_out_in_spite_of_a_crash(stage: Stage) -> None:
    """The session's sockets are closed by the sweep."""
    server = await stage.crowd.account()
    async with await server.socket() as socket:
        await socket.resume()
        await killed(stage, "before access.replace", server.log_out())
        await socket.kind("session.ended")
        await socket.closed()


@row("ticket issued, user kicked, ticket used; ticket used, user kicked, connection stored")
async def tickets_and_kicks(stage: Stage) -> None:
    owner, _ = await stage.gather(2)
    while stage.again():
        server = await stage.crowd.account()
        user = (await server.bootstrap()).me.id
        await server.join(stage.room)
        ticket = await server.ticket()
        await moderate(owner, stage.room, user, KICK)
        stage.injected += 1
        await is_out(stage, user, await HttpServer.open(server, ticket))
        for step in CONNECT_STEPS:
            await server.join(stage.room)
            kick = moderate(owner, stage.room, user, KICK)
            await is_out(stage, user, await opened_while(stage, server, step, kick))
        for step in stage.some(CONNECT_STEPS):
            with suppress(HandshakeRefused):
                # Where the handshake was not refused, the socket is nobody's.
                await is_nobody(await opened_while(stage, server, step, server.log_out()))
            server = await stage.crowd.account()


async def opened_while(
    stage: Stage, server: FaultyServer, step: str, revoke: Coroutine[object, object, None]
) -> WebSocketWire:
    """A socket whose $connect stood still at the step while a right was taken away."""
    ticket = await server.ticket()
    stage.failpoints.arm(step, "stop", function=CONNECT)
    opening = asyncio.create_task(HttpServer.open(server, ticket))
    held = await stage.failpoints.stopped(step)
    stage.injected += 1
    await revoke
    held.go_on()
    return await opening


async def is_out(stage: Stage, user: str, wire: WebSocketWire) -> None:
    """The socket lives, without the room."""
    async with Socket(wire.connection) as socket:
        resumed = await socket.resume({stage.room: 0})
        assert stage.room not in resumed["to"]
        operation = stage.begin(user, "let me in")
        await socket.send("message.send", id=operation.id, room=stage.room, text=operation.text)
        assert (await socket.kind("error", id=operation.id))["code"] == ErrorCode.NOT_MEMBER
        stage.history.end(operation, Outcome.FAIL)


async def is_nobody(wire: WebSocketWire) -> None:
    """The socket was opened before its session ended, and can do nothing."""
    async with Socket(wire.connection) as socket:
        id_ = await socket.send("resume", rooms={})
        assert (await socket.kind("error", id=id_))["code"] in {ErrorCode.NOT_LIVE, ErrorCode.UNAUTHENTICATED}


@row("kick, ban, mute against a send already past its check")
async def moderated_before_the_insert(stage: Stage) -> None:
    owner, _ = await stage.gather(2)
    while stage.again():
        for how in (KICK, BAN, MUTE):
            await silenced_before_the_insert(stage, owner, how)


async def silenced_before_the_insert(stage: Stage, owner: Person, how: Moderation) -> None:
    """A send stands still between its check and its insert while its author loses the right to it."""
    server = await stage.crowd.account()
    await server.join(stage.room)
    user = (await server.bootstrap()).me.id
    operation = stage.begin(user, "too late")
    async with await server.socket() as socket:
        await socket.resume()
        stage.failpoints.arm(INSERT, "stop", function="websocket_message")
        await socket.send("message.send", id=operation.id, room=stage.room, text=operation.text)
        held = await stage.failpoints.stopped(INSERT)
        stage.injected += 1
        await moderate(owner, stage.room, user, how)
        held.go_on()
        assert (await socket.kind("error", id=operation.id))["code"] == how.code
        stage.history.end(operation, Outcome.FAIL)
    await owner.say(stage.room, "and on it goes")
    log = await stored_log(stage.arena.direct, stage.room)
    assert [it.kind for it in log.entries if it.sender == user] == ["member.joined"]


@row("edit or reaction that races a delete")
async def changed_while_deleted(stage: Stage) -> None:
    owner, author = await stage.gather(2)
    while stage.again():
        for change in (Person.edit, Person.react):
            secret = f"secret {stage.random.getrandbits(64):x}"
            said = await author.say(stage.room, secret)
            n = said.n or 0
            stage.failpoints.arm(INSERT, "stop", function=API)
            changing = asyncio.create_task(change(author, stage.room, n, secret if change is Person.edit else "👍"))
            held = await stage.failpoints.stopped(INSERT)
            stage.injected += 1
            assert (await owner.delete(stage.room, n)).outcome is Outcome.OK
            held.go_on()
            assert (await changing).outcome is Outcome.FAIL
            await stage.flushed()
            assert await places_of(stage.arena.stores.environment(), secret) == []
