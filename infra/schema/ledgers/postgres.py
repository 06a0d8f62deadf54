"""PostgreSQL: a transaction per migration, an advisory lock around them all."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from infra.schema.migrations import Applied, Migration, MigrationFailed

# Advisory locks are numbers in one space per database; this one spells "parley".
_LOCK = int.from_bytes(b"parley")
# Another one, as the ledger takes its own inside of it, on a connection of its own.
_LOCK_OF_ALL = _LOCK + 1

_TABLE = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    number integer PRIMARY KEY,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
)
"""


class PostgresLedger:
    """Holds the advisory lock for as long as its connection lives."""

    def __init__(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        self._connection = connection

    async def applied(self) -> dict[int, Applied]:
        rows = await self._connection.fetch("SELECT number, name, checksum FROM schema_migrations")
        return {row["number"]: Applied(row["number"], row["name"], row["checksum"]) for row in rows}

    async def apply(self, migration: Migration) -> None:
        try:
            async with self._connection.transaction():
                await self._connection.execute(migration.text)
                await self._connection.execute(
                    "INSERT INTO schema_migrations (number, name, checksum) VALUES ($1, $2, $3)",
                    migration.number,
                    migration.name,
                    migration.checksum,
                )
        except asyncpg.PostgresError as error:
            raise MigrationFailed("PostgreSQL", migration, error) from error


@asynccontextmanager
async def open_ledger(url: str) -> AsyncIterator[PostgresLedger]:
    """Connect, and wait until nobody else migrates this database."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
        await connection.execute(_TABLE)
        yield PostgresLedger(connection)
    finally:
        await connection.close()


@asynccontextmanager
async def alone(url: str) -> AsyncIterator[None]:
    """Wait until nobody else migrates any store of the Parley that has this database, and keep others from it."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", _LOCK_OF_ALL)
        yield
    finally:
        # Which gives up the lock, as the end of the process would.
        await connection.close()
