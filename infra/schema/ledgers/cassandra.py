"""Cassandra: a migration is a list of statements with IF NOT EXISTS, separated by semicolons."""

import asyncio
import json
import re
import ssl
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Self

from cassandra import ConsistencyLevel, DriverException
from cassandra.auth import PlainTextAuthProvider
from cassandra.cluster import EXEC_PROFILE_DEFAULT, Cluster, ExecutionProfile
from cassandra.policies import RoundRobinPolicy
from cassandra.protocol import ErrorMessage

from infra.schema.ledgers import keyspaces
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

    def __init__(self, session: Any, keyspace: "Keyspace") -> None:
        self._session = session
        self._keyspace = keyspace

    async def applied(self) -> dict[int, Applied]:
        rows = await self._execute("SELECT number, name, checksum FROM schema_migrations")
        return {row.number: Applied(row.number, row.name, row.checksum) for row in rows}

    async def apply(self, migration: Migration) -> None:
        try:
            for statement in statements(migration.text):
                await self.define(statement)
            now = time.time()
            values = (migration.number, migration.name, migration.checksum, int(now * 1e3), int(now * 1e6))
            await self._execute(_RECORD, values)
        except (DriverException, ErrorMessage) as error:
            raise MigrationFailed("Cassandra", migration, error) from error

    async def define(self, statement: str) -> None:
        """Run a statement that defines something, in the words of the server, and wait until it is there."""
        if not self._keyspace.managed:
            await self._execute(statement)
            return
        name = self._keyspace.name
        has = {row[0] for row in await self._execute(keyspaces.COLUMNS, (name, keyspaces.table_of(statement)))}
        translated = keyspaces.translated(statement, has)
        if translated is not None:
            await self._execute(translated)
        await keyspaces.settled(self._execute, name, keyspaces.table_of(statement))

    async def _execute(self, statement: str, values: tuple[object, ...] | None = None) -> Any:
        return await asyncio.to_thread(self._session.execute, statement, values)


@dataclass(frozen=True)
class Keyspace:
    """Where Parley's tables are, and how they are replicated if they have to be made."""

    name: str = DEFAULT_KEYSPACE
    replication: Mapping[str, object] = field(default_factory=lambda: DEFAULT_REPLICATION)
    managed: bool = False
    """It is Amazon's: tables need properties, and are there a while after they were made."""
    username: str = ""
    password: str = ""
    tls: bool = False

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """CASSANDRA_KEYSPACE, and CASSANDRA_REPLICATION as a JSON object.

        For example `{"class": "NetworkTopologyStrategy", "eu-west-1": 3}`; one copy by default.
        """
        replication = environment.get("CASSANDRA_REPLICATION")
        return cls(
            environment.get("CASSANDRA_KEYSPACE") or DEFAULT_KEYSPACE,
            json.loads(replication) if replication else DEFAULT_REPLICATION,
            environment.get("CASSANDRA_KIND") == "keyspaces",
            environment.get("CASSANDRA_USERNAME", ""),
            environment.get("CASSANDRA_PASSWORD", ""),
            environment.get("CASSANDRA_TLS") == "on",
        )

    def statement(self) -> str:
        """The CQL that makes it."""
        options = ", ".join(f"'{option}': '{value}'" for option, value in self.replication.items())
        return f'CREATE KEYSPACE IF NOT EXISTS "{self.name}" WITH replication = {{{options}}}'


@asynccontextmanager
async def open_ledger(url: str, keyspace: Keyspace) -> AsyncIterator[CassandraLedger]:
    """Connect to `host:port,host:port` and make the keyspace if it is missing."""
    cluster = _cluster(url, keyspace)
    try:
        session = await asyncio.to_thread(cluster.connect)
        ledger = CassandraLedger(session, keyspace)
        if keyspace.managed:
            await keyspaces.make_keyspace(ledger._execute, keyspace.name)
        else:
            await asyncio.to_thread(session.execute, keyspace.statement())
        await asyncio.to_thread(session.set_keyspace, keyspace.name)
        await ledger.define(_TABLE)
        yield ledger
    finally:
        await asyncio.to_thread(cluster.shutdown)


def _cluster(hosts: str, keyspace: Keyspace) -> Any:
    points = [(host, int(port)) for host, _, port in (one.strip().rpartition(":") for one in hosts.split(","))]
    profile = ExecutionProfile(
        load_balancing_policy=RoundRobinPolicy(),
        consistency_level=ConsistencyLevel.LOCAL_QUORUM,
        # Schema changes may take their time on a machine that is busy starting everything else.
        request_timeout=60,
    )
    # Version 4 is what Cassandra 3 and later, and Amazon Keyspaces, all speak: no trying out, no warnings about it.
    # A server that has just started answers late where everything else starts as well.
    options: dict[str, Any] = {"port": points[0][1], "connect_timeout": 30, "control_connection_timeout": 30}
    if keyspace.username:
        options["auth_provider"] = PlainTextAuthProvider(keyspace.username, keyspace.password)
    if keyspace.tls:
        # Nodes are found by their addresses, and certificates are for the name.
        options |= {"ssl_context": ssl.create_default_context(), "ssl_options": {"server_hostname": points[0][0]}}
    return Cluster(points, protocol_version=4, execution_profiles={EXEC_PROFILE_DEFAULT: profile}, **options)
