"""Flush: any number of times, overlapping, dying anywhere, and no reader can tell."""

import asyncio
from collections import Counter

import pytest

from chalicelib.domain import log as domain
from chalicelib.domain.log import LINGER_US, RUN_US
from chalicelib.domain.samples import MINUTE_US, Sample
from chalicelib.errors import Unavailable
from chalicelib.services import flush, history
from chalicelib.services.flush import BUDGET_SECONDS, KEEP_US, RANGE, ROOMS_AT_ONCE
from tests.parley import EXPIRY_HOUR, World


async def talk(world: World, count: int) -> tuple[str, list[str]]:
    ada = await world.person("ada")
    room = await world.room(ada)
    here = await world.socket(ada)
    said = [str(number) for number in range(count)]
    for number, text in enumerate(said):
        await world.say(here, room, text)
        if number % 200 == 199:
            world.clock.advance(61)
    return room, said


async def test_a_flush_moves_what_is_pending_and_the_page_stays_the_same(world: World) -> None:
    room, said = await talk(world, 7)
    before = await world.texts(room)
    assert await world.app.flush.all() == 8  # and the owner who joined
    assert before == await world.texts(room) == said
    head = await world.stores.heads.get(room)
    assert (head.flushed.seq, head.flushed.n) == (8, 7)


async def test_a_room_is_looked_at_until_it_has_been_quiet_for_a_while(world: World) -> None:
    room, _ = await talk(world, 3)
    await world.app.flush.all()
    world.clock.advance(LINGER_US / 1e6 - 1)
    await world.app.flush.all()
    assert await world.stores.events.rooms_pending() == [room]
    world.clock.advance(2)
    await world.app.flush.all()
    assert await world.stores.events.rooms_pending() == []


async def test_what_comes_after_a_silence_or_within_a_run_is_found(world: World) -> None:
    ada = await world.person("ada")
    room, here = await world.room(ada), await world.socket(ada)
    for seconds in (RUN_US / 1e6 - 1, 1, RUN_US / 1e6 + 1, LINGER_US / 1e6 + 1, 1):
        world.clock.advance(seconds)
        await world.app.flush.all()
        await world.say(here, room, "there")
        assert await world.stores.events.rooms_pending() == [room]
        assert await world.app.flush.all() == 1


async def test_a_room_that_is_never_quiet_is_pending_from_its_last_multiple_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (domain, flush):
        monkeypatch.setattr(module, "RUN_EVENTS", 10)
    room, _ = await talk(world, 25)
    assert await world.stores.events.pending_from(room) == 1
    await world.app.flush.room(room)
    assert await world.stores.events.pending_from(room) == 20


async def test_looking_at_a_room_with_nothing_new_takes_two_reads(world: World) -> None:
    room, _ = await talk(world, 3)
    await world.app.flush.room(room)
    world.stores.mongodb.calls.clear()
    await world.again().flush.room(room)
    assert world.stores.mongodb.calls == {"heads.get": 1, "events.between": 1}


async def test_events_cost_a_flush_no_write_each(world: World) -> None:
    room, _ = await talk(world, 90)
    world.stores.mongodb.calls.clear()
    await world.app.flush.room(room)
    writes = world.stores.mongodb.calls - Counter({"heads.get": 99, "events.between": 99})
    assert writes == {
        "leases.take": 1,
        "heads.raise_flushed": 1,
        "expiries.note": 1,
        "leases.release": 1,
        "samples.add": 1,
    }


async def test_after_a_flush_the_history_is_read_and_not_the_log(world: World) -> None:
    room, said = await talk(world, 5)
    await world.app.flush.room(room)
    world.stores.cassandra.calls.clear()
    assert await world.texts(room) == said
    assert sum(world.stores.cassandra.calls.values()) == 1


async def test_flushing_again_does_nothing(world: World) -> None:
    room, _ = await talk(world, 3)
    await world.app.flush.room(room)
    assert await world.app.flush.room(room) == 0


async def test_overlapping_flushes_end_in_the_same_state(world: World) -> None:
    room, said = await talk(world, 20)
    # Leases run out: two flushes may both believe that the room is theirs.
    flushes = [world.again().flush for _ in range(3)]
    await asyncio.gather(*(it._range(room, []) for it in flushes))
    assert await world.texts(room) == said


