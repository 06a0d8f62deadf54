"""Stores for a backup and for its restore: servers of their own, but a keyspace of the shared Cassandra."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from infra.schema.migrate import migrate
from infra.schema.placement import settle as settle_placement
from infra.stores import CASSANDRA, MONGODB, POSTGRES, HistoryStore, Stores, needed
from tests.client import new_id


def settings(history: HistoryStore, cassandra_hosts: str | None) -> dict[str, str]:
    """What names a history that nobody has used yet."""
    if cassandra_hosts is None:
        return {"HISTORY_STORE": history.value}
    return {"HISTORY_STORE": history.value, CASSANDRA: cassandra_hosts, "CASSANDRA_KEYSPACE": f"b{new_id().lower()}"}


@asynccontextmanager
async def empty(folder: Path, named: Mapping[str, str]) -> AsyncIterator[dict[str, str]]:
    """Started stores without a schema: their addresses and `named`."""
    stores = Stores.choose(folder, {}, variables=(POSTGRES, MONGODB))
    try:
        await stores.start()
        yield {**named, **stores.environment()}
    finally:
        await stores.stop()


@asynccontextmanager
async def migrated(folder: Path, named: Mapping[str, str]) -> AsyncIterator[dict[str, str]]:
    """The same with the newest schema."""
    history = HistoryStore(named["HISTORY_STORE"])
    async with empty(folder, named) as environment:
        await settle_placement(environment[MONGODB], history)
        await migrate(environment, only=needed(history))
        yield environment
