"""The real stores for tests: a pytest plugin, named in `pytest_plugins` by tests/conftest.py.

    postgres_url      postgresql://parley@127.0.0.1:PORT/parley
    mongodb_url       mongodb://127.0.0.1:PORT/parley?directConnection=true
    cassandra_hosts   127.0.0.1:PORT
    cassandra_keyspace
    stores_environment   all four, by the names of their environment variables
    stores_without_cassandra   POSTGRES_URL, MONGODB_URL, and HISTORY_STORE that says so

Each server is started once per run, when a test first needs it (all at once when a test needs them all), in a
folder of pytest's, and has the newest schema. POSTGRES_URL, MONGODB_URL and CASSANDRA_HOSTS are honoured.
Isolation is by unique ids: no test looks at rows that it did not write.
"""

import asyncio
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

from infra.schema.migrate import DEFAULT_KEYSPACE, migrate
from infra.stores import CASSANDRA, MONGODB, POSTGRES, HistoryStore, Store, choose_store
from infra.stores.base import EmbeddedStore


class StorePool:
    """The stores of one test run, on an event loop of their own, so that any kind of test may ask for them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._started: dict[str, Store] = {}

    def urls(self, *variables: str) -> dict[str, str]:
        """Start what is not running yet, at the same time, and return the addresses by variable."""
        self._runner.run(self._start([name for name in variables if name not in self._started]))
        return {name: self._started[name].url for name in variables}

    async def _start(self, variables: Iterable[str]) -> None:
        async with asyncio.TaskGroup() as group:
            for variable in variables:
                store = self._started[variable] = choose_store(variable, self._folder)
                group.create_task(_start_migrated(variable, store))

    def migrate(self, urls: Mapping[str, str]) -> None:
        """Bring the schema at these addresses up to date."""
        self._runner.run(migrate({**os.environ, **urls}, only=urls))

    def logs(self) -> dict[str, str]:
        """What the servers of our own that were started have written into their logs, by name."""
        started = [it for it in self._started.values() if isinstance(it, EmbeddedStore)]
        return {it.name: it.log.read_text(errors="replace") for it in started}

    def close(self) -> None:
        """Stop all that were started."""
        self._runner.run(self._stop())
        self._runner.close()

    async def _stop(self) -> None:
        await asyncio.gather(*(store.stop() for store in self._started.values()))


async def _start_migrated(variable: str, store: Store) -> None:
    await store.start()
    await store.ready()
    await migrate({**os.environ, variable: store.url}, only=[variable])


@pytest.fixture(scope="session")
def store_pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StorePool]:
    pool = StorePool(tmp_path_factory.mktemp("stores"))
    yield pool
    pool.close()


@pytest.fixture(scope="session")
def postgres_url(store_pool: StorePool) -> str:
    return store_pool.urls(POSTGRES)[POSTGRES]


@pytest.fixture(scope="session")
def mongodb_url(store_pool: StorePool) -> str:
    return store_pool.urls(MONGODB)[MONGODB]


@pytest.fixture(scope="session")
def cassandra_hosts(store_pool: StorePool) -> str:
    return store_pool.urls(CASSANDRA)[CASSANDRA]


@pytest.fixture(scope="session")
def cassandra_keyspace(cassandra_hosts: str) -> str:
    return os.environ.get("CASSANDRA_KEYSPACE", DEFAULT_KEYSPACE)


@pytest.fixture(scope="session")
def stores_environment(store_pool: StorePool) -> dict[str, str]:
    urls = store_pool.urls(POSTGRES, MONGODB, CASSANDRA)
    return {**urls, "CASSANDRA_KEYSPACE": os.environ.get("CASSANDRA_KEYSPACE", DEFAULT_KEYSPACE)}


@pytest.fixture(scope="session")
def stores_without_cassandra(store_pool: StorePool) -> dict[str, str]:
    # A database of its own: a flush of all rooms must find none whose history is in Cassandra.
    urls = store_pool.urls(POSTGRES, MONGODB)
    database = {MONGODB: urls[MONGODB].replace("/parley", "/parley_alone", 1)}
    store_pool.migrate(database)
    return {**urls, **database, "HISTORY_STORE": HistoryStore.MONGODB}