async def test_somebody_elses_lease_saves_the_work(world: World) -> None:
    room, _ = await talk(world, 3)
    now = world.clock.now()
    await world.stores.leases.take(f"flush:{room}", "another", now, now + 60_000_000)
    assert await world.app.flush.room(room) == 0
    world.clock.advance(61)
    assert await world.app.flush.room(room) == 4


@pytest.mark.parametrize("step", ["history.apply", "heads.raise_flushed", "expiries.note", "leases.release"])
async def test_a_flush_that_dies_anywhere_is_repeated_without_a_trace(world: World, step: str) -> None:
    room, said = await talk(world, 6)

    async def die() -> None:
        raise ConnectionAbortedError

    world.stores.mongodb.before[step] = world.stores.cassandra.before[step] = die
    with pytest.raises(ConnectionAbortedError):
        await world.app.flush.room(room)
    assert await world.texts(room) == said
    world.clock.advance(61)
    await world.again().flush.room(room)
    assert await world.texts(room) == said
    await world.settle()
    assert await world.stores.events.rooms_pending() == []
    await world.expire()
    assert world.stores.events.stored == []
    assert await world.texts(room) == said


async def test_chat_goes_on_while_cassandra_is_away_and_the_buffer_drains_after(world: World) -> None:
    room, said = await talk(world, 4)
    world.stores.cassandra.away = True
    assert await world.app.flush.all() == 0
    assert await world.stores.events.rooms_pending() == [room]
    assert await world.texts(room) == said
    world.stores.cassandra.away = False
    assert await world.app.flush.all() == 5


async def test_how_much_is_behind_and_for_how_long_is_told(world: World) -> None:
    room, _ = await talk(world, 4)
    world.stores.cassandra.away = True
    for hours in (0, 1, 25):
        world.clock.advance(3600 * hours)
        await world.app.flush.all()
        assert world.metrics.values["RoomsBehind"] == world.metrics.values["FlushFailures"] == 1
    assert world.metrics.values["OldestPendingSeconds"] >= 26 * 3600
    world.stores.cassandra.away = False
    await world.app.flush.all()
    values = world.metrics.values
    assert (values["FlushedEvents"], values["FlushFailures"], values["RoomsBehind"]) == (5, 0, 0)
    assert values["OldestPendingSeconds"] == 0
    # As it was found, before the flush, and what became of it.
    assert (values["BufferSize"], values["FlushBatch"]) == (5, 5)
    assert values["BufferAge"] == values["FlushLag"] >= 26 * 3600
    assert (await world.stores.heads.get(room)).flushed.seq == 5


async def kept(world: World) -> Sample:
    """All that is kept of flushes, as one."""
    return sum((await world.stores.samples.minutes(0, world.clock.now() + 1)).values(), Sample())


async def test_of_each_flush_it_is_kept_what_it_did_and_found(world: World) -> None:
    await talk(world, 4)
    world.stores.cassandra.away = True
    world.clock.advance(7200)
    await world.app.flush.all()
    assert await kept(world) == Sample(0, 0, failures=1, behind=1, buffer_age=7200)
    world.stores.cassandra.away = False
    world.clock.advance(60)
    await world.app.flush.all()
    minutes = await world.stores.samples.minutes(0, world.clock.now() + 1)
    said, before, after = sorted(minutes)
    # Messages belong to the minute they were said in, events to that of their flush.
    assert minutes[said] == Sample(messages=4)
    assert minutes[after] == Sample(0, 5, failures=0, behind=0, buffer_age=7260)
    assert (before - said, after - before) == (120 * MINUTE_US, MINUTE_US)


async def test_a_flush_of_nothing_is_kept_too_since_it_says_that_flushes_run(world: World) -> None:
    await world.app.flush.all()
    assert await kept(world) == Sample(0, 0, 0, behind=0, buffer_age=0)


async def test_flushes_by_count_add_to_the_minute_and_rooms_of_one_flush_are_kept_in_one_write(world: World) -> None:
    ada = await world.person("ada")
    rooms = [await world.room(ada) for _ in range(3)]
    here = await world.socket(ada)
    for room in rooms:
        await world.say(here, room, "hello")
    await world.app.flush.room(rooms[0])
    world.stores.mongodb.calls.clear()
    await world.app.flush.all()
    assert world.stores.mongodb.calls["samples.add"] == 1
    assert await kept(world) == Sample(3, 6, 0, 0, 0)


