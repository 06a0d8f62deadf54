"""Cassandra: the history row by row, each cell with its write timestamp, through the driver.

Snapshots of sstables would be quicker, and would need every node's disk, which Amazon Keyspaces has not.

A restored cell must have the timestamp of its event: with the time of the restore, edits and deletions that are still
in a log would lose against it. Tables have no TTL. The timestamps of a set's elements cannot be read on every server,
so they get that of the row's latest event, but none after the place up to which the room was flushed: what changed a
reaction after that is in the log, is flushed again, and must win.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import bson

from chalicelib.domain.log import End
from chalicelib.domain.messages import Span, buckets
from chalicelib.repositories.cassandra.session import Cassandra, Statement
from infra.backup.archive import Reader, Sink, Writer
from infra.backup.errors import StoreNotEmpty

FOLDER: Final = "cassandra"
TABLES: Final = ("messages", "message_versions")
"""Tables with partitions of (room_id, bucket) and rows that begin with n."""

_CREATION: Final = "sender"
"""A column that the insert of a row sets and nothing changes: by it an insert is told from updates."""

_BATCH: Final = 30
"""What Keyspaces takes in an unlogged batch (docs.aws.amazon.com/keyspaces, "Quotas")."""

_INSERT: Final = "insert into {table} ({columns}) values ({marks}) USING TIMESTAMP ?"
_UPDATE: Final = "update {table} USING TIMESTAMP ? set {cells} where {key}"
_COLUMNS: Final = "select column_name, kind, type from system_schema.columns where keyspace_name = ? and table_name = ?"


@dataclass(frozen=True, slots=True)
class _Table:
    name: str
    key: tuple[str, ...]
    cells: Mapping[str, str]
    """Type by name."""

    @property
    def frozen(self) -> list[str]:
        """Columns that are one cell each."""
        return [name for name, type_ in self.cells.items() if not _is_collection(type_)]

    @property
    def collections(self) -> list[str]:
        """Columns of a cell for each element."""
        return [name for name, type_ in self.cells.items() if _is_collection(type_)]

    def query(self) -> str:
        """The rows of a span of one partition, each cell with its write timestamp."""
        times = [f"writetime({name})" for name in self.frozen]
        wanted = ", ".join([*self.key, *self.collections, *self.frozen, *times])
        return f"select {wanted} from {self.name} where room_id = ? and bucket = ? and n >= ? and n <= ?"  # noqa: S608

    def row(self, values: Sequence[Any], flushed: End) -> dict[str, Any]:
        """A row that was read: its key, and by name each cell's value and timestamp."""
        names = [*self.key, *self.collections, *self.frozen, *self.frozen]
        plain = len(self.key) + len(self.collections)
        last = plain + len(self.frozen)
        times = dict(zip(self.frozen, values[last:], strict=True))
        cells = {
            name: [_plain(value), times[name]]
            for name, value in zip(self.frozen, values[plain:last], strict=True)
            if value is not None
        }
        latest = min(max((time for _, time in cells.values()), default=flushed.ts), flushed.ts)
        for name, value in zip(self.collections, values[len(self.key) : plain], strict=True):
            if value:
                cells[name] = [_plain(value), latest]
        key = dict(zip(self.key, values, strict=False))
        return {"key": key, "cells": {name: cells[name] for name in dict.fromkeys(names) if name in cells}}

    def statements(self, row: Mapping[str, Any]) -> Iterator[Statement]:
        """What writes the row as it was: a statement for each of the times it has."""
        by_time: defaultdict[int, dict[str, Any]] = defaultdict(dict)
        for name, (value, time) in row["cells"].items():
            by_time[time][name] = set(value) if "set<" in self.cells[name] else value
        key = [row["key"][name] for name in self.key]
        for time, cells in by_time.items():
            if _CREATION in cells and not any(name in self.collections for name in cells):
                names = [*self.key, *cells]
                columns, marks = ", ".join(names), ", ".join("?" * len(names))
                yield _INSERT.format(table=self.name, columns=columns, marks=marks), (*key, *cells.values(), time)
            else:
                # An element of a set is added: to set it whole would leave a tombstone with the same time.
                sets = ", ".join(f"{it} = {it} + ?" if it in self.collections else f"{it} = ?" for it in cells)
                where = " and ".join(f"{it} = ?" for it in self.key)
                yield _UPDATE.format(table=self.name, cells=sets, key=where), (time, *cells.values(), *key)


async def dump(cassandra: Cassandra, keyspace: str, writer: Writer, flushed: Mapping[str, End]) -> None:
    """The rows of all rooms up to where these are flushed; what comes after is made of the logs."""
    for name in TABLES:
        table = await _table(cassandra, keyspace, name)
        async with writer.documents(_member(name)) as sink:
            await _read(cassandra, table, flushed, sink)


async def refuse_data(cassandra: Cassandra) -> None:
    """Raises StoreNotEmpty."""
    for name in TABLES:
        if await cassandra.rows(f"select n from {name} limit 1"):  # noqa: S608 - of our own tables
            raise StoreNotEmpty("Cassandra")


async def load(cassandra: Cassandra, keyspace: str, reader: Reader) -> None:
    """Write all rows, each cell with the time it had."""
    for name in TABLES:
        table = await _table(cassandra, keyspace, name)
        batch: list[Statement] = []
        partition: tuple[object, object] | None = None
        for row in reader.decoded(_member(name)):
            written = list(table.statements(row))
            here = (row["key"]["room_id"], row["key"]["bucket"])
            if batch and (here != partition or len(batch) + len(written) > _BATCH):
                await cassandra.write(batch)
                batch = []
            partition = here
            batch += written
        if batch:
            await cassandra.write(batch)


async def changed(cassandra: Cassandra, keyspace: str, reader: Reader, flushed: Mapping[str, End]) -> list[str]:
    """The members that read otherwise in the keyspace than they are in the archive."""
    different: list[str] = []
    for name in TABLES:
        sink = Sink()
        await _read(cassandra, await _table(cassandra, keyspace, name), flushed, sink)
        if sink.tally.content != reader.manifest.members[_member(name)]:
            different.append(_member(name))
    return different


async def _read(cassandra: Cassandra, table: _Table, flushed: Mapping[str, End], sink: Sink) -> None:
    async for row in _rows(cassandra, table, flushed):
        sink.document(bson.encode(row))


async def _rows(cassandra: Cassandra, table: _Table, flushed: Mapping[str, End]) -> AsyncIterator[dict[str, Any]]:
    query = table.query()
    for room, end in sorted(flushed.items()):
        for number, part in buckets(Span(1, end.n)):
            for values in await cassandra.rows(query, room, number, part.low, part.high):
                yield table.row(values, end)


async def _table(cassandra: Cassandra, keyspace: str, name: str) -> _Table:
    columns = await cassandra.rows(_COLUMNS, keyspace, name)
    keys = ("room_id", "bucket", "n")
    others = sorted(column for column, kind, _ in columns if kind == "clustering" and column not in keys)
    cells = {column: type_ for column, kind, type_ in sorted(columns) if kind == "regular"}
    return _Table(name, (*keys, *others), cells)


def _is_collection(type_: str) -> bool:
    return type_.startswith(("set<", "list<", "map<"))


def _plain(value: Any) -> Any:
    """A value as BSON has it: sets of texts in the order of their code points."""
    return value if isinstance(value, str | int | float | bool | bytes) else sorted(value)


def _member(table: str) -> str:
    return f"{FOLDER}/{table}.bson"
