"""Edits, deletions, reactions and read markers: real sockets, all functions, all three stores."""

import asyncio
from typing import Any
from uuid import uuid4

from cassandra.cluster import Cluster
from pymongo import AsyncMongoClient

from tests.client import Person, Socket, new_id
from tests.system import System


async def change(person: Person, room: str, n: int, text: str) -> int:
    """Edit a message; the seq of that."""
    answer = await person.call("PATCH", f"/rooms/{room}/messages/{n}", {"id": new_id(), "text": text})
    return int(answer.ok()["seq"])


async def two(parley: System) -> tuple[Person, Person, str]:
    """Two people in a room of the first."""
    ada, grace = await parley.person(), await parley.person()
    room = await ada.room()
    await grace.post(f"/rooms/{room}/join")
    return ada, grace, room


async def changed_in_every_way(ada: Person, grace: Person, room: str) -> None:
    """One edit, one deletion, a reaction that stays and one that does not, of three messages there are."""
    await change(ada, room, 1, f"edited for <@{grace.id}>")
    await ada.post(f"/rooms/{room}/messages/2/delete", {"id": new_id()})
    await grace.post(f"/rooms/{room}/messages/3/reactions", {"id": new_id(), "emoji": "👍"})
    await ada.post(f"/rooms/{room}/messages/3/reactions", {"id": new_id(), "emoji": "🎉"})
    await ada.post(f"/rooms/{room}/messages/3/reactions", {"id": new_id(), "emoji": "🎉", "on": False})


CHANGES = ["message.edited", "message.deleted", "reaction.added", "reaction.added", "reaction.removed"]


async def found_in_mongodb(url: str, text: str) -> list[str]:
    """Names of the collections that hold the text anywhere."""
    async with AsyncMongoClient[dict[str, Any]](url, serverMonitoringMode="poll") as client:
        database = client.get_default_database()
        names = await database.list_collection_names()
        assert {"events", "heads", "connections", "mentions"} <= set(names)
        return [name for name in names if text in repr(await database[name].find().to_list())]


def found_in_cassandra(hosts: str, keyspace: str, text: str) -> list[str]:
    """Names of the tables that hold the text anywhere."""
    host, _, port = hosts.partition(":")
    with Cluster([host], port=int(port)) as cluster:
        session = cluster.connect(keyspace)
        tables = sorted(cluster.metadata.keyspaces[keyspace].tables)
        assert {"messages", "message_versions"} <= set(tables)
        every_row = {it: session.execute(f'SELECT * FROM "{it}"') for it in tables}  # noqa: S608 - the schema's names
        return [it for it in tables if any(text in repr(row) for row in every_row[it])]


async def test_changes_reach_the_other_at_once_and_are_on_the_page(parley: System) -> None:
    ada, grace, room = await two(parley)
    async with ada.socket() as here, grace.socket() as there:
        for text in ("one", "two", "three"):
            await here.say(room, text)
        await changed_in_every_way(ada, grace, room)
        for type_ in CHANGES:
            for socket in (here, there):
                await socket.kind(type_, room=room)
    pages = [await grace.history(room)]
    await parley.invoke("flush")
    pages.append(await grace.history(room))
    assert pages[0] == pages[1]
    first, second, third = pages[0]
    assert (first["text"], first["mentions"]) == (f"edited for <@{grace.id}>", [grace.id])
    assert (second["text"], second["deleted_at"] is None) == ("", False)
    assert third["reactions"] == [{"emoji": "👍", "users": [grace.id]}]
    versions = (await ada.get(f"/rooms/{room}/messages/1/versions"))["versions"]
    assert [it["text"] for it in versions] == ["one", first["text"]]


async def test_changes_made_while_away_come_with_the_resume_before_and_after_a_flush(parley: System) -> None:
    ada, grace, room = await two(parley)
    async with ada.socket() as here:
        for text in ("one", "two", "three"):
            last = await here.say(room, text)
        await parley.invoke("flush")
        await changed_in_every_way(ada, grace, room)
        async with grace.socket({room: last["seq"]}) as there:
            delta = await there.kind("delta", room=room)
        assert [it["type"] for it in delta["events"]] == CHANGES
        await parley.invoke("flush")
        async with grace.socket({room: last["seq"]}) as there:
            assert await there.kind("delta", room=room) == delta
        # From the very start: what was deleted comes without its text, and then as deleted.
        async with grace.socket({room: 0}) as there:
            events = (await there.kind("delta", room=room))["events"]
    assert [it["seq"] for it in events] == list(range(1, 11))
    assert [it["text"] for it in events if it["type"] == "message.created"] == ["one", "", "three"]


