"""Cassandra: a migration is a list of statements with IF NOT EXISTS, separated by semicolons."""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Self

from cassandra import ConsistencyLevel, DriverException
from cassandra.cluster import EXEC_PROFILE_DEFAULT, Cluster, ExecutionProfile
from cassandra.policies import RoundRobinPolicy
from cassandra.protocol import ErrorMessage

from infra.schema.migrations import Applied, Migration, MigrationFailed

DEFAULT_KEYSPACE = "parley"
DEFAULT_REPLICATION = {"class": "SimpleStrategy", "replication_factor": 1}

_TABLE = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    number int PRIMARY KEY,
    name text,
    checksum text,
    applied_at timestamp
)
"""

_RECORD = """
INSERT INTO schema_migrations (number, name, checksum, applied_at) VALUES (%s, %s, %s, %s) USING TIMESTAMP %s
"""

# A semicolon counts only outside of comments, strings, quoted names and $$ bodies.
_TOKEN = re.compile(
    r"""
    (?P<comment> --[^\n]* | //[^\n]* | /\*.*?\*/ )
    | (?P<quoted> '(?:[^']|'')*' | "(?:[^"]|"")*" | \$\$.*?\$\$ )
    | (?P<end> ; )
    """,
    re.VERBOSE | re.DOTALL,
)


def statements(text: str) -> Iterator[str]:
    """The statements of a CQL file, without comments."""
    written: list[str] = []
    position = 0
    for token in _TOKEN.finditer(text):
        written.append(text[position : token.start()])
        position = token.end()
        if token["quoted"]:
            written.append(token["quoted"])
        elif token["end"]:
            yield from _non_empty(written)
            written = []
    yield from _non_empty([*written, text[position:]])


def _non_empty(parts: list[str]) -> Iterator[str]:
    if statement := "".join(parts).strip():
        yield statement


class CassandraLedger:
    """There is no lock: two that run at once do the same, and record the same."""

    def __init__(self, session: Any) -> None:
        self._session = session

    async def applied(self) -> dict[int, Applied]:
        rows = await self._execute("SELECT number, name, checksum FROM schema_migrations")
        return {row.number: Applied(row.number, row.name, row.checksum) for row in rows}

    async def apply(self, migration: Migration) -> None:
        try:
            for statement in statements(migration.text):
                await self._execute(statement)
            now = time.time()
            values = (migration.number, migration.name, migration.checksum, int(now * 1e3), int(now * 1e6))
            await self._execute(_RECORD, values)
        except (DriverException, ErrorMessage) as error:
            raise MigrationFailed("Cassandra", migration, error) from error

    async def _execute(self, statement: str, values: tuple[object, ...] | None = None) -> Any:
        return await asyncio.to_thread(self._session.execute, statement, values)


@dataclass(frozen=True)
class Keyspace:
    """Where Parley's tables are, and how they are replicated if they have to be made."""

    name: str = DEFAULT_KEYSPACE
    replication: Mapping[str, object] = field(default_factory=lambda: DEFAULT_REPLICATION)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """CASSANDRA_KEYSPACE, and CASSANDRA_REPLICATION as a JSON object.

        For example `{"class": "NetworkTopologyStrategy", "eu-west-1": 3}`; one copy by default.
        """
        replication = environment.get("CASSANDRA_REPLICATION")
        return cls(
            environment.get("CASSANDRA_KEYSPACE") or DEFAULT_KEYSPACE,
            json.loads(replication) if replication else DEFAULT_REPLICATION,
        )

    def statement(self) -> str:
        """The CQL that makes it."""
        options = ", ".join(f"'{option}': '{value}'" for option, value in self.replication.items())
        return f'CREATE KEYSPACE IF NOT EXISTS "{self.name}" WITH replication = {{{options}}}'


@asynccontextmanager
async def open_ledger(url: str, keyspace: Keyspace) -> AsyncIterator[CassandraLedger]:
    """Connect to `host:port,host:port` and make the keyspace if it is missing."""
    cluster = _cluster(url)
    try:
        session = await asyncio.to_thread(cluster.connect)
        await asyncio.to_thread(session.execute, keyspace.statement())
        await asyncio.to_thread(session.set_keyspace, keyspace.name)
        await asyncio.to_thread(session.execute, _TABLE)
        yield CassandraLedger(session)
    finally:
        await asyncio.to_thread(cluster.shutdown)


def _cluster(hosts: str) -> Any:
    points = [(host, int(port)) for host, _, port in (one.strip().rpartition(":") for one in hosts.split(","))]
    profile = ExecutionProfile(
        load_balancing_policy=RoundRobinPolicy(),
        consistency_level=ConsistencyLevel.LOCAL_QUORUM,
        # Schema changes may take their time on a machine that is busy starting everything else.
        request_timeout=60,
    )
    # Version 4 is what Cassandra 3 and later, and Amazon Keyspaces, all speak: no trying out, no warnings about it.
    return Cluster(points, protocol_version=4, execution_profiles={EXEC_PROFILE_DEFAULT: profile})
