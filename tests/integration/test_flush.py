"""Buffer and flush: by count and by time, and the pages around it."""

import asyncio
from typing import Any

from cassandra.cluster import Cluster

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


def rows(hosts: str, keyspace: str, room: str) -> dict[int, Any]:
    """What Cassandra has of a room's first partition, by n, with the write time of the text."""
    host, _, port = hosts.partition(":")
    with Cluster([host], port=int(port)) as cluster:
        session = cluster.connect(keyspace)
        found = session.execute(
            "SELECT n, ts, body, writetime(body) AS written FROM messages WHERE room_id = %s AND bucket = 0", (room,)
        )
        return {row.n: row for row in found}


async def test_history_is_the_same_before_and_after_a_flush_by_time(
    parley: System, cassandra_hosts: str, cassandra_keyspace: str
) -> None:
    ada = await parley.person()
    room = await ada.room()
    async with ada.socket() as socket:
        said = await talk(socket, room, 12)
        before = await ada.history(room)
        assert rows(cassandra_hosts, cassandra_keyspace, room) == {}
        await parley.invoke("flush")
        assert await ada.history(room) == before
        stored = rows(cassandra_hosts, cassandra_keyspace, room)
        assert [stored[n].body for n in range(1, 13)] == said
        assert all(row.written == row.ts for row in stored.values())
        said += await talk(socket, room, 5, start=12)
    # Twelve in Cassandra, five in the log: every page size crosses the boundary somewhere.
    for limit in (1, 4, 5, 7, 12, 100):
        assert await pages(ada, room, limit) == said
        assert await pages_forward(ada, room, limit) == said


async def test_a_room_is_flushed_when_it_reaches_its_count(
    parley: System, cassandra_hosts: str, cassandra_keyspace: str
) -> None:
    ada = await parley.person()
    room = await ada.room()
    async with ada.socket() as socket:
        said = await talk(socket, room, 99)  # with the owner who joined: a hundred events

    async def flushed() -> bool:
        return len(rows(cassandra_hosts, cassandra_keyspace, room)) == 99

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
