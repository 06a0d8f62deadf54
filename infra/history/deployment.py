"""A deployment's stores as a move needs them: MongoDB and Cassandra, embedded in its folder or there already."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from chalicelib.repositories.base import EventRepository, HeadRepository, HistoryRepository
from chalicelib.repositories.cassandra.messages import Messages as CassandraMessages
from chalicelib.repositories.cassandra.session import Cassandra, Entry
from chalicelib.repositories.mongodb import client
from chalicelib.repositories.mongodb.events import Events
from chalicelib.repositories.mongodb.heads import Heads
from chalicelib.repositories.mongodb.messages import Messages as MongoMessages
from infra.history.errors import NothingThere
from infra.history.progress import Progress, StoredProgress
from infra.schema.migrate import DEFAULT_KEYSPACE, migrate
from infra.schema.placement import Placement, open_placement
from infra.stores import CASSANDRA, MONGODB, HistoryStore, Stores
from infra.stores.lock import FolderLock

_VARIABLES = (MONGODB, CASSANDRA)


@dataclass(frozen=True, slots=True)
class Deployment:
    """What there is between the two histories, `source` and `target`."""

    source: HistoryRepository
    target: HistoryRepository
    heads: HeadRepository
    events: EventRepository
    progress: Progress
    placement: Placement


@asynccontextmanager
async def opened(
    folder: Path,
    source: HistoryStore,
    target: HistoryStore,
    environment: Mapping[str, str] = os.environ,
    say: Callable[[str], None] = lambda _: None,
) -> AsyncIterator[Deployment]:
    """The deployment at MONGODB_URL and CASSANDRA_HOSTS; what is not set is started in `folder`, which is then locked.

    Both get the newest schema. Raises NothingThere, StoreError or SchemaError.
    """
    stores = Stores.choose(folder, environment, variables=_VARIABLES, logs=folder / "logs", progress=say)
    lock = FolderLock(folder, "Parley")
    try:
        if stores.embedded:
            if not environment.get(MONGODB) and not (folder / "mongodb").is_dir():
                raise NothingThere(folder)
            await asyncio.to_thread(lock.acquire)
            say("Starting MongoDB and Cassandra")
        await stores.start()
        settings = {**environment, **stores.environment()}
        await migrate(settings, only=_VARIABLES)
        async with _connected(settings, source, target) as deployment:
            yield deployment
    finally:
        await stores.stop()
        lock.release()


@asynccontextmanager
async def _connected(
    settings: Mapping[str, str], source: HistoryStore, target: HistoryStore
) -> AsyncIterator[Deployment]:
    cassandra = Cassandra(
        settings[CASSANDRA], settings.get("CASSANDRA_KEYSPACE") or DEFAULT_KEYSPACE, Entry.from_environment(settings)
    )
    database = client.connect(settings[MONGODB])
    histories: dict[HistoryStore, HistoryRepository] = {
        HistoryStore.CASSANDRA: CassandraMessages(cassandra),
        HistoryStore.MONGODB: MongoMessages(database),
    }
    try:
        async with open_placement(settings[MONGODB]) as placement:
            progress = StoredProgress(database, source, target)
            yield Deployment(
                histories[source], histories[target], Heads(database), Events(database), progress, placement
            )
    finally:
        await client.close(database)
        await cassandra.close()
