"""PostgreSQL: all tables of one snapshot, as COPY writes them.

Not by pg_dump, although the embedded server comes with it: the schema is the migrations' business, COPY is the same
for every server whatever its version, and what is counted and summed is of the very snapshot that is kept.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final, TypeAlias

import asyncpg

from infra.backup.archive import Reader, Sink, Writer
from infra.backup.errors import StoreNotEmpty

Link: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

FOLDER: Final = "postgres"
_LEDGER: Final = "schema_migrations"

# Text that means the same wherever it is read.
_SETTINGS: Final = {"timezone": "UTC", "datestyle": "ISO", "intervalstyle": "iso_8601", "synchronize_seqscans": "off"}

_TABLES: Final = """
select relname::text from pg_class where relnamespace = current_schema()::regnamespace and relkind = 'r'
order by relname
"""
_REFERENCES: Final = """
select conrelid::regclass::text, confrelid::regclass::text from pg_constraint
where contype = 'f' and connamespace = current_schema()::regnamespace and conrelid <> confrelid
"""
_COLUMNS: Final = """
select attname::text from pg_attribute
where attrelid = $1::text::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum
"""
_SEQUENCES: Final = """
select attname::text, pg_get_serial_sequence($1, attname) from pg_attribute
where attrelid = $1::text::regclass and attnum > 0 and not attisdropped
    and pg_get_serial_sequence($1, attname) is not null
"""


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Link]:
    """A connection for as long as the context is open."""
    connection = await asyncpg.connect(url, server_settings=_SETTINGS)
    try:
        yield connection
    finally:
        await connection.close()


async def room_ids(url: str) -> list[str]:
    """All rooms there are now."""
    async with connected(url) as connection:
        return [row["id"] for row in await connection.fetch("select id from rooms order by id")]


async def dump(url: str, writer: Writer) -> None:
    """All tables, as of one moment."""
    async with connected(url) as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        for table in await _tables(connection):
            columns = await _columns(connection, table)
            with writer.lines(_member(table, columns)) as sink:
                await _copy(connection, table, columns, sink)


async def load(url: str, reader: Reader) -> None:
    """Fill the empty tables, all of them or none. Raises StoreNotEmpty."""
    members = dict(map(_parts, _names(reader)))
    async with connected(url) as connection, connection.transaction():
        for table in await _tables(connection):
            if await connection.fetchval(f'select exists (select from "{table}")'):  # noqa: S608 - of the catalogue
                raise StoreNotEmpty("PostgreSQL")
        for table in await _referenced_first(connection, list(members)):
            await _fill(connection, reader, table, members[table])
            for column, sequence in await connection.fetch(_SEQUENCES, table):
                highest = f'select setval($1, (select max("{column}") from "{table}"))'  # noqa: S608
                await connection.execute(highest, sequence)


async def changed(url: str, reader: Reader) -> list[str]:
    """The members that read otherwise in the database than they are in the archive."""
    different: list[str] = []
    async with connected(url) as connection:
        for member in _names(reader):
            table, columns = _parts(member)
            sink = Sink()
            await _copy(connection, table, columns, sink)
            if sink.tally.content != reader.manifest.members[member]:
                different.append(member)
    return different


async def _fill(connection: Link, reader: Reader, table: str, columns: Sequence[str]) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for chunk in reader.chunks(_member(table, columns)):
            yield chunk

    await connection.copy_to_table(table, source=chunks(), columns=columns)


async def _copy(connection: Link, table: str, columns: Sequence[str], sink: Sink) -> None:
    async def write(chunk: bytes) -> None:
        sink.text(chunk)

    await connection.copy_from_table(table, output=write, columns=columns)


async def _tables(connection: Link) -> list[str]:
    return [name for (name,) in await connection.fetch(_TABLES) if name != _LEDGER]


async def _columns(connection: Link, table: str) -> list[str]:
    return [name for (name,) in await connection.fetch(_COLUMNS, table)]


async def _referenced_first(connection: Link, tables: list[str]) -> list[str]:
    """In an order in which no row refers to one that is not there yet."""
    needs: dict[str, set[str]] = {table: set() for table in tables}
    for table, referenced in await connection.fetch(_REFERENCES):
        if table in needs:
            needs[table].add(referenced)
    ordered: list[str] = []
    while len(ordered) < len(tables):
        ready = [it for it in tables if it not in ordered and needs[it] <= set(ordered)]
        # Two tables that refer to each other would need their constraints deferred.
        ordered += ready or [it for it in tables if it not in ordered]
    return ordered


def _names(reader: Reader) -> list[str]:
    return [name for name in reader.names if name.startswith(f"{FOLDER}/")]


def _member(table: str, columns: Sequence[str]) -> str:
    """The name carries the columns: those a later migration adds are not among them."""
    return f"{FOLDER}/{table}({','.join(columns)}).copy"


def _parts(member: str) -> tuple[str, list[str]]:
    table, _, columns = member.removeprefix(f"{FOLDER}/").removesuffix(").copy").partition("(")
    return table, columns.split(",")
