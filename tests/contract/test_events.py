import asyncio

import pytest

from chalicelib.domain.log import Event, EventType, emptied
from chalicelib.domain.messages import Span
from chalicelib.repositories.base import EventRepository
from chalicelib.repositories.mongodb.client import Database
from chalicelib.repositories.mongodb.events import Events
from tests.contract.made import NOW, event, new_id
from tests.contract.room_log import RoomLog
from tests.fakes import FakeStores


@pytest.fixture(params=["fake", "mongodb"])
def repository(request: pytest.FixtureRequest, fakes: FakeStores) -> EventRepository:
    return fakes.events if request.param == "fake" else Events(request.getfixturevalue("mongodb"))


async def store(repository: EventRepository, room: str, *seqs: int) -> None:
    for seq in seqs:
        assert await repository.insert(event(room, seq))


async def stored_log(repository: EventRepository) -> RoomLog:
    """Three messages, of which one mentions two users, and changes of them."""
    log = RoomLog()
    log.says("one", mentions=["bob", "eve"])
    log.says("two", reply_to=1)
    log.edits(1, "one, edited", mentions=["eve"])
    log.joins("bob")
    log.says("three")
    log.reacts(2, "👍")
    log.unreacts(3, "👍")
    log.deletes(2)
    for it in log.events:
        assert await repository.insert(it)
    return log


async def seqs_mentioning(repository: EventRepository, user: str, *rooms: str) -> list[int]:
    return sorted(it.seq for it in await repository.mentioning(user, rooms))


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


async def test_places_of_many_rooms_are_looked_up_at_once(repository: EventRepository) -> None:
    rooms = [new_id() for _ in range(3)]
    for room in rooms:
        await store(repository, room, 1, 2)
    found = await repository.at([(rooms[0], 2), (rooms[1], 1), (rooms[1], 2), (rooms[2], 3), (new_id(), 1)])
    assert sorted((it.room, it.seq) for it in found) == sorted([(rooms[0], 2), (rooms[1], 1), (rooms[1], 2)])
    assert await repository.at([]) == []


async def test_the_place_of_an_event_that_an_older_parley_stored_is_taken_as_well(mongodb: Database) -> None:
    repository, older = Events(mongodb), event(new_id(), 1)
    await repository.insert(older)
    document = await mongodb["events"].find_one_and_delete({"room": older.room})
    assert document is not None
    del document["_id"]
    await mongodb["events"].insert_one(document)
    assert not await repository.insert(event(older.room, 1))
    assert await repository.between(older.room, 0, 1) == [older]


async def test_a_range_of_hundreds_is_complete_and_in_order(repository: EventRepository) -> None:
    room = new_id()
    await asyncio.gather(*(repository.insert(event(room, seq)) for seq in range(1, 301)))
    assert [it.seq for it in await repository.between(room, 0, 300)] == list(range(1, 301))


async def test_a_room_is_pending_from_the_beginning_of_a_run_until_it_is_settled(repository: EventRepository) -> None:
    room = new_id()
    await store(repository, room, 1)
    await repository.insert(event(room, 2), begins=False)
    await repository.insert(event(room, 3))
    assert (await repository.rooms_pending()).count(room) == 1
    assert await repository.pending_from(room) == 1
    await repository.settle(room, 2)
    assert room in await repository.rooms_pending()
    assert await repository.pending_from(room) == 3
    await repository.settle(room, 3)
    assert await repository.pending_from(room) is None
    assert room not in await repository.rooms_pending()


async def test_an_event_that_begins_nothing_makes_no_room_pending(repository: EventRepository) -> None:
    room = new_id()
    await repository.insert(event(room, 1), begins=False)
    assert room not in await repository.rooms_pending()


