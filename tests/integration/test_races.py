"""Rights that are taken away at the very moment they are used, again and again, against a running Parley."""

import asyncio
import itertools
import json
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial
from itertools import pairwise
from typing import Any, Final

from websockets.exceptions import ConnectionClosed, InvalidStatus

from chalicelib.repositories.mongodb.client import close, connect
from tests.client import PASSWORD, Answer, Frame, Person, Socket
from tests.system import System

ROUNDS: Final = int(os.environ.get("RACE_ROUNDS", "25"))
AT_ONCE: Final = 4


def answers(id_: str, frame: Frame) -> bool:
    """Whether the frame says what became of the message."""
    return frame.get("id") == id_ and frame["type"] in {"ack", "error"}


async def fill(socket: Socket, room: str, stop: asyncio.Event, text: str) -> list[Frame]:
    """Say things one after the other until told to stop, or refused; what was acked."""
    acked: list[Frame] = []
    while not stop.is_set():
        id_ = await socket.send("message.send", room=room, text=text)
        frame = await socket.wait(partial(answers, id_))
        if frame["type"] == "error":
            break
        acked.append(frame)
    return acked


async def log_of(person: Person, room: str) -> list[Frame]:
    """The room's whole log."""
    found: list[Frame] = []
    while True:
        page = await person.get(f"/rooms/{room}/events?after={len(found)}&limit=100")
        found += page["events"]
        if len(found) >= page["seq"]:
            return found


@asynccontextmanager
async def sockets(*people: Person) -> AsyncIterator[Sequence[Socket]]:
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(it.socket()) for it in people]


async def rounds(one: Any, count: int = ROUNDS) -> None:
    """Play `one(number)` so often, a few at a time."""
    slots = asyncio.Semaphore(AT_ONCE)

    async def played(number: int) -> None:
        async with slots:
            await one(number)

    await asyncio.gather(*(played(number) for number in range(count)))


async def test_who_is_kicked_authors_nothing_and_is_sent_nothing_after_it(parley_without_cassandra: System) -> None:
    owner = await parley_without_cassandra.person()
    members = [await parley_without_cassandra.person() for _ in range(AT_ONCE)]
    free = list(members)

    async def kicked(_number: int) -> None:
        member = free.pop()
        room = await owner.room()
        await member.post(f"/rooms/{room}/join")
        async with sockets(member, owner) as (theirs, mine):
            stop = asyncio.Event()
            saying = asyncio.create_task(fill(theirs, room, stop, "still here"))
            telling = asyncio.create_task(fill(mine, room, stop, "who is there?"))
            await theirs.wait(lambda it: it["type"] == "ack")
            (await owner.call("POST", f"/rooms/{room}/members/{member.id}/kick")).ok()
            refused = await theirs.kind("error", id=await theirs.send("message.send", room=room, text="late"))
            assert refused["code"] == "not_member"
            stop.set()
            acked = (await asyncio.gather(saying, telling))[0]
            log = await log_of(owner, room)
            left = next(it["seq"] for it in log if it["type"] == "member.left")
            assert all(it["seq"] < left for it in log if it["sender"] == member.id)
            assert {it["seq"] for it in acked} <= {it["seq"] for it in log if it["sender"] == member.id}
            pushed = [it["seq"] for it in theirs.frames if it.get("room") == room and "sender" in it]
            assert all(seq < left for seq in pushed)
        free.append(member)

    await rounds(kicked)


async def test_who_is_blocked_says_nothing_in_the_direct_message_after_it(parley_without_cassandra: System) -> None:
    people = [await parley_without_cassandra.person() for _ in range(2 * AT_ONCE)]
    pairs = [(one, other, (await one.post("/dms", {"user": other.id}))["id"]) for one, other in pairwise(people)][::2]

    async def blocked(number: int) -> None:
        one, other, room = pairs.pop()
        blocker, target = (one, other) if number % 2 else (other, one)
        before = len(await log_of(one, room))
        async with sockets(target, blocker) as (theirs, mine):
            stop = asyncio.Event()
            saying = [asyncio.create_task(fill(it, room, stop, "still here")) for it in (theirs, mine)]
            await asyncio.gather(*(it.wait(lambda it: it["type"] == "ack") for it in (theirs, mine)))
            await blocker.post(f"/users/{target.id}/block", {"on": True})
            end = len(await log_of(blocker, room))
            for it in (theirs, mine):
                refused = await it.kind("error", id=await it.send("message.send", room=room, text="late"))
                assert refused["code"] == "forbidden"
            stop.set()
            acked = {it["seq"] for it in itertools.chain(*await asyncio.gather(*saying))}
            log = await log_of(blocker, room)
            assert len(log) == end
            taken = {it["user"]: it["seq"] for it in log[before:] if it["type"] == "room.updated"}
            assert all(it["seq"] < taken[it["sender"]] for it in log[before:] if it["type"] == "message.created")
            assert acked <= {it["seq"] for it in log}
        await blocker.post(f"/users/{target.id}/block", {"on": False})
        pairs.append((one, other, room))

    await rounds(blocked)


