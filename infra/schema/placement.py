"""Which store a deployment's history is in, as the deployment itself remembers it: a document in its MongoDB.

MongoDB also has the heads, which tell readers what is no longer in the logs. Started with its history somewhere else,
a deployment would show empty rooms and flush into the wrong store, so whoever starts one asks here first.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from infra.schema.history_store import HistoryStore
from infra.schema.migrations import SchemaError

_ID = {"_id": "history"}
_FLUSHED = {"flushed_seq": {"$gt": 0}}

Document = dict[str, Any]


class HistoryElsewhere(SchemaError):
    """The history is not in the store that the deployment is started with."""

    def __init__(self, found: HistoryStore, wanted: HistoryStore) -> None:
        super().__init__(
            f"The history of this deployment is in {found.label}, not in {wanted.label}: use HISTORY_STORE={found}, "
            f"or stop Parley and move it with the same settings: make move-history FROM={found} TO={wanted}"
        )


class Placement:
    """The document, in the deployment's MongoDB."""

    def __init__(self, database: AsyncDatabase[Document]) -> None:
        self._documents = database.get_collection(
            "placement", read_concern=ReadConcern("majority"), write_concern=WriteConcern("majority", j=True)
        )
        self._heads = database["heads"]

    async def found(self) -> HistoryStore | None:
        """Where the history is; None as long as no room has any, which leaves the choice open."""
        if await self._heads.find_one(_FLUSHED, {"_id": 1}) is None:
            return None
        document = await self._documents.find_one(_ID)
        # Nobody wrote it down while there was no choice.
        return HistoryStore.CASSANDRA if document is None else HistoryStore(document["store"])

    async def settle(self, wanted: HistoryStore) -> None:
        """Remember that the history is in `wanted`. Raises HistoryElsewhere when it is not."""
        found = await self.found()
        if found not in {None, wanted}:
            raise HistoryElsewhere(found, wanted)
        await self.move(wanted)

    async def move(self, store: HistoryStore) -> None:
        """Remember that from now on the history is there, whole."""
        await self._documents.update_one(_ID, {"$set": {"store": store.value}}, upsert=True)


@asynccontextmanager
async def open_placement(url: str) -> AsyncIterator[Placement]:
    """Connect to the database that the address names, `parley` when it names none."""
    # Polling mode: a client that is closed while its second monitor connects would leave a socket behind.
    client: AsyncMongoClient[Document] = AsyncMongoClient(url, serverMonitoringMode="poll")
    try:
        yield Placement(client.get_default_database("parley"))
    finally:
        await client.close()


async def settle(url: str, wanted: HistoryStore) -> None:
    """Placement.settle for the MongoDB at `url`."""
    async with open_placement(url) as placement:
        await placement.settle(wanted)
