"""Secrets nobody else has, taken through every flow, then looked for in all logs and stores."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

import asyncpg
import pyotp
import pytest
import pytest_asyncio
from cassandra.cluster import Cluster
from pymongo import AsyncMongoClient
from websockets.exceptions import InvalidStatus

from tests.client import Person
from tests.security.test_passwords import mailed_token
from tests.stores import StorePool
from tests.system import System, running

CANARY: Final = "canary-3f9c1e"


@pytest_asyncio.fixture(loop_scope="session")
async def parley(stores_environment: Mapping[str, str]) -> AsyncIterator[System]:
    """One with all three stores."""
    async with running(stores_environment) as system:
        yield system


async def stored(parley: System) -> list[tuple[str, str]]:
    """Every value of all stores: `table.column` or the collection, and the value as a text."""
    environment = parley.gateway.settings.environment
    found = await asyncio.to_thread(in_cassandra, environment["CASSANDRA_HOSTS"], environment["CASSANDRA_KEYSPACE"])
    postgres = await asyncpg.connect(environment["POSTGRES_URL"])
    try:
        for (table,) in await postgres.fetch(
            "select table_name from information_schema.tables where table_schema = 'public'"
        ):
            for (row,) in await postgres.fetch(f"select to_jsonb(t) from {table} t"):  # noqa: S608 - a name of its own
                found += [(f"{table}.{column}", str(value)) for column, value in json.loads(row).items()]
    finally:
        await postgres.close()
    async with AsyncMongoClient[dict[str, Any]](environment["MONGODB_URL"], serverMonitoringMode="poll") as client:
        database = client.get_default_database()
        for name in await database.list_collection_names():
            found += [(name, str(it)) for it in await database[name].find().to_list()]
    return found


def in_cassandra(address: str, keyspace: str) -> list[tuple[str, str]]:
    """Every value of the keyspace's tables: `table.column`, and the value as a text."""
    host, _, port = address.partition(":")
    found: list[tuple[str, str]] = []
    with Cluster([host], port=int(port), protocol_version=4) as cluster:
        session = cluster.connect(keyspace)
        for table in cluster.metadata.keyspaces[keyspace].tables:
            for row in session.execute(f'select * from "{table}"'):  # noqa: S608 - a name of its own
                found += [(f"{table}.{column}", str(value)) for column, value in row._asdict().items()]
    return found


async def test_18_no_secret_of_any_flow_is_in_a_log_or_as_it_is_in_a_store(
    parley: System, store_pool: StorePool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="gateway")
    email, password, other = f"{CANARY}@example.org", f"{CANARY} password", f"{CANARY} other password"
    secrets: set[str] = {password, other, f"{CANARY} wrong password"}

    async def granted(path: str, body: object, cookie: str = "") -> Person:
        person = parley.somebody()
        answer = await person.call("POST", path, body, headers={"Cookie": cookie} if cookie else None)
        person.token = answer.ok()["access_token"]
        person.id, person.name = answer.body["me"]["id"], answer.body["me"]["name"]
        cookies.append(answer.headers["Set-Cookie"].partition(";")[0])
        secrets.update((person.token, cookies[-1].partition("=")[2], cookies[-1].partition(".")[2]))
        return person

    cookies: list[str] = []
    name = f"canary {id(parley)}"
    ada = await granted("/auth/register", {"name": name, "email": email, "password": password})
    await granted("/auth/refresh", {}, cookies[-1])
    await granted("/auth/login", {"login": email, "password": password})
    await parley.somebody().call("POST", "/auth/login", {"login": email, "password": f"{CANARY} wrong password"})
    await parley.somebody().call("POST", "/auth/login", {"login": CANARY, "password": {CANARY: other}})
    await parley.somebody().call("GET", "/me", headers={"Authorization": f"Bearer {ada.token}x"})
    assert (await ada.call("POST", "/me/password", {"current": password, "password": other})).status == 204

    room = await ada.room()
    ticket, spent = await ada.ticket(), await ada.ticket()
    secrets |= {ticket, spent}
    await (await ada.open(spent)).close()
    with pytest.raises(InvalidStatus):
        await ada.open(spent)
    async with ada.socket() as socket:
        await socket.say(room, "hello")
        await socket.connection.send(json.dumps({"action": "message.send", "id": 1, "text": other, "room": ada.token}))
        await socket.connection.send(f"{other} {ada.token}")
        await socket.kind("error")

    setup = await ada.post("/me/second-factor", {"password": other})
    secrets.add(setup["secret"])
    code = pyotp.TOTP(setup["secret"]).now()
    codes = (await ada.post("/me/second-factor/confirm", {"code": code}))["codes"]
    secrets.update(codes)
    off = await ada.call("POST", "/me/second-factor/off", {"password": other, "code": codes[0]})
    assert off.status == 204

    await parley.somebody().post("/auth/reset", {"email": email})
    secrets.add(token := await mailed_token(parley, email, "Choose a new password"))
    await parley.somebody().call("POST", "/auth/reset/confirm", {"token": f"{token}x", "password": password})
    await parley.somebody().post("/auth/reset/confirm", {"token": token, "password": password})
    ada = await granted("/auth/login", {"login": email, "password": password})
    await ada.post("/me/email", {"email": f"new-{email}", "password": password})
    secrets.add(token := await mailed_token(parley, f"new-{email}", "Confirm your email address"))
    await parley.somebody().post("/auth/email/confirm", {"token": token})
    link = await ada.post(f"/rooms/{room}/invites", {})
    secrets.add(link["token"])
    await (await parley.person()).post("/invites/accept", {"token": link["token"]})
    await parley.somebody().call("POST", "/auth/logout", {}, headers={"Cookie": cookies[-1]})
    await parley.invoke("flush")
    await parley.quiet()

    values = await stored(parley)
    places = {place for place, value in values if ada.id in value}
    assert places >= {"users.id", "messages.sender", "access"}, "the scan must find what is there"
    # The gateway's own lines and those of the functions; the test's clients log for themselves.
    records = [it for it in caplog.records if it.name.partition(".")[0] == "gateway"]
    lines = [f"{it.getMessage()} {it.args} {it.exc_info}" for it in records]
    assert lines
    written = store_pool.logs()
    assert "ready to accept connections" in written.get("PostgreSQL", "ready to accept connections")
    lines += [line for text in written.values() for line in text.splitlines()]
    for secret in sorted(secrets):
        assert len(secret) > 5
        assert [it for it in lines if secret in it] == []
        assert [(place, value) for place, value in values if secret in value] == []
    assert [it for it in lines if email in it] == []
    assert {place for place, value in values if email in value} <= {"users.email", "users.email_key"}