async def test_who_moderates_no_longer_puts_nobody_out(parley_without_cassandra: System) -> None:
    """A role is taken at the moment it is used: one comes before the other, in PostgreSQL and in the log."""
    owner, moderator, member = [await parley_without_cassandra.person() for _ in range(3)]
    outcomes = set()

    async def demoted(number: int) -> None:
        room = await owner.room()
        for person in (moderator, member):
            await person.post(f"/rooms/{room}/join")
        role = f"/rooms/{room}/members/{moderator.id}/role"
        (await owner.call("POST", role, {"role": "moderator"})).ok()

        async def demote() -> Answer:
            await asyncio.sleep(number % 5 / 1_000)
            return await owner.call("POST", role, {"role": "member"})

        demoted, kicked = await asyncio.gather(
            demote(), moderator.call("POST", f"/rooms/{room}/members/{member.id}/kick")
        )
        demoted.ok()
        names = {it["user"]["id"]: it["role"] for it in (await owner.get(f"/rooms/{room}/members"))["members"]}
        assert names[moderator.id] == "member"
        assert (member.id in names) is (kicked.status == 403)
        again = await moderator.call("POST", f"/rooms/{room}/bans/{member.id}")
        assert again.code() == "forbidden"
        outcomes.add(kicked.status)

    await rounds(demoted)
    assert outcomes <= {204, 403}


async def test_what_is_said_while_a_room_is_deleted_is_in_no_store(parley_without_cassandra: System) -> None:
    owner = await parley_without_cassandra.person()
    members = [await parley_without_cassandra.person() for _ in range(AT_ONCE)]
    free = list(members)
    rooms: list[str] = []

    async def deleted(number: int) -> None:
        member = free.pop()
        room = await owner.room()
        rooms.append(room)
        await member.post(f"/rooms/{room}/join")
        async with sockets(member) as (theirs,):
            stop = asyncio.Event()
            saying = asyncio.create_task(fill(theirs, room, stop, "to be forgotten"))
            await theirs.wait(lambda it: it["type"] == "ack")
            if number % 3 == 0:
                await parley_without_cassandra.invoke("flush_room", {"room": room})
            (await owner.call("POST", f"/rooms/{room}/delete", {})).ok()
            await theirs.kind("left", room=room)
            refused = await theirs.kind(
                "error", id=await theirs.send("message.send", room=room, text="to be forgotten")
            )
            assert refused["code"] == "not_member"
            stop.set()
            await saying
        free.append(member)

    await rounds(deleted)
    database = connect(parley_without_cassandra.gateway.settings.environment["MONGODB_URL"])
    try:
        for name in ("events", "mentions", "messages", "message_versions"):
            found = await database[name].find({"room": {"$in": rooms}}).to_list()
            assert "to be forgotten" not in json.dumps(found, default=str)
    finally:
        await close(database)


async def test_no_socket_that_opens_during_a_logout_outlives_it(parley_without_cassandra: System) -> None:
    ada = await parley_without_cassandra.person()

    async def logged_out(number: int) -> None:
        other = await parley_without_cassandra.somebody().log_in(ada.name)
        current = next(it["id"] for it in (await other.get("/sessions"))["sessions"] if it["current"])
        ticket = await other.ticket()
        opened: list[Socket] = []

        async def connect() -> None:
            await asyncio.sleep(number % 5 / 1_000)
            with suppress(InvalidStatus, ConnectionClosed):
                socket = await Socket(await other.open(ticket)).__aenter__()
                opened.append(socket)
                await socket.send("resume", rooms={})

        await asyncio.gather(connect(), ada.post(f"/sessions/{current}/end", {}))
        with suppress(ConnectionClosed):
            for socket in opened:
                await socket.send("ping", since=0)
        for socket in opened:
            await socket.closed()
            await socket.__aexit__()
        assert (await other.call("POST", "/auth/ticket", {})).code() == "unauthenticated"

    await rounds(logged_out)


async def test_a_ticket_used_twice_at_once_opens_one_socket(parley_without_cassandra: System) -> None:
    ada = await parley_without_cassandra.person()

    async def used(_number: int) -> None:
        ticket = await ada.ticket()
        attempts = await asyncio.gather(*(ada.open(ticket) for _ in range(2)), return_exceptions=True)
        assert sum(isinstance(it, InvalidStatus) for it in attempts) == 1
        for it in attempts:
            if not isinstance(it, BaseException):
                await it.close()

    await rounds(used)


async def test_of_two_refreshes_at_once_both_go_on_and_one_gets_the_next_token(
    parley_without_cassandra: System,
) -> None:
    ada = await parley_without_cassandra.person()
    somebody = parley_without_cassandra.somebody()

    async def refreshed(_number: int) -> None:
        log_in = await somebody.call("POST", "/auth/login", {"login": ada.name, "password": PASSWORD})
        cookie = {"Cookie": log_in.headers["Set-Cookie"].partition(";")[0]}
        answers = await asyncio.gather(*(somebody.call("POST", "/auth/refresh", {}, headers=cookie) for _ in range(2)))
        assert [it.status for it in answers] == [200, 200]
        assert sum("Set-Cookie" in it.headers for it in answers) == 1
        for it in answers:
            headers = {"Authorization": f"Bearer {it.body['access_token']}"}
            assert (await somebody.call("GET", "/me", headers=headers)).status == 200

    await rounds(refreshed)


async def test_two_who_open_a_direct_message_with_each_other_at_once_have_one(
    parley_without_cassandra: System,
) -> None:
    ada = await parley_without_cassandra.person()

    async def opened(_number: int) -> None:
        bob = await parley_without_cassandra.person()
        rooms = await asyncio.gather(ada.post("/dms", {"user": bob.id}), bob.post("/dms", {"user": ada.id}))
        assert rooms[0]["id"] == rooms[1]["id"]
        for one, other in ((ada, bob), (bob, ada)):
            mine = [it["id"] for it in (await one.get("/rooms"))["rooms"] if it["peer"] == other.id]
            assert mine == [rooms[0]["id"]]

    await rounds(opened)
