"""Expiry: only what was flushed long enough ago, in small ranges, any number of times."""

from dataclasses import replace

import pytest

from chalicelib.services.expiry import BUDGET_SECONDS, RANGE
from chalicelib.services.flush import KEEP_US
from tests.parley import EXPIRY_HOUR, World


async def talk(world: World, count: int) -> str:
    ada = await world.person("ada")
    room = await world.room(ada)
    here = await world.socket(ada)
    for number in range(count):
        await world.say(here, room, str(number))
        if number % 200 == 199:
            world.clock.advance(61)
    return room


async def kept(world: World, room: str) -> list[int]:
    return [it.seq for it in world.stores.events.stored if it.room == room]


async def later(world: World) -> None:
    await world.settle()
    world.clock.advance(KEEP_US / 1e6 + EXPIRY_HOUR)


async def test_what_was_flushed_lately_is_kept_when_what_was_flushed_before_goes(world: World) -> None:
    room = await talk(world, 3)
    await world.app.flush.room(room)
    await world.settle()
    world.clock.advance(2 * EXPIRY_HOUR)
    here = await world.socket(await world.person("grace"))
    await world.app.rooms.join((await world.of(here)).user, room)
    await world.app.flush.room(room)
    world.clock.advance(KEEP_US / 1e6 - EXPIRY_HOUR)
    assert await world.app.expiring.run() == 4
    assert await kept(world, room) == [5]
    assert await world.app.expiring.run() == 0


async def test_nothing_that_is_not_flushed_is_deleted_whatever_the_notes_say(world: World) -> None:
    room = await talk(world, 3)
    world.stores.cassandra.away = True
    await world.stores.expiries.note(room, 4, world.clock.now())
    await later(world)
    assert await world.app.expiring.run() == 0
    assert await kept(world, room) == [1, 2, 3, 4]


async def test_what_could_not_be_flushed_for_long_is_still_found_when_what_came_before_it_is_due(world: World) -> None:
    ada = await world.person("ada")
    room, here = await world.room(ada), await world.socket(ada)
    await world.app.flush.room(room)
    await world.say(here, room, "within the same run")
    world.stores.cassandra.away = True
    await world.expire()
    assert await world.stores.events.rooms_pending() == [room]
    world.stores.cassandra.away = False
    assert await world.app.flush.all() == 1
    await world.settle()
    await world.expire()
    assert await kept(world, room) == []


@pytest.mark.parametrize("step", ["expiries.due", "heads.get", "events.delete", "heads.raise_expired", "expiries.done"])
async def test_one_that_dies_anywhere_is_finished_by_the_next(world: World, step: str) -> None:
    room = await talk(world, 2 * RANGE)
    await world.app.flush.room(room)
    await later(world)

    async def die() -> None:
        raise ConnectionAbortedError

    world.stores.mongodb.before[step] = die
    with pytest.raises(ConnectionAbortedError):
        await world.app.expiring.run()
    await world.again().expiring.run()
    assert await kept(world, room) == []
    assert await world.stores.expiries.due(world.clock.now(), 10) == []


async def test_what_finds_no_time_is_left_for_the_next(world: World) -> None:
    room = await talk(world, 2 * RANGE - 1)
    await world.app.flush.room(room)
    await later(world)

    async def slow() -> None:
        world.clock.advance(BUDGET_SECONDS)

    world.stores.mongodb.before["events.delete"] = slow
    assert await world.app.expiring.run() == RANGE
    assert await world.app.expiring.run() == RANGE


async def test_where_a_head_was_lost_the_places_long_empty_are_stepped_over(world: World) -> None:
    room = await talk(world, 10 * RANGE)
    await world.app.flush.room(room)
    await world.expire()
    heads = world.stores.heads
    heads._heads[room] = replace(heads._heads[room], expired=0)
    eve = await world.person("eve")
    await world.app.rooms.join(eve.id, room)
    await world.say(await world.socket(eve), room, "hello")
    await world.app.flush.room(room)
    await later(world)
    world.stores.mongodb.calls.clear()
    assert await world.app.expiring.run() == 2
    assert world.stores.mongodb.calls["events.delete"] == 1
