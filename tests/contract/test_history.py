import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.domain.log import Event, EventType, emptied
from chalicelib.domain.messages import BUCKET_ROWS, Message, Span, bucket
from chalicelib.repositories.base import HistoryRepository
from chalicelib.repositories.cassandra.messages import Messages as CassandraMessages
from chalicelib.repositories.cassandra.session import Cassandra
from chalicelib.repositories.mongodb.client import Database
from chalicelib.repositories.mongodb.messages import Messages as MongoMessages
from tests.contract.room_log import USERS, RoomLog, folded, logs, talk, versions_of
from tests.fakes import FakeStores

ALL = Span(1, 2 * BUCKET_ROWS)
NOBODY = frozenset[str]()


@pytest.fixture(params=["fake", "cassandra", "mongodb"])
def repository(request: pytest.FixtureRequest, fakes: FakeStores) -> HistoryRepository:
    match request.param:
        case "cassandra":
            return CassandraMessages(request.getfixturevalue("cassandra"))
        case "mongodb":
            return MongoMessages(request.getfixturevalue("mongodb"))
        case _:
            return fakes.history


# Each example has a room of its own, so they may share the repository.
on_one_repository = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def assert_shows_nothing(message: Message) -> None:
    assert (message.text, message.mentions) == ("", NOBODY)
    assert not message.reactions


async def assert_reads_as(repository: HistoryRepository, log: RoomLog) -> None:
    messages = folded(log.events)
    assert await repository.read(log.room, ALL) == messages
    for message in messages:
        assert await repository.versions(log.room, message.n) == versions_of(log.events, message.n)


async def test_a_message_reads_back_as_it_was_created(repository: HistoryRepository) -> None:
    log = RoomLog()
    log.says("first")
    log.says("second äöü 🙂", sender="bob", reply_to=1, mentions=["ada", "eve"])
    await repository.apply(log.room, log.events)
    first, second = await repository.read(log.room, ALL)
    assert [first, second] == folded(log.events)
    assert (first.reply_to, first.mentions, first.edited_at, first.reactions) == (None, NOBODY, None, {})
    assert (second.reply_to, second.mentions) == (1, frozenset(("ada", "eve")))


async def test_a_room_without_rows_reads_as_nothing(repository: HistoryRepository) -> None:
    room = RoomLog().room
    assert await repository.read(room, Span(1, 100)) == []
    assert await repository.versions(room, 1) == []


async def test_an_empty_span_reads_as_nothing_and_no_events_write_nothing(repository: HistoryRepository) -> None:
    log = talk(2)
    await repository.apply(log.room, log.events)
    await repository.apply(log.room, [])
    assert await repository.read(log.room, Span(2, 1)) == []
    assert await repository.read(log.room, ALL) == folded(log.events)


async def test_a_span_has_both_its_ends_and_only_its_room(repository: HistoryRepository) -> None:
    log, other = talk(7), talk(7)
    for it in (log, other):
        await repository.apply(it.room, it.events)
    assert await repository.read(log.room, Span(3, 5)) == folded(log.events)[2:5]


async def test_events_about_no_message_are_passed_over(repository: HistoryRepository) -> None:
    log = RoomLog()
    log.joins("bob")
    log.says("hello")
    log.joins("eve")
    await repository.apply(log.room, log.events)
    assert await repository.read(log.room, ALL) == folded(log.events)
    assert (await repository.read(log.room, ALL))[0].rev == 2


@pytest.mark.parametrize("rows", [30, 31, 300])
async def test_more_rows_than_a_batch_are_all_written(repository: HistoryRepository, rows: int) -> None:
    log = talk(rows)
    await repository.apply(log.room, log.events)
    assert await repository.read(log.room, Span(1, rows)) == folded(log.events)


async def test_the_longest_texts_fill_a_batch(repository: HistoryRepository) -> None:
    log = RoomLog()
    for n in range(1, 31):
        log.says("🙂" * 8_000)
        log.edits(n, "🙃" * 8_000)
    await repository.apply(log.room, log.events)
    assert await repository.read(log.room, Span(1, 30)) == folded(log.events)