async def test_a_sample_that_is_lost_fails_no_flush(world: World) -> None:
    room, _ = await talk(world, 4)

    async def fail() -> None:
        raise Unavailable("just now")

    world.stores.mongodb.before["samples.add"] = fail
    assert await world.app.flush.room(room) == 5
    world.stores.mongodb.before["samples.add"] = fail
    assert await world.app.flush.all() == 0
    assert await world.stores.samples.minutes(0, world.clock.now()) == {}


async def test_what_finds_no_time_is_left_for_the_next_minute(world: World) -> None:
    ada = await world.person("ada")
    rooms = {await world.room(ada) for _ in range(ROOMS_AT_ONCE + 3)}

    async def slow() -> None:
        world.clock.advance(BUDGET_SECONDS)

    world.stores.cassandra.before["history.apply"] = slow
    await world.app.flush.all()
    left = rooms - {it.room for it in await world.stores.heads.many(rooms) if it.flushed.seq}
    assert left < rooms
    assert world.metrics.values["RoomsBehind"] == len(left) > 0
    assert await world.app.flush.all() == len(left)


async def test_pages_of_what_was_flushed_come_from_the_log_while_the_history_is_away(world: World) -> None:
    room, said = await talk(world, 30)
    ada = (await world.stores.users.search("ada", 1))[0]
    changing = world.app.changing
    await changing.edit(ada.id, room, 3, world.id(), "edited before")
    await changing.delete(ada.id, room, 4, world.id())
    await world.app.flush.room(room)
    await world.settle()
    await changing.react(ada.id, room, 5, world.id(), "👍", on=True)
    before = await world.app.history.page(room, 11, None, 10)
    world.stores.cassandra.away = True
    assert await world.again().history.page(room, 11, None, 10) == before
    assert await world.texts(room, limit=3) == said[-3:]
    # Nor does it stop anybody from changing what was said.
    await world.again().changing.edit(ada.id, room, 6, world.id(), "edited while it is away")
    assert (await world.app.history.message(room, 6)).text == "edited while it is away"
    # Until the events have expired.
    await world.expire()
    with pytest.raises(Unavailable):
        await world.again().history.page(room, 11, None, 10)


async def test_a_log_too_long_to_stand_in_for_the_history_does_not(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, said = await talk(world, 30)
    await world.app.flush.room(room)
    world.stores.cassandra.away = True
    monkeypatch.setattr(history, "KEPT_EVENTS", 10)
    assert await world.texts(room, limit=5) == said[-5:]
    with pytest.raises(Unavailable):
        await world.texts(room, limit=20)


async def test_a_long_backlog_is_flushed_in_bounded_ranges(world: World) -> None:
    room, said = await talk(world, RANGE + 50)
    assert await world.app.flush.room(room) == RANGE + 51
    assert await world.texts(room, limit=60) == said[-60:]


async def test_events_are_kept_for_days_after_they_were_flushed(world: World) -> None:
    room, _ = await talk(world, 2)
    await world.app.flush.room(room)
    await world.settle()
    world.clock.advance((KEEP_US - LINGER_US) / 1e6 - 2)
    await world.app.sweep.run()
    assert len(await world.stores.events.between(room, 0, 10)) == 3
    world.clock.advance(LINGER_US / 1e6 + EXPIRY_HOUR)
    assert (await world.app.sweep.run())["events"] == 3
    assert await world.stores.events.between(room, 0, 10) == []
    assert await world.texts(room) == ["0", "1"]
    # The end is still known, so the next message gets the next place.
    assert (await world.again().log.end(room)).seq == 3


async def test_one_room_that_cannot_be_flushed_does_not_stop_the_others(world: World) -> None:
    room, _ = await talk(world, 2)
    grace = await world.person("grace")
    other = await world.room(grace)

    async def fail() -> None:
        raise Unavailable("a batch timed out")

    world.stores.cassandra.before["history.apply"] = fail
    await world.app.flush.all()
    behind = {room, other} - {it.room for it in await world.stores.heads.many([room, other]) if it.flushed.seq}
    assert len(behind) == 1
    assert await world.app.flush.all() > 0
    assert await world.app.flush.all() == 0
