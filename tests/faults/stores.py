"""The three stores as victims: servers of their own, so that what is done to them disturbs no other test."""

import asyncio
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from infra.schema.migrate import DEFAULT_KEYSPACE, migrate
from infra.stores import CASSANDRA, MONGODB, POSTGRES, EmbeddedStore, Stores
from infra.stores.postgres import Postgres


class FaultyStores:
    """All three, running; each can be taken away and brought back on its port."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores
        self.postgres, self.mongodb, self.cassandra = (self._embedded(it) for it in (POSTGRES, MONGODB, CASSANDRA))

    def _embedded(self, variable: str) -> EmbeddedStore:
        store = self._stores.by_variable[variable]
        if not isinstance(store, EmbeddedStore):
            raise TypeError(f"the store of {variable} is not ours to break")
        return store

    def environment(self) -> dict[str, str]:
        """What the functions need to find them."""
        return {**self._stores.environment(), "CASSANDRA_KEYSPACE": DEFAULT_KEYSPACE}


async def take_away(store: EmbeddedStore) -> None:
    """Stop the server as an operator would."""
    await store.stop()


async def break_down(store: EmbeddedStore, number: signal.Signals = signal.SIGKILL) -> None:
    """End the server at once, as a power failure would. SIGQUIT is PostgreSQL's `pg_ctl stop -m immediate`."""
    store.child.send(number)
    if number is signal.SIGKILL:
        store.child.kill()
    await store.child.wait()
    await store.stop()


async def bring_back(store: EmbeddedStore) -> None:
    """Start it again, on the same port and data."""
    await store.start()
    await store.ready()


@asynccontextmanager
async def faulty_stores(folder: Path) -> AsyncIterator[FaultyStores]:
    """Three servers with the newest schema, whatever servers there are on the machine."""
    stores = Stores.choose(folder, {})
    await stores.start()
    try:
        await migrate({**stores.environment(), "CASSANDRA_KEYSPACE": DEFAULT_KEYSPACE})
        yield FaultyStores(stores)
    finally:
        await stores.stop()


@asynccontextmanager
async def small_postgres(
    folder: Path, environment: Mapping[str, str], connections: int
) -> AsyncIterator[dict[str, str]]:
    """The environment with a PostgreSQL of its own that takes so many connections, three of them superusers' only."""
    store = Postgres(folder / "small")
    store.max_connections = connections
    await store.start()
    try:
        await store.ready()
        changed = {**environment, POSTGRES: store.url}
        await migrate(changed, only=[POSTGRES])
        yield changed
    finally:
        await asyncio.shield(store.stop())
