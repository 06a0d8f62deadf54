"""The three stores as tests drive them: write something, read it back, by the ordinary drivers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
from cassandra.cluster import EXEC_PROFILE_DEFAULT, Cluster, ExecutionProfile
from cassandra.policies import RoundRobinPolicy
from pymongo import AsyncMongoClient

from infra.stores import EmbeddedStore
from infra.stores.cassandra import Cassandra
from infra.stores.mongodb import MongoDB
from infra.stores.postgres import Postgres

Write = Callable[[str, range], Awaitable[None]]
Read = Callable[[str], Awaitable[set[int]]]


@dataclass(frozen=True)
class Case:
    """A kind of store, with a way to write numbers, each acknowledged by itself, and to read them all."""

    kind: type[EmbeddedStore]
    write: Write
    read: Read
    leftover: str | None
    """A file that a killed server leaves behind, below the data folder."""
    shared: str
    """The fixture with the address of the one that all tests share."""

    def store(self, folder: Path, port: int | None = None) -> EmbeddedStore:
        """A store that has not been started."""
        return self.kind(folder, port)


async def _write_postgres(url: str, numbers: range) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE TABLE IF NOT EXISTS numbers (n integer PRIMARY KEY)")
    for number in numbers:
        await connection.execute("INSERT INTO numbers VALUES ($1)", number)
    await connection.close()


async def _read_postgres(url: str) -> set[int]:
    connection = await asyncpg.connect(url)
    try:
        return {row["n"] for row in await connection.fetch("SELECT n FROM numbers")}
    finally:
        await connection.close()


def _mongo(url: str) -> AsyncMongoClient[dict[str, Any]]:
    return AsyncMongoClient(url, w="majority", journal=True, serverMonitoringMode="poll")


async def _write_mongodb(url: str, numbers: range) -> None:
    async with _mongo(url) as client:
        for number in numbers:
            await client.get_default_database()["numbers"].insert_one({"_id": number})


async def _read_mongodb(url: str) -> set[int]:
    async with _mongo(url) as client:
        return {record["_id"] async for record in client.get_default_database()["numbers"].find()}


def _cassandra(url: str) -> Any:
    host, _, port = url.partition(":")
    profile = ExecutionProfile(load_balancing_policy=RoundRobinPolicy(), request_timeout=30)
    return Cluster([(host, int(port))], protocol_version=4, execution_profiles={EXEC_PROFILE_DEFAULT: profile})


async def _write_cassandra(url: str, numbers: range) -> None:
    with _cassandra(url) as cluster, cluster.connect() as session:
        session.execute(
            "CREATE KEYSPACE IF NOT EXISTS numbers WITH replication = "
            "{'class': 'SimpleStrategy', 'replication_factor': 1}"
        )
        session.execute("CREATE TABLE IF NOT EXISTS numbers.numbers (n int PRIMARY KEY)")
        for number in numbers:
            session.execute("INSERT INTO numbers.numbers (n) VALUES (%s) USING TIMESTAMP %s", (number, number + 1))


async def _read_cassandra(url: str) -> set[int]:
    with _cassandra(url) as cluster, cluster.connect() as session:
        return {row.n for row in session.execute("SELECT n FROM numbers.numbers")}


CASES = {
    "postgres": Case(Postgres, _write_postgres, _read_postgres, "cluster/postmaster.pid", "postgres_url"),
    "mongodb": Case(MongoDB, _write_mongodb, _read_mongodb, "storage/WiredTiger.lock", "mongodb_url"),
    "cassandra": Case(Cassandra, _write_cassandra, _read_cassandra, None, "cassandra_hosts"),
}