async def test_the_same_request_twice_and_at_once_is_one_change(parley: System) -> None:
    ada, _, room = await two(parley)
    async with ada.socket() as here:
        await here.say(room, "one")
    body = {"id": new_id(), "text": "two"}
    path = f"/rooms/{room}/messages/1"
    answers = await asyncio.gather(*(ada.call("PATCH", path, body) for _ in range(4)))
    await parley.invoke("flush")
    answers.append(await ada.call("PATCH", path, body))
    assert {it.ok()["seq"] for it in answers} == {4}
    assert len((await ada.get(f"{path}/versions"))["versions"]) == 2


async def test_an_edit_and_a_deletion_at_once_leave_no_text(parley: System) -> None:
    ada, grace, room = await two(parley)
    async with grace.socket() as there:
        for _ in range(4):
            await there.say(room, "what I said")
    for n in range(1, 5):
        edits = [grace.call("PATCH", f"/rooms/{room}/messages/{n}", {"id": new_id(), "text": "more"}) for _ in range(3)]
        deletion = ada.call("POST", f"/rooms/{room}/messages/{n}/delete", {"id": new_id()})
        *edited, deleted = await asyncio.gather(*edits, deletion)
        deleted_at = deleted.ok()["seq"]
        assert all(it.body["seq"] < deleted_at if it.status == 200 else it.code() == "not_found" for it in edited)
    for flush in (False, True):
        if flush:
            await parley.invoke("flush")
        assert {(it["text"], it["deleted_at"] is None) for it in await ada.history(room)} == {("", False)}


async def test_a_deleted_text_is_in_no_store_once_its_deletion_is_flushed(
    parley: System, mongodb_url: str, cassandra_hosts: str, cassandra_keyspace: str
) -> None:
    ada, grace, room = await two(parley)
    secret = uuid4().hex
    stores = (cassandra_hosts, cassandra_keyspace, secret)
    async with ada.socket() as here:
        await here.say(room, f"{secret} for <@{grace.id}>")
        await here.say(room, "an answer to it")
        await change(ada, room, 1, f"{secret}, edited")
        assert await found_in_mongodb(mongodb_url, secret) == ["events"]
        await parley.invoke("flush")
        assert await asyncio.to_thread(found_in_cassandra, *stores) == ["message_versions", "messages"]
        await change(ada, room, 1, f"{secret}, edited again")
        await ada.post(f"/rooms/{room}/messages/1/delete", {"id": new_id()})
        await parley.invoke("flush")
    assert await found_in_mongodb(mongodb_url, secret) == []
    assert await asyncio.to_thread(found_in_cassandra, *stores) == []
    assert (await ada.get(f"/rooms/{room}/messages/1/versions"))["versions"] == []
    assert (await grace.get(f"/rooms/{room}"))["mentions"] == 0


async def mark(socket: Socket, room: str, n: int, version: int = 0) -> None:
    """Send a read marker."""
    await socket.send("read.mark", room=room, n=n, version=version)


async def test_the_markers_of_two_devices_go_in_step(parley: System) -> None:
    ada, grace, room = await two(parley)
    async with ada.socket() as here, grace.socket() as phone, grace.socket() as laptop:
        for number in range(4):
            await here.say(room, f"{number} <@{grace.id}>")
        await mark(phone, room, 3)
        for device in (phone, laptop):
            await device.kind("read.updated", room=room, n=3, version=0)
        await mark(laptop, room, 1)  # late: reading only raises
        await mark(laptop, room, 1, version=1)
        for device in (phone, laptop):
            await device.kind("read.updated", room=room, n=1, version=1)
        await parley.invoke("flush")
        (shown,) = (await grace.get("/bootstrap"))["rooms"]
        assert (shown["read_n"], shown["read_version"], shown["n"], shown["mentions"]) == (1, 1, 4, 3)
        await ada.post(f"/rooms/{room}/messages/3/delete", {"id": new_id()})
        await parley.invoke("flush")
        assert (await grace.get(f"/rooms/{room}"))["mentions"] == 2
        assert not [it for it in here.frames if it["type"] == "read.updated"]


async def test_a_renamed_room_is_told_and_in_the_log(parley: System) -> None:
    ada, grace, room = await two(parley)
    body = {"id": new_id(), "topic": "where to eat"}
    async with grace.socket() as there:
        for _ in range(2):
            assert (await ada.call("PATCH", f"/rooms/{room}", body)).ok()["topic"] == "where to eat"
        event = await there.kind("room.updated", room=room, topic="where to eat")
    assert event["seq"] == 3
    assert (await grace.get(f"/rooms/{room}/events?after=2"))["seq"] == 3
    assert (await grace.call("PATCH", f"/rooms/{room}", body)).code() == "forbidden"
