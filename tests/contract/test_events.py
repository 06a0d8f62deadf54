import asyncio

import pytest

from chalicelib.repositories.base import EventRepository
from chalicelib.repositories.mongodb.client import Database
from chalicelib.repositories.mongodb.events import Events
from tests.contract.made import NOW, event, new_id
from tests.fakes import FakeStores

FAR_US = 4_102_444_800_000_001
"""2100-01-01, and a microsecond."""


@pytest.fixture(params=["fake", "mongodb"])
def repository(request: pytest.FixtureRequest, fakes: FakeStores) -> EventRepository:
    return fakes.events if request.param == "fake" else Events(request.getfixturevalue("mongodb"))


async def store(repository: EventRepository, room: str, *seqs: int) -> None:
    for seq in seqs:
        assert await repository.insert(event(room, seq))


async def test_an_event_reads_back_as_it_was_stored(repository: EventRepository) -> None:
    stored = event(new_id(), 1)
    assert await repository.insert(stored)
    assert await repository.between(stored.room, 0, 1) == [stored]
    assert await repository.by_id(stored.room, stored.sender, stored.id) == stored


async def test_of_twenty_at_the_same_place_exactly_one_is_stored(repository: EventRepository) -> None:
    rivals = [event(room, 7, sender=f"sender {n}") for room in [new_id()] for n in range(20)]
    stored = await asyncio.gather(*(repository.insert(it) for it in rivals))
    assert stored.count(True) == 1
    assert await repository.between(rivals[0].room, 0, 20) == [rivals[stored.index(True)]]


async def test_of_twenty_with_the_same_id_exactly_one_is_stored(repository: EventRepository) -> None:
    room, id_ = new_id(), new_id()
    rivals = [event(room, seq, id_=id_) for seq in range(1, 21)]
    stored = await asyncio.gather(*(repository.insert(it) for it in rivals))
    assert stored.count(True) == 1
    assert await repository.by_id(room, "sender", id_) == rivals[stored.index(True)]


async def test_an_id_belongs_to_its_sender_and_room(repository: EventRepository) -> None:
    room, other_room, id_ = new_id(), new_id(), new_id()
    assert await repository.insert(event(room, 1, sender="one", id_=id_))
    assert await repository.insert(event(room, 2, sender="two", id_=id_))
    assert await repository.insert(event(other_room, 1, sender="one", id_=id_))
    assert (await repository.by_id(room, "two", id_)) == (await repository.between(room, 1, 2))[0]


async def test_an_unknown_id_finds_nothing(repository: EventRepository) -> None:
    room = new_id()
    await store(repository, room, 1)
    assert await repository.by_id(room, "sender", new_id()) is None


async def test_a_range_leaves_out_its_lower_bound_and_has_its_upper(repository: EventRepository) -> None:
    room = new_id()
    await store(repository, room, 3, 1, 4, 2, 5)
    await store(repository, new_id(), 3)
    assert [it.seq for it in await repository.between(room, 1, 4)] == [2, 3, 4]
    assert [it.seq for it in await repository.between(room, 4, 100)] == [5]
    assert await repository.between(room, 5, 100) == []
    assert await repository.between(room, 3, 3) == []


async def test_a_range_of_hundreds_is_complete_and_in_order(repository: EventRepository) -> None:
    room = new_id()
    await asyncio.gather(*(repository.insert(event(room, seq)) for seq in range(1, 301)))
    assert [it.seq for it in await repository.between(room, 0, 300)] == list(range(1, 301))


async def test_a_room_is_pending_until_all_of_it_is_flushed(repository: EventRepository) -> None:
    room = new_id()
    await store(repository, room, 1, 2, 3)
    assert (await repository.rooms_pending()).count(room) == 1
    await repository.mark_flushed(room, 0, 2, FAR_US)
    assert room in await repository.rooms_pending()
    await repository.mark_flushed(room, 2, 3, FAR_US)
    assert room not in await repository.rooms_pending()


async def test_marking_leaves_what_is_outside_the_range_pending(repository: EventRepository) -> None:
    room, other = new_id(), new_id()
    await store(repository, room, 1, 2)
    await store(repository, other, 2)
    await repository.mark_flushed(room, 1, 2, FAR_US)
    assert {room, other} <= set(await repository.rooms_pending())


async def test_marking_twice_changes_nothing(repository: EventRepository) -> None:
    room = new_id()
    await store(repository, room, 1, 2)
    for _ in range(2):
        await repository.mark_flushed(room, 0, 2, FAR_US)
    assert room not in await repository.rooms_pending()
    assert [it.seq for it in await repository.between(room, 0, 2)] == [1, 2]


async def test_a_flushed_event_keeps_its_place_and_its_id_until_it_expires(repository: EventRepository) -> None:
    flushed = event(new_id(), 1)
    await repository.insert(flushed)
    await repository.mark_flushed(flushed.room, 0, 1, FAR_US)
    assert await repository.by_id(flushed.room, flushed.sender, flushed.id) == flushed
    assert not await repository.insert(event(flushed.room, 1))
    assert not await repository.insert(event(flushed.room, 2, id_=flushed.id))


async def test_the_server_is_told_once_when_to_drop_an_event_and_never_too_early(mongodb: Database) -> None:
    repository, room = Events(mongodb), new_id()
    await store(repository, room, 1, 2)
    await repository.mark_flushed(room, 0, 1, FAR_US)
    await repository.mark_flushed(room, 0, 2, FAR_US + 5_000_000)
    documents = await mongodb["events"].find({"room": room}).sort("seq", 1).to_list()
    assert [int(it["expires_at"]) for it in documents] == [FAR_US // 1000 + 1, FAR_US // 1000 + 5_001]


async def test_an_event_that_is_not_flushed_never_expires(mongodb: Database) -> None:
    stored = event(new_id(), 1)
    await Events(mongodb).insert(stored)
    document = await mongodb["events"].find_one({"room": stored.room})
    assert document is not None
    assert "expires_at" not in document
    assert document["ts"] == NOW + 1
