"""Deleting an account and taking one's data along, on the real stores."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from pymongo import AsyncMongoClient

from tests.client import PASSWORD
from tests.system import System


async def own_messages(person: Any, room: str) -> list[str]:
    """The texts of an export of the room, read to its last page."""
    texts: list[str] = []
    after: int | None = 0
    while after is not None:
        page = await person.get(f"/me/export/messages?room={room}&after={after}")
        texts += [it["text"] for it in page["messages"]]
        after = page["next"]
    return texts


@asynccontextmanager
async def everything(parley: System) -> AsyncIterator[list[str]]:
    """All rows of PostgreSQL and all documents of MongoDB, each as a text."""
    environment = parley.gateway.settings.environment
    found: list[str] = []
    postgres = await asyncpg.connect(environment["POSTGRES_URL"])
    try:
        tables = await postgres.fetch("select table_name from information_schema.tables where table_schema = 'public'")
        for table in tables:
            found += [str(row[0]) for row in await postgres.fetch(f"select t::text from {table[0]} t")]  # noqa: S608
    finally:
        await postgres.close()
    async with AsyncMongoClient[dict[str, Any]](environment["MONGODB_URL"], serverMonitoringMode="poll") as client:
        database = client.get_default_database()
        for name in await database.list_collection_names():
            found += [f"{name} {it}" for it in await database[name].find().to_list()]
    yield found


async def test_an_export_has_all_there_is_of_the_user_and_nothing_of_others(parley: System) -> None:
    ada, bob = await parley.person(), await parley.person()
    room = await ada.room()
    await bob.post(f"/rooms/{room}/join")
    async with ada.socket() as socket, bob.socket() as other:
        for n in range(3):
            await socket.say(room, f"mine {n}")
            await other.say(room, f"theirs {n}")
    export = await ada.get("/me/export")
    assert export["me"]["id"] == ada.id
    assert [it["current"] for it in export["sessions"]] == [True]
    assert [it["id"] for it in export["rooms"]] == [room]
    assert await own_messages(ada, room) == ["mine 0", "mine 1", "mine 2"]
    strange = await (await parley.person()).call("GET", f"/me/export/messages?room={room}")
    assert strange.code() == "not_member"


async def test_12_once_an_account_is_deleted_nothing_personal_is_left_in_any_store(parley: System) -> None:
    ada, bob = await parley.person(), await parley.person()
    room = await ada.room()
    await bob.post(f"/rooms/{room}/join")
    email = (await ada.get("/me"))["email"]
    await ada.call("PATCH", "/me", {"status": f"status of {ada.name}"})
    await ada.post("/auth/reset", {"email": email})
    async with ada.socket() as socket:
        said = await socket.say(room, "stays")
        await socket.send("read.mark", room=room, n=said["n"], version=0)
        await socket.kind("read.updated", room=room)
        wrong = await ada.call("POST", "/me/delete", {"password": "wrong password"})
        assert wrong.code() == "bad_credentials"
        await parley.quiet()
        answer = await ada.call("POST", "/me/delete", {"password": PASSWORD})
        assert answer.status == 204
        assert "Max-Age=0" in answer.headers["Set-Cookie"]
        await socket.closed()
    assert (await ada.call("GET", "/me")).code() == "unauthenticated"
    await parley.quiet()
    assert [(it["text"], it["sender"]) for it in await bob.history(room)] == [("stays", ada.id)]
    assert (await bob.get(f"/users?ids={ada.id}"))["users"][0]["name"] == "Deleted user"
    async with everything(parley) as rows:
        assert not [it for it in rows if ada.name in it or email in it]
        traces = [it for it in rows if ada.id in it]
    collections = {it.split(" ", 1)[0] for it in traces if it[0] != "("}
    # The log and history name who said and did what; the empty access document keeps older ones from coming back.
    assert collections <= {"events", "messages", "mentions", "access"}
