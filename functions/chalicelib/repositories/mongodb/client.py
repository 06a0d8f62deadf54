"""The MongoDB client, and the one place where "it did not answer" becomes Unavailable."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from functools import wraps
from typing import Any, Final, ParamSpec, TypeVar

from bson.codec_options import CodecOptions, DatetimeConversion
from bson.datetime_ms import DatetimeMS
from pymongo import AsyncMongoClient, ReadPreference, UpdateOne
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError, ConnectionFailure, DuplicateKeyError, ExecutionTimeout, WriteConcernError
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from chalicelib.errors import Unavailable

P = ParamSpec("P")
T = TypeVar("T")

Document = dict[str, Any]
Collection = AsyncCollection[Document]
Database = AsyncDatabase[Document]

ALL_AT_ONCE: Final = 10_000
"""Documents of a first batch: more than any bounded read finds, so that no read takes a second round trip."""

_BULK: Final = 250
"""Writes of one command: an embedded store takes about a millisecond for each, and must answer in _ANSWER_MS."""

_DUPLICATE_KEY: Final = 11000
_SELECT_MS: Final = 3_000
_CONNECT_MS: Final = 2_000
_ANSWER_MS: Final = 10_000
# Below the 350 s after which a NAT gateway forgets an idle flow without telling either side.
_IDLE_MS: Final = 60_000
# An environment handles one event at a time; only the scheduled functions do several things at once.
_POOL: Final = 10


def connect(url: str) -> Database:
    """The database named by the path of `url` (`parley` if it names none). Does no I/O: the first operation connects.

    Writes are acknowledged by a majority, journaled; reads are from the primary with read concern majority.
    """
    client: AsyncMongoClient[Document] = AsyncMongoClient(
        url,
        appname="parley",
        serverSelectionTimeoutMS=_SELECT_MS,
        connectTimeoutMS=_CONNECT_MS,
        socketTimeoutMS=_ANSWER_MS,
        maxIdleTimeMS=_IDLE_MS,
        maxPoolSize=_POOL,
        # As the driver chooses by itself on Lambda: no second connection that waits for the server to change.
        serverMonitoringMode="poll",
    )
    return client.get_default_database(
        "parley",
        codec_options=CodecOptions(datetime_conversion=DatetimeConversion.DATETIME_MS),
        read_preference=ReadPreference.PRIMARY,
        write_concern=WriteConcern(w="majority", j=True),
        read_concern=ReadConcern("majority"),
    )


def answering(operation: Callable[P, Awaitable[T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """Let the operation raise Unavailable where MongoDB did not answer, or did not say that a write will last."""

    @wraps(operation)
    async def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return await operation(*args, **kwargs)
        except (ConnectionFailure, ExecutionTimeout, WriteConcernError) as error:
            raise Unavailable(
                "The message store (MongoDB) did not answer. Send the same again: it counts once."
            ) from error

    return wrapper


@answering
async def ping(database: Database) -> None:
    """Ask the server whether it is there. Raises Unavailable."""
    await database.command("ping")


async def close(database: Database) -> None:
    """Close the client's connections."""
    await database.client.close()


async def upsert_where(collection: Collection, guard: Mapping[str, object], update: Mapping[str, object]) -> bool:
    """Update the document that `guard` finds, or insert one with the guard's `_id` if there is none with that.

    False if there is one and the rest of the guard leaves it out.
    """
    try:
        result = await collection.update_one(guard, update, upsert=True)
    except DuplicateKeyError:
        # One is there that the guard leaves out, or it was inserted this moment: now that it is there, the guard
        # decides. The server repeats an upsert by itself only where the guard is nothing but equalities.
        result = await collection.update_one(guard, update)
    return result.matched_count > 0 or result.upserted_id is not None


async def insert_missing(collection: Collection, documents: Sequence[Document]) -> set[int]:
    """Insert the documents whose `_id` is not there yet; returns the places of those that were inserted.

    An embedded store takes a quarter of the time that as many upserts would.
    """
    inserted: set[int] = set()
    for start in range(0, len(documents), _BULK):
        some = documents[start : start + _BULK]
        there: set[int] = set()
        try:
            await collection.insert_many(some, ordered=False)
        except BulkWriteError as error:
            there = _there_already(error)
        inserted |= {start + place for place in range(len(some)) if place not in there}
    return inserted


async def update_all(collection: Collection, updates: Sequence[UpdateOne]) -> None:
    """Run the updates, none of which inserts, in no particular order."""
    for start in range(0, len(updates), _BULK):
        try:
            await collection.bulk_write(updates[start : start + _BULK], ordered=False)
        except BulkWriteError as error:
            _there_already(error)
            raise


def _there_already(error: BulkWriteError) -> set[int]:
    """The places of what was not inserted because its `_id` is there; raises what else went wrong."""
    details = error.details
    if any(it["code"] != _DUPLICATE_KEY for it in details["writeErrors"]):
        raise error
    for doubt in details["writeConcernErrors"]:
        raise WriteConcernError(doubt["errmsg"], doubt["code"], doubt) from error
    return {it["index"] for it in details["writeErrors"]}


def date(microseconds: int) -> DatetimeMS:
    """The store's date for the time, the next whole millisecond: what expires by it never does so early."""
    return DatetimeMS(-(-microseconds // 1_000))
