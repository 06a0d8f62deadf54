"""Looks for a text in everything that the stores hold."""

from collections.abc import Mapping
from typing import Any

import asyncpg
from cassandra.cluster import Cluster
from pymongo import AsyncMongoClient

from infra.stores import CASSANDRA, MONGODB, POSTGRES


async def places_of(environment: Mapping[str, str], text: str) -> list[str]:
    """Where the text is: tables and collections."""
    return [
        *await _in_mongodb(environment[MONGODB], text),
        *await _in_postgres(environment[POSTGRES], text),
        *_in_cassandra(environment[CASSANDRA], environment["CASSANDRA_KEYSPACE"], text),
    ]


async def _in_mongodb(url: str, text: str) -> list[str]:
    async with AsyncMongoClient[dict[str, Any]](url, serverMonitoringMode="poll") as client:
        database = client.get_default_database()
        names = await database.list_collection_names()
        return [f"MongoDB {name}" for name in names if text in str(await database[name].find().to_list())]


async def _in_postgres(url: str, text: str) -> list[str]:
    connection = await asyncpg.connect(url)
    try:
        tables = await connection.fetch("select tablename from pg_tables where schemaname = 'public'")
        found = []
        for (table,) in tables:
            query = f'select count(*) from "{table}" as it where it::text like $1'  # noqa: S608 - a name of the schema
            if await connection.fetchval(query, f"%{text}%"):
                found.append(f"PostgreSQL {table}")
        return found
    finally:
        await connection.close()


def _in_cassandra(hosts: str, keyspace: str, text: str) -> list[str]:
    host, _, port = hosts.partition(":")
    with Cluster([host], port=int(port)) as cluster:
        session = cluster.connect(keyspace)
        tables = cluster.metadata.keyspaces[keyspace].tables
        found = []
        for table in tables:
            query = f"select * from {table}"  # noqa: S608 - a name of the schema
            if text in str(list(session.execute(query))):
                found.append(f"Cassandra {table}")
        return found