async def test_settling_a_room_leaves_the_others_pending_and_all_events_as_they_were(
    repository: EventRepository,
) -> None:
    room, other = new_id(), new_id()
    await store(repository, room, 1, 2)
    await store(repository, other, 2)
    for _ in range(2):
        await repository.settle(room, 2)
    assert other in await repository.rooms_pending()
    assert [it.seq for it in await repository.between(room, 0, 2)] == [1, 2]


async def test_a_settled_event_keeps_its_place_and_its_id(repository: EventRepository) -> None:
    settled = event(new_id(), 1)
    await repository.insert(settled)
    await repository.settle(settled.room, 1)
    assert await repository.by_id(settled.room, settled.sender, settled.id) == settled
    assert not await repository.insert(event(settled.room, 1))
    assert not await repository.insert(event(settled.room, 2, id_=settled.id))


async def test_deleting_takes_the_range_and_nothing_else(repository: EventRepository) -> None:
    room, other = new_id(), new_id()
    await store(repository, room, 1, 2, 3, 4)
    await store(repository, other, 2)
    assert await repository.delete(room, 1, 3) == 2
    assert await repository.delete(room, 1, 3) == 0
    assert [it.seq for it in await repository.between(room, 0, 9)] == [1, 4]
    assert [it.seq for it in await repository.between(other, 0, 9)] == [2]


async def test_what_an_older_parley_marked_one_by_one_is_pending_and_settled_together(mongodb: Database) -> None:
    repository, room = Events(mongodb), new_id()
    await store(repository, room, *range(1, 121))
    assert room in await repository.rooms_pending()
    await repository.settle(room, 120)
    assert room not in await repository.rooms_pending()
    assert len(await repository.between(room, 0, 120)) == 120


async def test_only_what_begins_a_run_or_mentions_somebody_is_in_an_index_beside_place_and_id(
    mongodb: Database,
) -> None:
    plain = event(new_id(), 1)
    await Events(mongodb).insert(plain, begins=False)
    document = await mongodb["events"].find_one({"room": plain.room})
    assert document is not None
    assert document.keys() == {"_id", "room", "seq", "n", "ts", "id", "sender", "type", "body"}
    assert document["ts"] == NOW + 1


async def test_the_store_drops_by_itself_what_an_older_parley_let_expire_and_nothing_else(mongodb: Database) -> None:
    (expiry,) = [it async for it in await mongodb["events"].list_indexes() if "expireAfterSeconds" in it]
    assert (dict(expiry["key"]), expiry["expireAfterSeconds"], expiry["sparse"]) == ({"expires_at": 1}, 0, True)


async def test_events_of_all_types_read_back_as_they_were_stored(repository: EventRepository) -> None:
    log = await stored_log(repository)
    assert await repository.between(log.room, 0, 99) == log.events


async def test_changes_are_those_of_the_span_in_the_range(repository: EventRepository) -> None:
    log = await stored_log(repository)
    other = await stored_log(repository)

    async def found(low: int, high: int, span: Span) -> list[Event]:
        return await repository.changes(log.room, low, high, span)

    assert [it.seq for it in await found(0, 99, Span(1, 3))] == [3, 6, 7, 8]
    assert [it.seq for it in await found(0, 99, Span(2, 2))] == [6, 8]
    assert [it.seq for it in await found(3, 7, Span(1, 3))] == [6, 7]
    assert await found(6, 7, Span(3, 9)) == [log.events[6]]
    assert await found(0, 99, Span(4, 9)) == []
    assert await found(0, 99, Span(3, 2)) == []
    assert [it.room for it in await repository.changes(other.room, 7, 8, Span(2, 2))] == [other.room]


async def test_mentions_are_found_in_the_rooms_asked_for(repository: EventRepository) -> None:
    one, other = await stored_log(repository), await stored_log(repository)
    found = await repository.mentioning("eve", [one.room, new_id()])
    assert sorted(found, key=lambda it: it.seq) == [one.events[0], one.events[2]]
    assert await seqs_mentioning(repository, "bob", one.room, other.room) == [1, 1]
    assert await repository.mentioning("ada", [one.room]) == []
    assert await repository.mentioning("bob", []) == []


