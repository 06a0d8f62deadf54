"""Moves between any two histories: while they grow, killed anywhere, there and back."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.domain.log import End
from chalicelib.domain.messages import Message, Span, Version
from chalicelib.repositories.base import HistoryRepository
from chalicelib.repositories.cassandra.messages import Messages as CassandraMessages
from chalicelib.repositories.mongodb.messages import Messages as MongoMessages
from infra.history.records import PAGE, Record, read
from infra.history.remaking import remaking
from infra.history.rooms import STRIDE
from tests.contract.made import NOW, new_id
from tests.contract.room_log import RoomLog, folded, logs, talk, versions_of
from tests.contract.two_histories import TwoHistories
from tests.fakes import FakeStores

Pair = tuple[HistoryRepository, HistoryRepository]


@pytest.fixture(params=["fake to fake", "cassandra to mongodb", "mongodb to cassandra"])
def pair(request: pytest.FixtureRequest, fakes: FakeStores) -> Pair:
    def history(name: str) -> HistoryRepository:
        match name:
            case "cassandra":
                return CassandraMessages(request.getfixturevalue("cassandra"))
            case "mongodb":
                return MongoMessages(request.getfixturevalue("mongodb"))
            case _:
                return FakeStores(fakes.clock).history

    source, target = map(history, request.param.split(" to "))
    return source, target


async def assert_complete(moved: TwoHistories, history: HistoryRepository) -> None:
    """Once what is not flushed has been flushed into it, the history shows what the log says."""
    log = moved.log
    await history.apply(log.room, await moved.pending())
    messages = folded(log.events)
    assert await moved.shown(history) == [(it, versions_of(log.events, it.n)) for it in messages]


async def everything() -> RoomLog:
    log = talk(PAGE + 2)
    last = PAGE + 2
    log.says("a reply", reply_to=1, mentions=["bob", "eve"])
    log.edits(1, "edited once")
    log.edits(1, "edited twice", sender="bob", mentions=["ada"])
    for user in ("ada", "bob"):
        log.reacts(2, "👍", sender=user)
    log.unreacts(2, "👍", sender="bob")
    log.reacts(3, "❤️")
    log.unreacts(3, "❤️")
    log.edits(4, "edited and deleted")
    log.reacts(4, "👍")
    log.deletes(4)
    log.deletes(5)
    log.joins("eve")
    log.reacts(last, "1️⃣", sender="eve")
    return log


async def test_all_that_a_message_can_be_is_moved(pair: Pair) -> None:
    moved = TwoHistories(await everything(), *pair)
    await moved.flush(1_000)
    counts = await moved.move()
    assert (counts.rooms, counts.compared, counts.written) == (1, PAGE + 3, PAGE + 3)
    assert await moved.shown(moved.target) == await moved.shown(moved.source)
    (comparison,) = await moved.compare()
    assert (comparison.source, comparison.target, comparison.different) == (PAGE + 3, PAGE + 3, {})
    await assert_complete(moved, moved.target)


async def test_a_second_pass_looks_at_what_has_changed_since(pair: Pair) -> None:
    log = talk(3 * PAGE)
    moved = TwoHistories(log, *pair)
    await moved.flush(3 * PAGE)
    await moved.move()
    assert (await moved.move()).compared == 0
    log.edits(PAGE + 1, "edited", mentions=["bob"])
    log.says("one more")
    await moved.appended()
    await moved.flush(2)
    counts = await moved.move()
    assert (counts.compared, counts.written) == (PAGE + 1, 2)
    assert await moved.differences() == {}


async def test_a_pass_after_the_log_has_dropped_what_happened_since_looks_at_everything(pair: Pair) -> None:
    log = talk(PAGE)
    moved = TwoHistories(log, *pair)
    await moved.flush(PAGE)
    await moved.move()
    log.reacts(7, "👍")
    # Never in the log, as far as anybody can tell now.
    await moved.flush(1)
    counts = await moved.move()
    assert (counts.compared, counts.written) == (PAGE, 1)
    assert await moved.differences() == {}


async def test_more_events_than_are_read_at_once_are_all_looked_at(pair: Pair) -> None:
    log = talk(PAGE)
    moved = TwoHistories(log, *pair)
    await moved.appended()
    await moved.flush(PAGE)
    await moved.move()
    for number in range(STRIDE):
        log.joins(f"user {number}")
    log.edits(50, "edited")
    await moved.appended()
    await moved.flush(STRIDE + 1)
    assert (await moved.move()).written == 1
    assert await moved.differences() == {}


async def test_a_reaction_that_was_taken_back_between_two_passes_is_gone(pair: Pair) -> None:
    log = talk(1)
    log.reacts(1, "👍")
    moved = TwoHistories(log, *pair)
    await moved.flush(2)
    await moved.move()
    log.unreacts(1, "👍")
    await moved.appended()
    await moved.flush(1)
    await moved.move()
    assert await moved.differences() == {}
    await assert_complete(moved, moved.target)


async def test_what_a_killed_flush_left_out_is_applied_after_the_move(pair: Pair) -> None:
    log = talk(1)
    log.reacts(1, "👍")
    moved = TwoHistories(log, *pair)
    await moved.flush(2)
    log.unreacts(1, "👍")
    log.reacts(1, "❤️")
    await moved.appended()
    await moved.flush_and_die({1})
    await moved.move()
    assert await moved.differences() == {}
    await assert_complete(moved, moved.target)


async def test_a_deletion_that_a_killed_flush_applied_without_the_edit_before_it_is_no_difference(pair: Pair) -> None:
    log = talk(1)
    moved = TwoHistories(log, *pair)
    await moved.flush(1)
    log.edits(1, "edited")
    log.deletes(1)
    await moved.appended()
    await moved.flush_and_die({1})
    await moved.move()
    assert await moved.differences() == {}
    await assert_complete(moved, moved.target)


def changes(log: RoomLog, what: str) -> None:
    """One more event, about message 1."""
    match what:
        case "an edit":
            log.edits(1, "another text", mentions=["bob"])
        case "a reaction":
            log.reacts(1, "👍")
        case "a deletion":
            log.deletes(1)
        case "a reaction taken back":
            log.unreacts(1, "👍")
        case _:
            log.says("one more")


@pytest.mark.parametrize(
    ("what", "fields"),
    [
        ("an edit", {1: ["text", "rev", "mentions", "edited_at", "versions"]}),
        ("a reaction", {1: ["rev", "reactions"]}),
        ("a reaction taken back", {1: ["rev"]}),
        ("a deletion", {1: ["text", "rev", "deleted_at", "versions"]}),
        ("a message", {}),
    ],
)
async def test_a_difference_in_a_row_is_found_and_the_next_pass_looks_at_its_room_anew(
    pair: Pair, what: str, fields: dict[int, list[str]]
) -> None:
    """Something that the target has and the source has not; beyond what is flushed nobody reads it yet."""
    log = talk(2)
    moved = TwoHistories(log, *pair)
    await moved.flush(2)
    await moved.move()
    changes(log, what)
    await moved.target.apply(log.room, log.events[2:])
    assert await moved.differences() == fields
    assert (await moved.move()).compared == (2 if fields else 0)


async def test_a_row_that_only_one_history_has_is_found(pair: Pair) -> None:
    log = talk(3)
    moved = TwoHistories(log, *pair)
    await moved.source.apply(log.room, log.events[:2])
    await moved.target.apply(log.room, log.events[1:])
    await moved.stores.heads.raise_flushed(log.room, log.events[-1].end)
    (comparison,) = await moved.compare()
    assert (comparison.source, comparison.target) == (2, 2)
    assert comparison.different == {1: ["target"], 3: ["source"]}


async def test_who_is_mentioned_and_what_is_replied_to_is_compared(pair: Pair) -> None:
    log, other = RoomLog(), RoomLog()
    log.says("hello", reply_to=1, mentions=["bob"])
    other.says("hello", mentions=["eve"])
    moved = TwoHistories(log, *pair)
    await moved.flush(1)
    await moved.target.apply(log.room, [replace(other.events[0], room=log.room, id=log.events[0].id)])
    assert await moved.differences() == {1: ["reply_to", "mentions"]}


async def test_what_is_flushed_while_a_pass_runs_is_moved_by_the_next(pair: Pair) -> None:
    log = talk(4 * PAGE)
    for n in range(1, 4 * PAGE, 7):
        log.edits(n, f"edited {n}", mentions=["bob"])
        log.reacts(n, "👍")
        if n % 2:
            log.edits(n, f"edited again {n}", mentions=["eve"])
            log.unreacts(n, "👍")
        if n % 3 == 0:
            log.deletes(n)
    moved = TwoHistories(log, *pair)
    await moved.appended()
    await moved.flush(4 * PAGE + 20)

    async def flushes() -> None:
        while await moved.pending():
            await moved.flush(10)

    async def passes() -> None:
        while await moved.pending():
            await moved.move()

    await asyncio.gather(flushes(), passes())
    await moved.move()
    assert await moved.differences() == {}
    await assert_complete(moved, moved.target)


FLUSHED = End(2, 1, NOW + 2)


def torn(pieces: Mapping[str, Any], texts: str) -> Record:
    """A message "b" that mentions Bob, at a moment of a flush: with these texts, one letter each, and other fields."""
    sound = Message("room", 1, 1, NOW + 1, "id", "ada", "b", 2, mentions=frozenset(("bob",)), edited_at=NOW + 2)
    versions = tuple(Version(seq, NOW + seq, "ada", text) for seq, text in enumerate(texts, start=1))
    return Record(replace(sound, room=new_id(), **pieces), versions)


async def remade(target: HistoryRepository, record: Record, found: Record | None, flushed: End) -> Record:
    """The record as the target has it after a move."""
    room = record.message.room
    await target.apply(room, remaking(record, found, flushed))
    return (await read(target, room, Span(1, 1)))[1]


@pytest.mark.parametrize(
    ("pieces", "texts", "shown"),
    [
        pytest.param({}, "abc", ("b", ["bob"], "ab"), id="the next edit's text is stored and not shown"),
        pytest.param({"text": "c"}, "ab", ("b", [], "ab"), id="the next edit is shown and its text not stored"),
        pytest.param({"text": ""}, "", ("", [], ""), id="a deletion has erased the texts and is not shown"),
    ],
)
async def test_a_record_that_is_read_in_the_middle_of_a_flush_is_mended_by_the_next_pass(
    pair: Pair, pieces: Mapping[str, Any], texts: str, shown: tuple[str, list[str], str]
) -> None:
    _, target = pair
    record = torn(pieces, texts)
    found = await remade(target, record, None, FLUSHED)
    seen = "".join(it.text for it in found.versions)
    assert (found.message.text, sorted(found.message.mentions), seen) == shown
    message = record.message
    if message.text:
        message = replace(message, text="c", rev=3, mentions=frozenset(("eve",)), edited_at=NOW + 3)
        whole = Record(message, torn({}, "abc").versions)
    else:
        message = replace(message, rev=3, mentions=frozenset(), deleted_at=NOW + 3)
        whole = Record(message, ())
    assert await remade(target, whole, found, End(3, 1, NOW + 3)) == whole


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), log=logs(PAGE - 2, 14))
async def test_moved_while_it_grows_and_killed_anywhere_it_is_the_same_and_so_it_is_moved_back(
    pair: Pair, data: st.DataObject, log: RoomLog
) -> None:
    moved = TwoHistories(log, *pair)
    await moved.appended()
    for history in (moved.target, moved.source):
        await some_steps(moved, data)
        await moved.move()
        assert await moved.differences() == {}
        if data.draw(st.booleans(), label="moved once more"):
            await moved.move()
        moved.back()
        assert moved.source is history
    await assert_complete(moved, moved.source)


async def some_steps(moved: TwoHistories, data: st.DataObject) -> None:
    """Flushes and passes, some of them killed."""
    for step in data.draw(st.lists(st.sampled_from(("flush", "torn flush", "pass", "killed pass")), max_size=5)):
        match step:
            case "flush":
                await moved.flush(data.draw(st.integers(1, 6), label="events"))
            case "torn flush":
                await moved.flush_and_die(data.draw(st.sets(st.integers(0, 6)), label="applied"))
            case "pass":
                await moved.move()
            case _:
                await moved.move(killed_after=data.draw(st.integers(0, 6), label="steps"))
