"""The function that a deployment invokes to migrate the stores."""

import asyncio
from collections.abc import Mapping

import asyncpg
import pytest

from infra.schema.function import migrate_stores
from infra.schema.history_store import UnknownHistoryStore
from infra.schema.ledgers import postgres
from tests.waiting import until


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, stores_environment: Mapping[str, str]) -> Mapping[str, str]:
    for name, value in stores_environment.items():
        monkeypatch.setenv(name, value)
    return stores_environment


async def migrated() -> list[Mapping[str, object]]:
    """What the function answers; in a thread, as it has an event loop of its own."""
    return await asyncio.to_thread(migrate_stores, {}, None)


async def test_it_says_what_was_done_to_each_store(environment: Mapping[str, str]) -> None:
    answers = await asyncio.gather(migrated(), migrated())
    assert answers[0] == answers[1]
    assert [(it["store"], it["applied"]) for it in answers[0]] == [
        ("PostgreSQL", []),
        ("MongoDB", []),
        ("Cassandra", []),
    ]
    assert all(isinstance(it["number"], int) and it["number"] >= 1 for it in answers[0])


async def test_the_second_of_two_waits_for_the_first(environment: Mapping[str, str]) -> None:
    watcher = await asyncpg.connect(environment["POSTGRES_URL"])

    async def somebody_waits() -> bool:
        return bool(await watcher.fetchval("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"))

    try:
        async with postgres.alone(environment["POSTGRES_URL"]):
            second = asyncio.create_task(migrated())
            await until(somebody_waits)
            assert not second.done()
        assert len(await second) == 3
    finally:
        await watcher.close()


async def test_a_store_that_is_away_is_an_error_and_gives_up_the_lock(
    environment: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("CASSANDRA_HOSTS", "127.0.0.1:1")
        with pytest.raises(Exception, match=r"127\.0\.0\.1:1"):
            await migrated()
    assert len(await migrated()) == 3


async def test_with_the_history_in_mongodb_cassandra_is_not_asked(
    stores_without_cassandra: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**stores_without_cassandra, "CASSANDRA_HOSTS": ""}.items():
        monkeypatch.setenv(name, value)
    assert [it["store"] for it in await migrated()] == ["PostgreSQL", "MongoDB"]
    monkeypatch.setenv("HISTORY_STORE", "neither")
    with pytest.raises(UnknownHistoryStore):
        await migrated()
