from collections.abc import Mapping
from typing import cast

import pytest
from pymongo import ReadPreference
from pymongo.errors import DuplicateKeyError
from pymongo.read_concern import ReadConcern
from pymongo.results import UpdateResult

from chalicelib.repositories.mongodb import client
from chalicelib.repositories.mongodb.client import Collection, Database, upsert_where

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
