"""The stores of a deployment, found for a backup or made for a restore."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from chalicelib.repositories.cassandra.session import Cassandra, Entry
from chalicelib.repositories.mongodb import client
from chalicelib.repositories.mongodb.client import Database
from infra.backup.errors import AnotherHistory, NothingThere, NotReachable
from infra.schema.migrate import DEFAULT_KEYSPACE
from infra.schema.placement import open_placement
from infra.stores import CASSANDRA, MONGODB, POSTGRES, HistoryStore, Stores, needed, running
from infra.stores.errors import FolderInUse
from infra.stores.lock import FolderLock

Say = Callable[[str], None]

SECRETS: Final = "secrets.json"


@dataclass(frozen=True, slots=True)
class Deployment:
    """Running stores."""

    settings: Mapping[str, str]
    history: HistoryStore
    mongodb: Database
    cassandra: Cassandra | None
    """None where the history is not there."""

    @property
    def postgres_url(self) -> str:
        """Where PostgreSQL is."""
        return self.settings[POSTGRES]

    @property
    def keyspace(self) -> str:
        """Where the history's tables are."""
        return self.settings.get("CASSANDRA_KEYSPACE") or DEFAULT_KEYSPACE


@asynccontextmanager
async def existing(folder: Path, environment: Mapping[str, str], say: Say) -> AsyncIterator[Deployment]:
    """The deployment at the addresses that are set, or in the folder: as it runs, or else started for this.

    Raises NothingThere, NotReachable, AnotherHistory, StoreError.
    """
    if not (environment.get(POSTGRES) and environment.get(MONGODB)) and not (folder / "postgresql").is_dir():
        raise NothingThere(folder)
    if environment.get(POSTGRES) and environment.get(MONGODB):
        wanted = HistoryStore.from_environment(environment)
        async with started(Stores.choose(folder, environment, variables=needed(wanted)), environment, wanted) as there:
            yield there
        return
    running.refuse_unfinished(folder)
    lock = FolderLock(folder, "Parley")
    try:
        await asyncio.to_thread(lock.acquire)
    except FolderInUse:
        settings = running.announced(folder)
        if settings is None:
            raise NotReachable(folder) from None
        async with connected({**environment, **settings}, HistoryStore.from_environment(settings)) as deployment:
            yield deployment
        return
    try:
        say("Starting the stores, as Parley does not run")
        async with _woken(folder, environment) as deployment:
            yield deployment
    finally:
        lock.release()


@asynccontextmanager
async def _woken(folder: Path, environment: Mapping[str, str]) -> AsyncIterator[Deployment]:
    """The stores of a folder in which nothing runs. MongoDB knows whether there is a history in Cassandra."""
    first = Stores.choose(folder, environment, variables=needed(HistoryStore.MONGODB), logs=folder / "logs")
    try:
        await first.start()
        async with open_placement(first.environment()[MONGODB]) as placement:
            history = await placement.found() or HistoryStore.from_environment(environment)
        variables = [name for name in needed(history) if name == CASSANDRA]
        second = Stores.choose(folder, environment, variables=variables, logs=folder / "logs")
        both = Stores({**first.by_variable, **second.by_variable})
        try:
            await second.start()
            async with connected({**environment, **both.environment()}, history) as deployment:
                yield deployment
        finally:
            await second.stop()
    finally:
        await first.stop()


@asynccontextmanager
async def started(stores: Stores, environment: Mapping[str, str], history: HistoryStore) -> AsyncIterator[Deployment]:
    """Start the stores, connect to them, and stop them at the end."""
    try:
        await stores.start()
        async with connected({**environment, **stores.environment()}, history) as deployment:
            yield deployment
    finally:
        await stores.stop()


@asynccontextmanager
async def connected(settings: Mapping[str, str], history: HistoryStore) -> AsyncIterator[Deployment]:
    """Connections to stores that run. Raises AnotherHistory."""
    async with open_placement(settings[MONGODB]) as placement:
        found = await placement.found()
    if found not in {None, history}:
        raise AnotherHistory(found, history)
    keyspace = settings.get("CASSANDRA_KEYSPACE") or DEFAULT_KEYSPACE
    entry = Entry.from_environment(settings)
    cassandra = Cassandra(settings[CASSANDRA], keyspace, entry) if history is HistoryStore.CASSANDRA else None
    database = client.connect(settings[MONGODB])
    try:
        yield Deployment(settings, history, database, cassandra)
    finally:
        await client.close(database)
        if cassandra is not None:
            await cassandra.close()