async def test_a_span_over_many_buckets_reads_in_order(repository: HistoryRepository) -> None:
    room, events = RoomLog().room, list[Event]()
    for number in range(1, 13):
        log = talk(2, skip=number * BUCKET_ROWS - 2, room=room)
        log.reacts(number * BUCKET_ROWS, "👍")
        events += log.events
    await repository.apply(room, events)
    assert await repository.read(room, Span(1, 13 * BUCKET_ROWS)) == folded(events)


async def test_an_edit_changes_the_text_and_whom_it_mentions(repository: HistoryRepository) -> None:
    log = RoomLog()
    log.says("hello bob", mentions=["bob"])
    edit = log.edits(1, "hello all")
    await repository.apply(log.room, log.events)
    (message,) = await repository.read(log.room, ALL)
    assert (message.text, message.mentions, message.edited_at, message.rev) == ("hello all", NOBODY, edit.ts, 2)


async def test_every_text_a_message_had_is_kept_with_who_wrote_it_when(repository: HistoryRepository) -> None:
    log = RoomLog()
    log.says("one")
    log.says("another")
    for text in ("two", "three"):
        log.edits(1, text, sender="bob")
    await repository.apply(log.room, log.events)
    versions = await repository.versions(log.room, 1)
    assert [(it.text, it.sender, it.seq) for it in versions] == [
        ("one", "ada", 1),
        ("two", "bob", 3),
        ("three", "bob", 4),
    ]
    assert versions == versions_of(log.events, 1)
    assert await repository.versions(log.room, 2) == versions_of(log.events, 2)


async def test_reactions_are_each_users_own_and_can_be_taken_back(repository: HistoryRepository) -> None:
    log = RoomLog()
    log.says("hello")
    for user in USERS:
        log.reacts(1, "👍", sender=user)
    log.reacts(1, "❤️", sender="bob")
    log.unreacts(1, "❤️", sender="bob")
    log.unreacts(1, "👍", sender="eve")
    log.reacts(1, "1️⃣", sender="eve")
    await repository.apply(log.room, log.events)
    (message,) = await repository.read(log.room, ALL)
    assert message.reactions == {"👍": {"ada", "bob"}, "1️⃣": {"eve"}}


async def test_a_deleted_message_keeps_its_place_and_nothing_else(repository: HistoryRepository) -> None:
    log = RoomLog()
    log.says("a secret", reply_to=1, mentions=["bob"])
    log.edits(1, "a secret still", mentions=["eve"])
    log.reacts(1, "👍", sender="bob")
    deletion = log.deletes(1)
    await repository.apply(log.room, log.events)
    (message,) = await repository.read(log.room, ALL)
    assert_shows_nothing(message)
    assert (message.n, message.deleted_at, message.rev) == (1, deletion.ts, 4)
    assert [message] == folded(log.events)
    assert await repository.versions(log.room, 1) == []


async def test_nothing_applied_late_or_again_brings_back_what_was_deleted(repository: HistoryRepository) -> None:
    log = RoomLog()
    log.says("a secret", mentions=["bob"])
    log.edits(1, "a secret still", mentions=["eve"])
    log.reacts(1, "👍", sender="bob")
    deletion = log.deletes(1)
    for events in ([deletion], log.events[:3], log.events[1:2], log.events[:1], log.events):
        await repository.apply(log.room, events)
        assert await repository.versions(log.room, 1) == []
    assert await repository.read(log.room, ALL) == folded(log.events)


async def test_a_change_after_the_deletion_shows_nothing(repository: HistoryRepository) -> None:
    """No log has one, as whoever changes a message reads first that it is there; a fault must not undelete it."""
    log = RoomLog()
    log.says("a secret")
    deletion = log.deletes(1)
    log.edits(1, "back", mentions=["bob"])
    log.reacts(1, "👍")
    await repository.apply(log.room, log.events)
    (message,) = await repository.read(log.room, ALL)
    assert_shows_nothing(message)
    assert message.deleted_at == deletion.ts
    assert await repository.versions(log.room, 1) == []


async def test_a_deletion_is_of_one_message(repository: HistoryRepository) -> None:
    log = talk(3)
    for n in (1, 2, 3):
        log.edits(n, f"edited {n}")
    log.deletes(2)
    await repository.apply(log.room, log.events)
    await assert_reads_as(repository, log)


