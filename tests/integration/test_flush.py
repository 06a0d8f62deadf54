"""Buffer and flush: by count and by time, and the pages around it."""

import asyncio
from collections.abc import Awaitable, Callable

from cassandra.cluster import Cluster
from pymongo import AsyncMongoClient

from tests.client import Person, Socket, new_id
from tests.system import System
from tests.waiting import until


async def talk(socket: Socket, room: str, count: int, start: int = 0) -> list[str]:
    """Say numbered texts one after the other; the texts."""
    said = [f"message {number}" for number in range(start, start + count)]
    for text in said:
        await socket.say(room, text)
    return said


async def pages(person: Person, room: str, limit: int) -> list[str]:
    """All texts, read from the newest page back to the first."""
    texts: list[str] = []
    before: int | None = None
    while True:
        query = {"limit": limit} | ({"before": before} if before else {})
        page = await person.history(room, **query)
        texts = [it["text"] for it in page] + texts
        if len(page) < limit or page[0]["n"] == 1:
            return texts
        before = page[0]["n"]


async def pages_forward(person: Person, room: str, limit: int) -> list[str]:
    """All texts, read from the first page on."""
    texts: list[str] = []
    after = 0
    while page := await person.history(room, limit=limit, after=after):
        texts += [it["text"] for it in page]
        after = page[-1]["n"]
    return texts


Stored = Callable[[str], Awaitable[list[str]]]
"""The texts that a room's history has, ascending by number, straight from the store: see conftest.py."""


async def in_mongodb(url: str, room: str) -> list[str]:
    """The texts that a history in MongoDB has of a room."""
    async with AsyncMongoClient[dict[str, str]](url, serverMonitoringMode="poll") as client:
        found = client.get_default_database()["messages"].find({"room": room}, sort={"n": 1})
        return [it["text"] async for it in found]


async def in_cassandra(hosts: str, keyspace: str, room: str) -> list[str]:
    """Those of a room's first partition in Cassandra. Asserts that each was written as of its event."""
    host, _, port = hosts.partition(":")
    with Cluster([host], port=int(port)) as cluster:
        session = cluster.connect(keyspace)
        found = session.execute(
            "SELECT n, ts, body, writetime(body) AS written FROM messages WHERE room_id = %s AND bucket = 0", (room,)
        )
        rows = sorted(found)
    assert all(row.written == row.ts for row in rows)
    return [row.body for row in rows]


async def test_history_is_the_same_before_and_after_a_flush_by_time(parley: System, stored: Stored) -> None:
    ada = await parley.person()
    room = await ada.room()
    async with ada.socket() as socket:
        said = await talk(socket, room, 12)
        before = await ada.history(room)
        assert await stored(room) == []
        await parley.invoke("flush")
        assert await ada.history(room) == before
        assert await stored(room) == said
        said += await talk(socket, room, 5, start=12)
    # Twelve in the history, five in the log: every page size crosses the boundary somewhere.
    for limit in (1, 4, 5, 7, 12, 100):
        assert await pages(ada, room, limit) == said
        assert await pages_forward(ada, room, limit) == said


async def test_a_room_is_flushed_when_it_reaches_its_count(parley: System, stored: Stored) -> None:
    ada = await parley.person()
    room = await ada.room()
    async with ada.socket() as socket:
        said = await talk(socket, room, 99)  # with the owner who joined: a hundred events

    async def flushed() -> bool:
        return await stored(room) == said

    await until(flushed)
    assert await pages(ada, room, 40) == said


async def test_a_resend_after_the_flush_gets_the_original_ack(parley: System) -> None:
    ada = await parley.person()
    room = await ada.room()
    id_ = new_id()
    async with ada.socket() as socket:
        original = await socket.say(room, "once", id_)
        await parley.invoke("flush")
        assert await socket.say(room, "once", id_) == original
    await parley.invoke("flush")
    assert [it["text"] for it in await ada.history(room)] == ["once"]


async def test_flushing_again_and_at_once_changes_nothing(parley: System) -> None:
    ada = await parley.person()
    room = await ada.room()
    async with ada.socket() as socket:
        await talk(socket, room, 40)
    before = await ada.history(room, limit=100)
    await asyncio.gather(*(parley.invoke("flush_room", {"room": room}) for _ in range(4)), parley.invoke("flush"))
    await parley.invoke("flush")
    assert await ada.history(room, limit=100) == before


async def test_a_socket_resumes_across_a_flush(parley: System) -> None:
    ada = await parley.person()
    room = await ada.room()
    async with ada.socket() as socket:
        said = await talk(socket, room, 6)
        await parley.invoke("flush")
        said += await talk(socket, room, 2, start=6)
    async with ada.socket({room: 1}) as socket:
        delta = await socket.kind("delta", room=room)
    assert [it["text"] for it in delta["events"]] == said
