"""The migration runner on the real stores."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio
from pymongo import AsyncMongoClient

from infra.processes.ports import free_port
from infra.schema.ledgers import OpenLedger, cassandra, mongodb, postgres
from infra.schema.migrate import migrate, migrate_store
from infra.schema.migrations import Migration, MigrationEdited, MigrationFailed, SchemaNewer

ROOT = Path(__file__).parents[2]

STEPS = {
    "PostgreSQL": [
        Migration(1, "first", "CREATE TABLE first (n int); CREATE TABLE other (n int);"),
        Migration(2, "second", "ALTER TABLE first ADD COLUMN m int;"),
    ],
    "MongoDB": [
        Migration(
            1, "first", '[{"create": "first"}, {"createIndexes": "first", "indexes": [{"key": {"n": 1}, "name": "n"}]}]'
        ),
        Migration(2, "second", '[{"createIndexes": "first", "indexes": [{"key": {"m": 1}, "name": "m"}]}]'),
    ],
    "Cassandra": [
        Migration(1, "first", "CREATE TABLE IF NOT EXISTS first (n int PRIMARY KEY);"),
        Migration(2, "second", "ALTER TABLE first ADD IF NOT EXISTS m int;"),
    ],
}
BROKEN = {
    "PostgreSQL": "CREATE TABLE third (n int); nonsense;",
    "MongoDB": '[{"nonsense": 1}]',
    "Cassandra": "nonsense;",
}


@dataclass(frozen=True)
class Place:
    """An empty corner of a real store."""

    store: str
    url: str
    open_ledger: OpenLedger

    async def migrate(self, known: list[Migration]) -> list[Migration]:
        """Apply what is missing; returns what was."""
        return (await migrate_store(self.store, self.url, self.open_ledger, known)).applied

    async def numbers(self) -> list[int]:
        """What the store remembers."""
        async with self.open_ledger(self.url) as ledger:
            return sorted(await ledger.applied())


@pytest_asyncio.fixture(params=STEPS, loop_scope="session")
async def place(request: pytest.FixtureRequest, stores_environment: Mapping[str, str]) -> AsyncIterator[Place]:
    name = f"t{uuid4().hex[:12]}"
    match request.param:
        case "PostgreSQL":
            url = stores_environment["POSTGRES_URL"]
            connection = await asyncpg.connect(url)
            await connection.execute(f"CREATE SCHEMA {name}")
            yield Place("PostgreSQL", f"{url}?search_path={name}", postgres.open_ledger)
            await connection.execute(f"DROP SCHEMA {name} CASCADE")
            await connection.close()
        case "MongoDB":
            url = stores_environment["MONGODB_URL"].replace("/parley", f"/{name}")
            yield Place("MongoDB", url, mongodb.open_ledger)
        case _:
            keyspace = cassandra.Keyspace(name)
            open_ledger = partial(cassandra.open_ledger, keyspace=keyspace)
            yield Place("Cassandra", stores_environment["CASSANDRA_HOSTS"], open_ledger)


async def test_migrations_are_applied_once_and_in_order(place: Place) -> None:
    first, second = STEPS[place.store]
    assert await place.migrate([first]) == [first]
    assert await place.migrate([first, second]) == [second]
    assert await place.migrate([first, second]) == []
    assert await place.numbers() == [1, 2]


async def test_two_runs_at_once_leave_what_one_leaves(place: Place) -> None:
    steps = STEPS[place.store]
    results = await asyncio.gather(*(place.migrate(steps) for _ in range(3)))
    assert steps in results
    assert await place.numbers() == [1, 2]


@pytest.mark.parametrize("place", ["PostgreSQL"], indirect=True)
async def test_a_postgres_migration_is_applied_whole_or_not_at_all(place: Place) -> None:
    first, second = STEPS[place.store]
    with pytest.raises(MigrationFailed):
        await place.migrate([first, Migration(2, "second", f"{second.text} nonsense;")])
    assert await place.migrate([first, second]) == [second]


@pytest.mark.parametrize("place", ["MongoDB", "Cassandra"], indirect=True)
async def test_a_migration_that_was_applied_but_not_recorded_can_be_applied_again(place: Place) -> None:
    first, second = STEPS[place.store]
    await place.migrate([first])
    async with place.open_ledger(place.url) as ledger:
        for _ in range(2):
            await ledger.apply(second)
    assert await place.numbers() == [1, 2]


async def test_a_failed_migration_is_told_and_the_ones_before_it_stay(place: Place) -> None:
    steps = STEPS[place.store]
    broken = Migration(3, "third", BROKEN[place.store])
    with pytest.raises(MigrationFailed, match=f"The {place.store} migration 0003_third failed: "):
        await place.migrate([*steps, broken])
    assert await place.numbers() == [1, 2]
    assert await place.migrate(steps) == []


async def test_a_newer_schema_is_refused(place: Place) -> None:
    await place.migrate(STEPS[place.store])
    with pytest.raises(SchemaNewer, match=f"The {place.store} schema is at number 2, .* knows only up to 1"):
        await place.migrate(STEPS[place.store][:1])


async def test_an_edited_migration_is_refused(place: Place) -> None:
    first, second = STEPS[place.store]
    await place.migrate([first])
    with pytest.raises(MigrationEdited, match=f"The {place.store} migration 0001_first was changed"):
        await place.migrate([Migration(1, "first", f"{first.text} "), second])


async def test_the_real_migrations_have_all_been_applied(stores_environment: Mapping[str, str]) -> None:
    outcomes = await migrate(stores_environment)
    assert [outcome.store for outcome in outcomes] == ["PostgreSQL", "MongoDB", "Cassandra"]
    for outcome in outcomes:
        assert outcome.applied == []
        assert outcome.number >= 1


def _command_line(environment: Mapping[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "infra.schema", *arguments],
        cwd=ROOT,
        env={"PATH": os.defpath, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_command_prints_a_line_per_store(stores_environment: Mapping[str, str]) -> None:
    result = _command_line(stores_environment)
    assert result.returncode == 0
    assert [line.partition(":")[0] for line in result.stdout.splitlines()] == ["PostgreSQL", "MongoDB", "Cassandra"]


def test_the_command_needs_to_be_told_of_a_store() -> None:
    result = _command_line({})
    assert result.returncode == 2
    assert result.stderr == "Nothing to migrate: set one or more of POSTGRES_URL, MONGODB_URL, CASSANDRA_HOSTS.\n"


def test_the_command_leaves_cassandra_out_where_the_history_is_in_mongodb(
    stores_environment: Mapping[str, str],
) -> None:
    mongodb = stores_environment["MONGODB_URL"].replace("/parley", f"/t{uuid4().hex[:12]}")
    settings = {**stores_environment, "MONGODB_URL": mongodb, "HISTORY_STORE": "mongodb"}
    result = _command_line(settings)
    assert result.returncode == 0
    assert [line.partition(":")[0] for line in result.stdout.splitlines()] == ["PostgreSQL", "MongoDB"]


async def test_the_command_refuses_a_store_that_does_not_have_the_history(mongodb_url: str) -> None:
    url = mongodb_url.replace("/parley", f"/t{uuid4().hex[:12]}")
    async with AsyncMongoClient[dict[str, object]](url, serverMonitoringMode="poll") as client:
        await client.get_default_database()["heads"].insert_one({"_id": "room", "flushed_seq": 1})
    result = _command_line({"MONGODB_URL": url, "HISTORY_STORE": "mongodb"})
    assert result.returncode == 1
    assert result.stderr.startswith("The history of this deployment is in Cassandra, not in MongoDB: ")
    assert result.stderr.count("\n") == 1


def test_the_command_tells_a_refusal_in_one_sentence() -> None:
    nowhere = f"postgresql://parley@127.0.0.1:{free_port()}/parley"
    result = _command_line({"POSTGRES_URL": nowhere}, "--wait", "0")
    assert result.returncode == 1
    assert result.stderr.startswith("No PostgreSQL answers at the address in POSTGRES_URL: ")
    assert result.stderr.count("\n") == 1
