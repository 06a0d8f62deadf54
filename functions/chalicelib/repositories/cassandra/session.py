"""The session with Cassandra: driver futures as awaitables, and the one place where a lost host becomes Unavailable.

The driver has threads of its own for I/O. Connecting and preparing block, so they run on a worker thread; queries
do not: the driver's callbacks hand their results to the event loop, so none of them costs a thread.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Self, TypeVar

from cassandra import (
    ConsistencyLevel,
    CoordinationFailure,
    OperationTimedOut,
    Timeout,
    UnresolvableContactPoints,
)
from cassandra import Unavailable as TooFewReplicas
from cassandra.auth import PlainTextAuthProvider
from cassandra.cluster import EXEC_PROFILE_DEFAULT, Cluster, ExecutionProfile, NoHostAvailable, ResponseFuture, Session
from cassandra.connection import ConnectionBusy, ConnectionException
from cassandra.policies import DCAwareRoundRobinPolicy, TokenAwarePolicy
from cassandra.pool import NoConnectionsAvailable
from cassandra.query import BatchStatement, BatchType, PreparedStatement, tuple_factory

from chalicelib.errors import Unavailable

T = TypeVar("T")
Row = tuple[Any, ...]
Statement = tuple[str, Sequence[object]]
"""CQL, and what its question marks stand for."""

_PORT: Final = 9042
_ANSWER_SECONDS: Final = 6.0
_CONNECT_SECONDS: Final = 3.0
_LOST: Final = (NoHostAvailable, ConnectionException, UnresolvableContactPoints)
"""No usable connection: a new session may have one, when the environment was frozen or the servers restarted."""
_FAILED: Final = (
    *_LOST,
    ConnectionBusy,
    NoConnectionsAvailable,
    OperationTimedOut,
    Timeout,
    TooFewReplicas,
    CoordinationFailure,
    OSError,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """How the servers let one in: with a name and a password, or none, and with TLS or without.

    Certificates are checked against the authorities that Python finds, or those of the file that SSL_CERT_FILE names.
    """

    username: str = ""
    password: str = ""
    tls: bool = False

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """CASSANDRA_USERNAME, CASSANDRA_PASSWORD, and CASSANDRA_TLS, which is `on` or not set."""
        get = environment.get
        return cls(get("CASSANDRA_USERNAME", ""), get("CASSANDRA_PASSWORD", ""), get("CASSANDRA_TLS", "") == "on")

    def options(self, hosts: str) -> dict[str, Any]:
        """What the driver's Cluster wants of it: the other nodes listen on the port of the first one that is named."""
        host, port = _contact_point(hosts.split(",", maxsplit=1)[0])
        options: dict[str, Any] = {"port": port}
        if self.username:
            options["auth_provider"] = PlainTextAuthProvider(self.username, self.password)
        if self.tls:
            options["ssl_context"] = ssl.create_default_context()
            # Nodes are found by their addresses, and certificates are for the name.
            options["ssl_options"] = {"server_hostname": host}
        return options


@dataclass(frozen=True, slots=True)
class _Opened:
    cluster: Cluster
    session: Session
    statements: dict[str, PreparedStatement] = field(default_factory=dict)

    async def prepared(self, cql: str) -> PreparedStatement:
        if cql not in self.statements:
            statement = await asyncio.to_thread(self.session.prepare, cql)
            # Every write carries its timestamp, so the driver may repeat any statement.
            statement.is_idempotent = True
            self.statements[cql] = statement
        return self.statements[cql]


