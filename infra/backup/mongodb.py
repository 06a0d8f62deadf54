"""MongoDB: its collections document by document, as mongodump would write them, the logs last."""

from collections.abc import AsyncIterator, Mapping
from hashlib import blake2b
from typing import Any, Final

import bson
from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument

from chalicelib.domain.log import EMPTY, End
from chalicelib.repositories.mongodb.client import Database, Document
from infra.backup.archive import Reader, Sink, Writer
from infra.backup.errors import LogIncomplete, StoreNotEmpty

FOLDER: Final = "mongodb"
HEADS: Final = f"{FOLDER}/heads.bson"
EVENTS: Final = f"{FOLDER}/events.bson"

FORGOTTEN: Final = frozenset(
    ("connections", "tickets", "attempts", "leases", "samples", "history_moves", "access", "schema_migrations")
)
"""What is of the moment, or made anew: access documents are copies of what PostgreSQL has, and a copy of another
moment, with a higher version, could not be mended."""

_BATCH: Final = 250
_READ: Final = 1_000
_RAW: Final = CodecOptions(document_class=RawBSONDocument)

Heads = Mapping[str, End]
"""By room, how far its history is complete."""


async def dump_heads(database: Database, writer: Writer) -> Heads:
    """The heads, to begin with."""
    flushed: dict[str, End] = {}
    async with writer.documents(HEADS) as sink:
        async for it in _scan(database, "heads"):
            sink.document(it)
            head = bson.decode(it)
            flushed[head["_id"]] = flushed_of(head)
    return flushed


async def dump_rest(database: Database, writer: Writer) -> None:
    """Everything but heads and logs: before the logs, since what it numbers must be in them."""
    for name in sorted(await database.list_collection_names()):
        if name not in FORGOTTEN | {"heads", "events"} and not name.startswith("system."):
            async with writer.documents(f"{FOLDER}/{name}.bson") as sink:
                async for it in _scan(database, name):
                    sink.document(it)


async def dump_logs(database: Database, writer: Writer, rooms: list[str], flushed: Heads) -> tuple[int, int]:
    """The rooms' logs as they are to be after a restore; returns how many rooms and messages. Raises LogIncomplete.

    Marks are made to fit the heads that were read before: what they do not know to be flushed is pending again.
    """
    messages = 0
    async with writer.documents(EVENTS) as sink:
        for room in rooms:
            end = start = flushed.get(room, EMPTY)
            found = database["events"].find({"room": room}, sort={"seq": 1}, batch_size=_READ)
            async for event in found:
                if event["seq"] > start.seq:
                    if event["seq"] != end.seq + 1:
                        raise LogIncomplete(room, f"event {end.seq + 1} is missing")
                    end = end_of(event)
                    _make_pending(event)
                sink.document(bson.encode(event))
            messages += end.n
    return len(rooms), messages


def flushed_of(head: Mapping[str, Any]) -> End:
    """How far a head's room is flushed."""
    return End(head.get("flushed_seq", 0), head.get("flushed_n", 0), head.get("flushed_ts", 0))


def end_of(event: Mapping[str, Any]) -> End:
    """The place of an event."""
    return End(event["seq"], event["n"], event["ts"])


async def rewind(database: Database, moment: int) -> int:
    """Let all that was logged from `moment` on (microseconds) count as not flushed; returns in how many rooms.

    For a history that is of this time, or later by no more than the logs: what it has already does not change by that.
    Raises LogIncomplete for a log that people have used since it was last settled.
    """
    rooms = 0
    async for head in database["heads"].find({"flushed_ts": {"$gte": moment}}, batch_size=_READ):
        room, before = head["_id"], None
        late = {"room": room, "seq": {"$lte": head["flushed_seq"]}}
        async for event in database["events"].find(late, sort={"seq": 1}, batch_size=_READ):
            if event["ts"] >= moment:
                created = event["type"] == "message.created"
                start = before or End(event["seq"] - 1, event["n"] - created, event["ts"] - 1)
                await _refuse_gap(database, room, start.seq)
                # The end too: where this was done before, it is beyond a gap that no flush could cross.
                fields = {"seq": start.seq, "n": start.n, "ts": start.ts}
                fields |= {f"flushed_{name}": value for name, value in fields.items()}
                await database["heads"].update_one({"_id": room}, {"$set": fields})
                await _mark_pending(database, room, start.seq)
                rooms += 1
                break
            before = end_of(event)
    return rooms


async def _refuse_gap(database: Database, room: str, after: int) -> None:
    async for event in database["events"].find({"room": room, "seq": {"$gt": after}}, {"seq": 1}, sort={"seq": 1}):
        after += 1
        if event["seq"] != after:
            raise LogIncomplete(room, f"event {after} is missing")


async def _mark_pending(database: Database, room: str, after: int) -> None:
    async for event in database["events"].find({"room": room, "seq": {"$gt": after}}, batch_size=_READ):
        _make_pending(event)
        await database["events"].replace_one({"_id": event["_id"]}, event)


async def refuse_data(database: Database) -> None:
    """Raises StoreNotEmpty."""
    for name in await database.list_collection_names():
        if name != "schema_migrations" and await database[name].find_one({}, {"_id": 1}) is not None:
            raise StoreNotEmpty("MongoDB")


async def load(database: Database, reader: Reader) -> None:
    """Fill the collections, heads last: without them nothing is there for anybody."""
    for member in sorted(_names(reader), key=lambda name: name == HEADS):
        collection = database[_collection(member)]
        batch: list[Any] = []
        for encoded in reader.documents(member):
            batch.append(RawBSONDocument(encoded))
            if len(batch) == _BATCH:
                await collection.insert_many(batch, ordered=False)
                batch.clear()
        if batch:
            await collection.insert_many(batch, ordered=False)


async def changed(database: Database, reader: Reader) -> list[str]:
    """The members that read otherwise in the database than they are in the archive."""
    different: list[str] = []
    for member in _names(reader):
        sink = Sink()
        async for it in _scan(database, _collection(member)):
            sink.document(it)
        if sink.tally.content != reader.manifest.members[member]:
            different.append(member)
    return different


def heads_of(reader: Reader) -> Heads:
    """The heads that an archive has."""
    return {it["_id"]: flushed_of(it) for it in reader.decoded(HEADS)}


async def _scan(database: Database, name: str) -> AsyncIterator[bytes]:
    """All documents that are there from the beginning to the end, once."""
    raw: Any = database.get_collection(name, codec_options=_RAW)
    # A server may show a document twice that moves while it is read.
    seen: set[bytes] = set()
    async for it in raw.find({}, batch_size=_READ):
        key = blake2b(bson.encode({"_id": it["_id"]}), digest_size=16).digest()
        if key not in seen:
            seen.add(key)
            yield bytes(it.raw)


def _make_pending(event: Document) -> None:
    event.pop("expires_at", None)
    event["pending"] = event["room"]
    if mentioned := sorted(event["body"].get("mentions", ())):
        event["mentioned"] = mentioned


def _names(reader: Reader) -> list[str]:
    return [name for name in reader.names if name.startswith(f"{FOLDER}/")]


def _collection(member: str) -> str:
    return member.removeprefix(f"{FOLDER}/").removesuffix(".bson")
