import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar, cast

import pytest
from pymongo import ReadPreference, UpdateOne
from pymongo.errors import BulkWriteError, DuplicateKeyError
from pymongo.read_concern import ReadConcern
from pymongo.results import UpdateResult

from chalicelib.errors import Unavailable
from chalicelib.repositories.mongodb import client
from chalicelib.repositories.mongodb.client import (
    Collection,
    Database,
    Document,
    answering,
    insert_missing,
    update_all,
    upsert_where,
)
from tests.contract.made import new_id

T = TypeVar("T")

GUARD: Mapping[str, object] = {"_id": "room", "seq": {"$lt": 7}}
UPDATE: Mapping[str, object] = {"$max": {"seq": 7}}


class OutrunCollection:
    """A collection where somebody else inserts the document between an upsert's look and its insert, once."""

    def __init__(self, seq: int) -> None:
        self.seq = seq

    async def update_one(
        self, guard: Mapping[str, object], update: Mapping[str, object], *, upsert: bool = False
    ) -> UpdateResult:
        assert (guard, update) == (GUARD, UPDATE)
        if upsert:
            raise DuplicateKeyError("E11000 duplicate key error")
        matched = int(self.seq < 7)
        self.seq = max(self.seq, 7)
        return UpdateResult({"n": matched, "nModified": matched}, acknowledged=True)


@pytest.mark.parametrize(("there", "updated"), [(6, True), (7, False), (8, False)])
async def test_an_upsert_that_is_outrun_leaves_it_to_the_guard(there: int, updated: bool) -> None:
    collection = OutrunCollection(there)
    assert await upsert_where(cast("Collection", collection), GUARD, UPDATE) is updated
    assert collection.seq == max(there, 7)


def documents(room: str, count: int) -> list[Document]:
    return [{"_id": f"{room}/{n}", "room": room, "n": n} for n in range(count)]


async def test_documents_that_are_missing_are_inserted_and_told(mongodb: Database) -> None:
    collection, room = mongodb["messages"], new_id()
    there = [0, 3, 249, 250, 500, 599]
    assert await insert_missing(collection, [documents(room, 600)[n] for n in there]) == set(range(len(there)))
    await update_all(collection, [UpdateOne({"_id": f"{room}/3"}, {"$set": {"text": "kept"}})])
    assert await insert_missing(collection, documents(room, 600)) == set(range(600)) - set(there)
    assert await insert_missing(collection, documents(room, 600)) == set()
    assert await collection.count_documents({"room": room}) == 600
    assert await collection.count_documents({"room": room, "text": "kept"}) == 1
    assert await insert_missing(collection, []) == set()


async def test_inserts_that_race_insert_each_document_once(mongodb: Database) -> None:
    room = new_id()
    inserted = await asyncio.gather(*(insert_missing(mongodb["messages"], documents(room, 40)) for _ in range(8)))
    assert sorted(place for places in inserted for place in places) == list(range(40))


async def test_more_updates_than_a_command_takes_all_happen(mongodb: Database) -> None:
    collection, room = mongodb["messages"], new_id()
    await insert_missing(collection, documents(room, 600))
    await update_all(collection, [UpdateOne({"_id": it["_id"]}, {"$inc": {"n": 1}}) for it in documents(room, 600)])
    found = await collection.find({"room": room}, sort={"n": 1}).to_list()
    assert [it["n"] for it in found] == list(range(1, 601))
    await update_all(collection, [])


class FailingCollection:
    """A collection whose bulks of two end with these errors, the first of them about the first document."""

    def __init__(self, write_codes: Sequence[int], concern_codes: Sequence[int]) -> None:
        self._details = {
            "writeErrors": [{"index": 0, "code": code, "errmsg": "error"} for code in write_codes],
            "writeConcernErrors": [{"code": code, "errmsg": "waiting timed out"} for code in concern_codes],
        }

    async def bulk_write(self, writes: Sequence[object], *, ordered: bool) -> None:
        assert (len(writes), ordered) == (2, False)
        raise BulkWriteError(self._details)

    insert_many = bulk_write


async def written(write: Callable[..., Awaitable[T]], collection: FailingCollection) -> T:
    return await answering(write)(cast("Collection", collection), [{}, {}])


async def test_a_document_that_is_there_already_is_no_failure() -> None:
    assert await written(insert_missing, FailingCollection([11000], [])) == {1}


@pytest.mark.parametrize("write", [insert_missing, update_all])
async def test_writes_that_may_not_last_are_in_doubt(write: Callable[..., Awaitable[object]]) -> None:
    with pytest.raises(Unavailable, match="MongoDB"):
        await written(write, FailingCollection([], [64]))


@pytest.mark.parametrize("write", [insert_missing, update_all])
async def test_writes_that_are_wrong_are_not_taken_for_a_race(write: Callable[..., Awaitable[object]]) -> None:
    with pytest.raises(BulkWriteError):
        await written(write, FailingCollection([11000, 2], []))


async def test_writes_are_of_the_majority_and_journaled_and_reads_see_nothing_else(mongodb: Database) -> None:
    collection = mongodb["events"]
    assert collection.write_concern.document == {"w": "majority", "j": True}
    assert collection.read_concern == ReadConcern("majority")
    assert collection.read_preference == ReadPreference.PRIMARY


async def test_connecting_waits_for_the_first_operation() -> None:
    database = client.connect("mongodb://127.0.0.1:1/somewhere?directConnection=true")
    assert database.name == "somewhere"
    assert client.connect("mongodb://127.0.0.1:1").name == "parley"
    await client.close(database)


@pytest.mark.parametrize(("microseconds", "milliseconds"), [(5_000, 5), (5_001, 6), (5_999, 6), (0, 0)])
def test_a_date_is_never_before_its_time(microseconds: int, milliseconds: int) -> None:
    assert int(client.date(microseconds)) == milliseconds