async def test_a_flush_that_finds_its_texts_emptied_comes_to_the_same(repository: HistoryRepository) -> None:
    """A flush that is repeated finds the texts of what was deleted since emptied in the log."""
    log = RoomLog()
    creation, edit, deletion = log.says("a secret"), log.edits(1, "a secret still"), log.deletes(1)
    await repository.apply(log.room, [creation, edit])
    await repository.apply(log.room, [emptied(creation), emptied(edit), deletion])
    await repository.apply(log.room, [creation, edit])
    await assert_reads_as(repository, log)


async def test_a_change_waits_for_the_creation_it_is_of(repository: HistoryRepository) -> None:
    log = RoomLog()
    log.says("hello")
    log.edits(1, "hello again")
    log.reacts(1, "👍")
    await repository.apply(log.room, log.events[1:])
    assert await repository.read(log.room, ALL) == []
    assert await repository.versions(log.room, 1) == []
    await repository.apply(log.room, log.events[:1])
    await assert_reads_as(repository, log)


async def test_an_earlier_change_that_comes_late_undoes_no_later_one(repository: HistoryRepository) -> None:
    log = RoomLog()
    log.says("one")
    late = [log.edits(1, "two"), log.reacts(1, "👍"), log.unreacts(1, "❤️")]
    early = [log.edits(1, "three"), log.unreacts(1, "👍"), log.reacts(1, "❤️")]
    for events in (log.events[:1], early, late):
        await repository.apply(log.room, events)
    (message,) = await repository.read(log.room, ALL)
    assert message.text == "three"
    assert message.reactions == {"❤️": {"ada"}}
    await assert_reads_as(repository, log)


async def test_the_rev_of_rows_is_raised_and_events_raise_it_further(repository: HistoryRepository) -> None:
    first = BUCKET_ROWS - 20
    log = talk(40, skip=first - 1)
    await repository.apply(log.room, log.events)
    end = log.joins("eve")
    revs = dict.fromkeys(range(first + 1, first + 40), end.seq)
    await repository.raise_revs(log.room, revs, end.ts)
    later = log.reacts(first + 1, "👍")
    await repository.apply(log.room, log.events)
    found = {it.n: it.rev for it in await repository.read(log.room, ALL)}
    assert found == {first: first, **revs, first + 1: later.seq}


@on_one_repository
@given(data=st.data())
async def test_pages_join_seamlessly_wherever_they_are_cut(repository: HistoryRepository, data: st.DataObject) -> None:
    first = BUCKET_ROWS - 20
    log = talk(40, skip=first - 1)
    await repository.apply(log.room, log.events)
    numbers = range(first, first + 40)
    cuts = sorted(data.draw(st.sets(st.sampled_from(numbers), max_size=5)))
    bounds = zip([first, *cuts], [*(cut - 1 for cut in cuts), numbers[-1]], strict=True)
    pages = [await repository.read(log.room, Span(low, high)) for low, high in bounds]
    assert [it.n for page in pages for it in page] == list(numbers)


@st.composite
def parts(draw: st.DrawFn, events: Sequence[Event]) -> list[list[Event]]:
    """The events in several parts, each ascending by seq: every event in one of them at least."""
    count = draw(st.integers(1, 4))
    found: list[list[Event]] = [[] for _ in range(count)]
    for event in events:
        for place in draw(st.sets(st.integers(0, count - 1), min_size=1)):
            found[place].append(event)
    return found


@on_one_repository
@given(data=st.data(), log=logs(BUCKET_ROWS - 2))
async def test_in_any_parts_any_order_and_again_the_events_come_to_the_same(
    repository: HistoryRepository, data: st.DataObject, log: RoomLog
) -> None:
    gone: set[object] = set()
    for part in data.draw(parts(log.events), label="parts"):
        await repository.apply(log.room, part)
        # On the way, too, nobody sees a text that is deleted.
        gone |= {it.body["target"] for it in part if it.type is EventType.MESSAGE_DELETED}
        assert not [it.text for it in await repository.read(log.room, ALL) if it.n in gone and it.text]
    await assert_reads_as(repository, log)


