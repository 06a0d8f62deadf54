"""MongoDB: a migration is a JSON list of database commands, each of which may run again without harm."""

from collections.abc import AsyncIterator, Mapping, MutableMapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from bson import json_util
from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import OperationFailure
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from infra.schema.migrations import Applied, Migration, MigrationFailed

# What the commands that mind being repeated answer the second time: "IndexNotFound", `dropIndexes`; "NamespaceExists",
# `create`.
_DONE_BEFORE = frozenset((27, 48))


class MongoLedger:
    """There is no lock: two that run at once do the same, and record the same."""

    def __init__(self, database: AsyncDatabase[Mapping[str, Any]]) -> None:
        self._database = database
        self._records = database.get_collection(
            "schema_migrations",
            read_concern=ReadConcern("majority"),
            write_concern=WriteConcern("majority", j=True),
        )

    async def applied(self) -> dict[int, Applied]:
        return {
            record["_id"]: Applied(record["_id"], record["name"], record["checksum"])
            async for record in self._records.find()
        }

    async def apply(self, migration: Migration) -> None:
        try:
            # json_util keeps the order of keys (the first names the command) and reads dates and ids.
            for command in json_util.loads(migration.text):
                await self._run(command)
            await self._records.update_one(
                {"_id": migration.number},
                {
                    "$setOnInsert": {
                        "name": migration.name,
                        "checksum": migration.checksum,
                        "applied_at": datetime.now(UTC),
                    }
                },
                upsert=True,
            )
        except (OperationFailure, ValueError) as error:
            raise MigrationFailed("MongoDB", migration, error) from error

    async def _run(self, command: MutableMapping[str, Any]) -> None:
        try:
            await self._database.command(command)
        except OperationFailure as error:
            if error.code not in _DONE_BEFORE:
                raise


@asynccontextmanager
async def open_ledger(url: str) -> AsyncIterator[MongoLedger]:
    """Connect to the database that the address names, `parley` when it names none."""
    # Polling mode: a client that is closed while its second monitor connects would leave a socket behind.
    client: AsyncMongoClient[Mapping[str, Any]] = AsyncMongoClient(url, serverMonitoringMode="poll")
    try:
        yield MongoLedger(client.get_default_database("parley"))
    finally:
        await client.close()
