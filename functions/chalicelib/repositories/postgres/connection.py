"""The one connection to PostgreSQL that an execution environment keeps, and where its loss becomes Unavailable."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias, TypeVar

import asyncpg

from chalicelib.errors import Unavailable

T = TypeVar("T")

Link: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
"""A connection to the server, in a transaction where `Postgres.change` hands it out."""

_CONNECT_SECONDS: Final = 3.0
_ANSWER_SECONDS: Final = 6.0
_SETTINGS: Final = {
    "application_name": "parley",
    # A transaction whose environment is frozen in the middle holds its user's row no longer than this.
    "idle_in_transaction_session_timeout": "15s",
    # Where there are more environments than connections, one that rests must not keep its connection from the others:
    # it cannot close it itself, being frozen. Opening another takes a few milliseconds.
    "idle_session_timeout": "5s",
}

# What a restarted or failed over server, a socket that died while the environment was frozen, a lost race between two
# transactions and a full server have in common: the same work may succeed on a new connection.
_LOST: Final = (
    OSError,  # TimeoutError is one
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.IdleSessionTimeoutError,
    asyncpg.InsufficientResourcesError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.TransactionRollbackError,
)


_UNUSABLE: Final = (
    asyncpg.InterfaceError,  # "connection is closed", beside all wrong use
    # "cannot switch to state": the server's last word was read and its end of the connection was not, as yet.
    asyncpg.InternalClientError,
)


class _InDoubtError(Exception):
    """The connection was lost after COMMIT was sent: the change may have happened, so it is not tried again."""


class Postgres:
    """Runs reads and transactions, one at a time, on a connection that is opened when first needed.

    One connection, because an environment handles one event at a time and the server's connections are few. After a
    loss, reads and transactions whose COMMIT was not sent are tried once more on a new connection.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._link: Link | None = None
        self._lock = asyncio.Lock()

    async def rows(self, statement: str, *arguments: object) -> list[asyncpg.Record]:
        """The rows a query gives. Raises Unavailable."""
        return await self._answered(lambda link: link.fetch(statement, *arguments))

    async def row(self, statement: str, *arguments: object) -> asyncpg.Record | None:
        """The first row a query gives, if any. Raises Unavailable."""
        return await self._answered(lambda link: link.fetchrow(statement, *arguments))

    async def change(self, work: Callable[[Link], Awaitable[T]]) -> T:
        """Run the work in a transaction (read committed) and commit it; undone if the work raises.

        The work may run twice and must have no effect outside the transaction. Raises Unavailable.
        """

        async def transaction(link: Link) -> T:
            begun = link.transaction()
            await begun.start()
            try:
                result = await work(link)
            except BaseException:
                await _undo(link, begun)
                raise
            try:
                await begun.commit()
            except (*_LOST, *_UNUSABLE) as error:
                raise _InDoubtError from error
            return result

        return await self._answered(transaction)

    async def ping(self) -> None:
        """Ask the server whether it is there. Raises Unavailable."""
        await self.row("select 1")

    async def close(self) -> None:
        """Close the connection, if there is one."""
        async with self._lock:
            if self._link is not None:
                await self._link.close(timeout=_CONNECT_SECONDS)
                self._link = None

    async def _answered(self, work: Callable[[Link], Awaitable[T]]) -> T:
        async with self._lock:
            try:
                try:
                    return await self._attempt(work)
                except _LOST:
                    self._drop()
                    return await self._attempt(work)
            except (*_LOST, _InDoubtError) as error:
                self._drop()
                raise Unavailable(
                    "The account store (PostgreSQL) did not answer. Try the same again: it counts once."
                ) from error

    async def _attempt(self, work: Callable[[Link], Awaitable[T]]) -> T:
        link = self._link
        if link is None or link.is_closed():
            link = self._link = await asyncpg.connect(
                self._url,
                timeout=_CONNECT_SECONDS,
                command_timeout=_ANSWER_SECONDS,
                server_settings=_SETTINGS,
            )
        try:
            return await work(link)
        except _UNUSABLE as error:
            if link.is_closed() or isinstance(error, asyncpg.InternalClientError):
                raise ConnectionResetError("the connection to PostgreSQL was closed") from error
            raise

    def _drop(self) -> None:
        if self._link is not None:
            self._link.terminate()
            self._link = None


async def _undo(link: Link, begun: asyncpg.transaction.Transaction) -> None:
    try:
        await begun.rollback()
    except (OSError, asyncpg.PostgresError, *_UNUSABLE):
        # Whatever state it is in: the server undoes the transaction when the connection ends.
        link.terminate()


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def instant(microseconds: int) -> datetime:
    """The timestamptz for microseconds since 1970, exactly."""
    return _EPOCH + timedelta(microseconds=microseconds)


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970 of a timestamptz, exactly."""
    return (moment - _EPOCH) // _MICROSECOND


def storable(text: str) -> bool:
    """Whether PostgreSQL can be asked about the text at all: it takes no NUL and no lone surrogate."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