class Cassandra:
    """A session that is opened when first needed, and opened anew once when all its connections turn out dead.

    `hosts` is `host:port,host:port`; reads and writes are LOCAL_QUORUM.
    """

    def __init__(self, hosts: str, keyspace: str, entry: Entry | None = None) -> None:
        self._hosts = hosts
        self._keyspace = keyspace
        self._entry = entry or Entry()
        self._opened: _Opened | None = None
        self._opening = asyncio.Lock()

    async def rows(self, cql: str, *parameters: object) -> list[Row]:
        """All rows a query gives. Raises Unavailable."""

        async def read(opened: _Opened) -> list[Row]:
            statement = await opened.prepared(cql)
            return await _all_pages(opened.session.execute_async(statement.bind(parameters)))

        return await self._answered(read)

    async def write(self, statements: Sequence[Statement]) -> None:
        """Run the statements as one unlogged batch: of one partition only.

        Each must say USING TIMESTAMP, so that repeating it changes nothing. Raises Unavailable; the batch may then
        have been applied, in part too.
        """

        async def write(opened: _Opened) -> None:
            batch = BatchStatement(BatchType.UNLOGGED)
            for cql, parameters in statements:
                batch.add(await opened.prepared(cql), parameters)
            await _answer(opened.session.execute_async(batch))

        await self._answered(write)

    async def ping(self) -> None:
        """Ask the servers whether they are there. Raises Unavailable."""
        await self.rows("select key from system.local")

    async def close(self) -> None:
        """Close the session, if there is one."""
        async with self._opening:
            await self._shut()

    async def _answered(self, work: Callable[[_Opened], Awaitable[T]]) -> T:
        try:
            opened = await self._open()
            try:
                return await work(opened)
            except _LOST:
                return await work(await self._open(instead_of=opened))
        except _FAILED as error:
            raise Unavailable("The history store (Cassandra) did not answer. Ask again: nothing is lost.") from error

    async def _open(self, instead_of: _Opened | None = None) -> _Opened:
        async with self._opening:
            if instead_of is not None and self._opened is instead_of:
                await self._shut()
            if self._opened is None:
                opening = asyncio.ensure_future(asyncio.to_thread(_connect, self._hosts, self._keyspace, self._entry))
                try:
                    self._opened = await asyncio.shield(opening)
                except asyncio.CancelledError:
                    # Whoever asked stopped waiting, which stops no thread.
                    opening.add_done_callback(self._take)
                    raise
            return self._opened

    def _take(self, opening: "asyncio.Future[_Opened]") -> None:
        """Keep the session that nobody waits for any more: the next one who asks need not wait for it."""
        if opening.cancelled() or opening.exception() is not None:
            return
        if self._opened is None:
            self._opened = opening.result()
        else:
            asyncio.get_running_loop().run_in_executor(None, opening.result().cluster.shutdown)

    async def _shut(self) -> None:
        if self._opened is not None:
            opened, self._opened = self._opened, None
            await asyncio.to_thread(opened.cluster.shutdown)


def _connect(hosts: str, keyspace: str, entry: Entry) -> _Opened:
    profile = ExecutionProfile(
        load_balancing_policy=TokenAwarePolicy(DCAwareRoundRobinPolicy()),
        consistency_level=ConsistencyLevel.LOCAL_QUORUM,
        request_timeout=_ANSWER_SECONDS,
        row_factory=tuple_factory,
    )
    cluster = Cluster(
        [_contact_point(it) for it in hosts.split(",")],
        execution_profiles={EXEC_PROFILE_DEFAULT: profile},
        connect_timeout=_CONNECT_SECONDS,
        control_connection_timeout=_CONNECT_SECONDS,
        **entry.options(hosts),
    )
    try:
        return _Opened(cluster, cluster.connect(keyspace))
    except BaseException:
        # Its threads would go on trying.
        cluster.shutdown()
        raise


def _contact_point(address: str) -> tuple[str, int]:
    host, _, port = address.strip().partition(":")
    return host, int(port or _PORT)


async def _all_pages(response: ResponseFuture) -> list[Row]:
    rows: list[Row] = list(await _answer(response))
    while response.has_more_pages:
        response.start_fetching_next_page()
        rows += await _answer(response)
    return rows


def _answer(response: ResponseFuture) -> asyncio.Future[Any]:
    """The response's result, or its error, in the event loop."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Any] = loop.create_future()

    def settle(rows: Any, error: Exception | None) -> None:
        # Done already when its task was cancelled, or when this is a later page: callbacks stay with the response.
        if answer.done():
            return
        if error is None:
            answer.set_result(rows)
        else:
            answer.set_exception(error)

    response.add_callbacks(
        lambda rows: loop.call_soon_threadsafe(settle, rows, None),
        lambda error: loop.call_soon_threadsafe(settle, None, error),
    )
    return answer
