"""The words in which Amazon Keyspaces takes what the migrations say.

Sources: docs.aws.amazon.com/keyspaces/latest/devguide, "DDL statements", "Creating tables", "Client-side timestamps".
Tables must be opened to the timestamps of clients, ALTER TABLE has no IF NOT EXISTS, and what is made or changed is
there only once its status says ACTIVE. No time to live is used, so none is enabled.
"""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Collection
from typing import Any, Final

COLUMNS: Final = "SELECT column_name FROM system_schema.columns WHERE keyspace_name = %s AND table_name = %s"

_PROPERTIES: Final = "CUSTOM_PROPERTIES = {'client_side_timestamps': {'status': 'enabled'}}"
_CREATE: Final = re.compile(r"create\s+table\s+(?:if\s+not\s+exists\s+)?(\w+)", re.IGNORECASE)
_ALTER: Final = re.compile(
    r"alter\s+table\s+(\w+)\s+add\s+(?:if\s+not\s+exists\s+)?\((.*)\)\s*", re.IGNORECASE | re.DOTALL
)
_OPTIONS: Final = re.compile(r"\)\s*with\s", re.IGNORECASE)
_BETWEEN: Final = re.compile(r",(?![^<]*>)")
"""A comma between columns, not between the types in a collection's."""

_STATUS: Final = "SELECT status FROM system_schema_mcs.tables WHERE keyspace_name = %s AND table_name = %s"
_KEYSPACE: Final = "SELECT keyspace_name FROM system_schema_mcs.keyspaces WHERE keyspace_name = %s"
_WAIT_SECONDS: Final = 300.0
_POLL_SECONDS: Final = 1.0

Execute = Callable[[str, tuple[object, ...] | None], Awaitable[Any]]


def table_of(statement: str) -> str:
    """The table that a statement defines. Raises ValueError for one that no migration has had yet."""
    found = _CREATE.match(statement.strip()) or _ALTER.match(statement.strip())
    if found is None:
        raise ValueError(f"It is not known how to say this to Amazon Keyspaces: {statement}")
    return found[1]


def translated(statement: str, has: Collection[str]) -> str | None:
    """The statement for Keyspaces, for a table that has these columns now; None when there is nothing left to do."""
    statement = statement.strip()
    if alter := _ALTER.match(statement):
        columns = [it.strip() for it in _BETWEEN.split(alter[2])]
        missing = [it for it in columns if it.split()[0] not in has]
        return f"ALTER TABLE {alter[1]} ADD ({', '.join(missing)})" if missing else None
    table_of(statement)
    return f"{statement} {'AND' if _OPTIONS.search(statement) else 'WITH'} {_PROPERTIES}"


async def make_keyspace(execute: Execute, name: str) -> None:
    """Make the keyspace, which Amazon keeps three copies of in one region, and wait until it is there."""
    statement = f"CREATE KEYSPACE IF NOT EXISTS \"{name}\" WITH replication = {{'class': 'SingleRegionStrategy'}}"
    await execute(statement, None)
    await _until(lambda: execute(_KEYSPACE, (name,)), bool, name)


async def settled(execute: Execute, keyspace: str, table: str) -> None:
    """Wait until the table is what was asked for. Raises TimeoutError."""
    await _until(
        lambda: execute(_STATUS, (keyspace, table)), lambda rows: [row[0] for row in rows] == ["ACTIVE"], table
    )


async def _until(ask: Callable[[], Awaitable[Any]], is_it: Callable[[list[Any]], bool], what: str) -> None:
    deadline = time.monotonic() + _WAIT_SECONDS
    while not is_it(list(await ask())):
        if time.monotonic() > deadline:
            raise TimeoutError(f"Amazon Keyspaces has not made {what} within {_WAIT_SECONDS:.0f} seconds.")
        await asyncio.sleep(_POLL_SECONDS)