async def test_what_is_settled_is_found_by_its_mentions_no_more_but_stays_as_it_was(
    repository: EventRepository,
) -> None:
    log = await stored_log(repository)
    await repository.settle_mentions(log.room, [1, 2])
    assert await seqs_mentioning(repository, "eve", log.room) == [3]
    assert await seqs_mentioning(repository, "bob", log.room) == []
    assert await repository.between(log.room, 0, 99) == log.events


async def test_redacting_empties_text_and_mentions_and_nothing_else(repository: EventRepository) -> None:
    log, other = await stored_log(repository), await stored_log(repository)
    for _ in range(2):
        await repository.redact(log.room, [2, 3])
    expected = [emptied(it) if it.seq in {2, 3} else it for it in log.events]
    assert await repository.between(log.room, 0, 99) == expected
    assert expected[1].body == {"text": "", "reply_to": 1, "mentions": []}
    assert expected[2].body == {"target": 1, "text": "", "mentions": []}
    assert await repository.between(other.room, 0, 99) == other.events
    assert await seqs_mentioning(repository, "eve", log.room) == [1]


async def test_redacting_nothing_or_what_is_not_there_changes_nothing(repository: EventRepository) -> None:
    log = await stored_log(repository)
    await repository.redact(log.room, [])
    await repository.redact(log.room, [77])
    assert await repository.between(log.room, 0, 99) == log.events


async def test_a_redacted_event_keeps_its_place_its_id_and_its_mark(repository: EventRepository) -> None:
    log = RoomLog()
    said = log.says("a secret", mentions=["bob"])
    await repository.insert(said)
    await repository.redact(log.room, [1])
    assert await repository.by_id(log.room, said.sender, said.id) == emptied(said)
    assert not await repository.insert(said)
    assert log.room in await repository.rooms_pending()


async def test_a_redacted_text_is_nowhere_in_the_document(mongodb: Database) -> None:
    log = RoomLog()
    await Events(mongodb).insert(log.says("a secret", mentions=["somebody"]))
    await Events(mongodb).redact(log.room, [1])
    found = str(await mongodb["events"].find_one({"room": log.room}))
    assert "a secret" not in found
    assert "somebody" not in found


async def test_the_index_of_mentions_has_only_what_mentions_and_is_not_settled(mongodb: Database) -> None:
    repository = Events(mongodb)
    log = await stored_log(repository)

    async def indexed() -> list[int]:
        documents = await mongodb["events"].find({"room": log.room, "mentioned": {"$exists": True}}).to_list()
        return sorted(it["seq"] for it in documents)

    assert await indexed() == [1, 3]
    await repository.settle_mentions(log.room, [1])
    assert await indexed() == [3]


async def test_the_first_event_after_a_place_is_found_across_a_gap(repository: EventRepository) -> None:
    room = new_id()
    for seq in (2, 3, 1_000_000_003):
        await repository.insert(event(room, seq))
    found = [await repository.first_after(room, low) for low in (0, 2, 3, 1_000_000_003)]
    assert found == [2, 3, 1_000_000_003, None]


async def test_an_erased_log_keeps_its_places_and_no_text(repository: EventRepository) -> None:
    log, other = await stored_log(repository), await stored_log(repository)
    for _ in range(2):
        await repository.erase(log.room)
    texts = {EventType.MESSAGE_CREATED, EventType.MESSAGE_EDITED}
    left = await repository.between(log.room, 0, 100)
    assert left == [emptied(it) if it.type in texts else it for it in log.events]
    assert not await repository.insert(log.events[-1])
    assert log.room not in await repository.rooms_pending()
    assert await repository.mentioning("eve", [log.room]) == []
    assert await repository.between(other.room, 0, 100) == other.events
    assert other.room in await repository.rooms_pending()