@on_one_repository
@given(data=st.data(), log=logs(BUCKET_ROWS - 2))
async def test_applied_by_several_at_once_the_events_come_to_the_same(
    repository: HistoryRepository, data: st.DataObject, log: RoomLog
) -> None:
    several = data.draw(parts(log.events), label="parts")
    await asyncio.gather(*(repository.apply(log.room, part) for part in [*several, log.events]))
    await assert_reads_as(repository, log)


SECRET = "a secret that is nowhere"


async def a_deleted_text_is_gone(
    repository: HistoryRepository, stored: Callable[[str], Awaitable[list[object]]], order: Sequence[int]
) -> None:
    """Whatever is applied once more after the deletion, in the order of these seqs."""
    log = RoomLog()
    log.says(SECRET)
    for number in range(2):
        log.edits(1, f"{SECRET} {number}")
    await repository.apply(log.room, log.events)
    assert SECRET in str(await stored(log.room))
    log.deletes(1)
    for seq in order:
        await repository.apply(log.room, [log.events[seq - 1]])
    found = await stored(log.room)
    assert found
    assert SECRET not in str(found)


@pytest.mark.parametrize("order", [(4,), (4, 1, 2, 3), (4, 3, 1)])
async def test_cassandra_has_no_text_of_a_deleted_message(cassandra: Cassandra, order: Sequence[int]) -> None:
    async def stored(room: str) -> list[object]:
        tables = ("messages", "message_versions")
        queries = [f"select * from {table} where room_id = ? and bucket = ?" for table in tables]  # noqa: S608
        return [row for query in queries for row in await cassandra.rows(query, room, bucket(1))]

    await a_deleted_text_is_gone(CassandraMessages(cassandra), stored, order)


@pytest.mark.parametrize("order", [(4,), (4, 1, 2, 3), (4, 3, 1)])
async def test_the_fake_has_no_text_of_a_deleted_message(fakes: FakeStores, order: Sequence[int]) -> None:
    async def stored(room: str) -> list[object]:
        return [it for it in fakes.history.stored if it.room == room]

    await a_deleted_text_is_gone(fakes.history, stored, order)


@pytest.mark.parametrize("order", [(4,), (4, 1, 2, 3), (4, 3, 1)])
async def test_mongodb_has_no_text_of_a_deleted_message(mongodb: Database, order: Sequence[int]) -> None:
    async def stored(room: str) -> list[object]:
        messages = await mongodb["messages"].find({"room": room}).to_list()
        return [*messages, *await mongodb["message_versions"].find({"message": f"{room}/1"}).to_list()]

    await a_deleted_text_is_gone(MongoMessages(mongodb), stored, order)


async def test_messages_stored_before_there_were_edits_have_their_first_version(cassandra: Cassandra) -> None:
    """Rows without any of the later columns, as the first schema had them."""
    log = talk(1)
    columns = "room_id, bucket, n, seq, ts, id, sender, body, rev"
    insert = f"insert into messages ({columns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?) USING TIMESTAMP ?"  # noqa: S608
    it = log.events[0]
    row = (log.room, 0, it.n, it.seq, it.ts, it.id, it.sender, it.body["text"], it.seq, it.ts)
    await cassandra.write([(insert, row)])
    repository = CassandraMessages(cassandra)
    await assert_reads_as(repository, log)
    await repository.apply(log.room, [log.edits(1, "edited")])
    await assert_reads_as(repository, log)


async def test_an_erased_room_has_nothing_left_and_others_have_all(repository: HistoryRepository) -> None:
    log, other = RoomLog(), RoomLog()
    for it in (log, other):
        it.says("first")
        it.edits(1, "edited")
        it.says("second")
        await repository.apply(it.room, it.events)
    end = log.events[-1].end
    for _ in range(2):
        await repository.erase(log.room, end.n, end.ts)
    assert await repository.read(log.room, ALL) == []
    assert await repository.versions(log.room, 1) == []
    await assert_reads_as(repository, other)


async def test_what_a_late_flush_writes_stays_erased_in_cassandra(cassandra: Cassandra) -> None:
    repository, log = CassandraMessages(cassandra), RoomLog()
    log.says("first")
    log.edits(1, "edited")
    end = log.events[-1].end
    await repository.erase(log.room, end.n, end.ts)
    await repository.apply(log.room, log.events)
    assert await repository.read(log.room, ALL) == []
