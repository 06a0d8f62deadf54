from contextlib import suppress

import pytest

from chalicelib.errors import Forbidden, NotFound, NotMember, Unavailable
from chalicelib.services.endings import STRAGGLERS_US
from tests.parley import World

SECRET = "what nobody must find"


def kept(world: World, text: str) -> bool:
    """Whether any store has the text."""
    stored = [*world.stores.events.stored, *world.stores.history.stored]
    return any(text in str(it.body) for it in stored)


async def test_an_archived_room_is_read_and_not_changed(world: World) -> None:
    ada, bob = await world.person("ada"), await world.person("bob")
    late = await world.person("late")
    room = await world.room(ada, bob)
    here, there = await world.socket(ada), await world.socket(bob)
    n = (await world.say(there, room, "before"))["n"]
    await world.app.endings.archive(ada.id, room, on=True)
    assert world.callbacks.frames[there][-1]["archived"] is True
    for refused in (
        world.app.sending.send(await world.of(here), room, world.id(), "hello"),
        world.app.sending.send(await world.of(there), room, world.id(), "hello"),
        world.app.changing.delete(bob.id, room, n, world.id()),
        world.app.rooms.update(ada.id, room, world.id(), "other", None),
        world.app.rooms.join(late.id, room),
    ):
        with pytest.raises(Forbidden):
            await refused
    assert await world.texts(room) == ["before"]
    await world.app.endings.archive(ada.id, room, on=False)
    await world.say(there, room, "after")


async def test_a_send_already_past_its_check_is_refused_when_the_room_is_archived_meanwhile(world: World) -> None:
    ada, bob = await world.person("ada"), await world.person("bob")
    room = await world.room(ada, bob)
    here = await world.socket(bob)

    async def archive() -> None:
        await world.again().endings.archive(ada.id, room, on=True)

    world.stores.mongodb.before["events.insert"] = archive
    with pytest.raises(Forbidden):
        await world.app.sending.send(await world.of(here), room, world.id(), "too late")


async def test_what_was_said_in_a_deleted_room_is_in_no_store(world: World) -> None:
    ada, bob = await world.person("ada"), await world.person("bob")
    room = await world.room(ada, bob, name="the plan")
    here = await world.socket(bob)
    n = (await world.say(here, room, f"{SECRET} <@{ada.id}>"))["n"]
    await world.app.changing.edit(bob.id, room, n, world.id(), f"{SECRET}, edited, <@{ada.id}>")
    await world.app.flush.all()
    await world.say(here, room, f"{SECRET}, not flushed")
    assert kept(world, SECRET)
    with pytest.raises(Forbidden):
        await world.app.endings.delete(bob.id, room)
    await world.app.endings.delete(ada.id, room)
    assert not kept(world, SECRET)
    assert world.stores.mentions.stored == {}
    assert world.callbacks.types(here)[-1] == "left"
    assert await world.app.rooms.of_user(bob.id) == []
    with pytest.raises(NotMember):
        await world.app.sending.send(await world.of(here), room, world.id(), SECRET)
    with pytest.raises(NotFound):
        await world.app.rooms.join(bob.id, room)
    await world.room(bob, name="the plan")


async def test_a_send_already_past_its_check_is_refused_when_the_room_is_deleted_meanwhile(world: World) -> None:
    ada, bob = await world.person("ada"), await world.person("bob")
    room = await world.room(ada, bob)
    here = await world.socket(bob)
    await world.say(here, room, "before")

    async def delete() -> None:
        await world.again().endings.delete(ada.id, room)

    world.stores.mongodb.before["events.insert"] = delete
    with pytest.raises(NotMember):
        await world.app.sending.send(await world.of(here), room, world.id(), SECRET)
    assert not kept(world, SECRET)


@pytest.mark.parametrize("step", ["access.replace", "events.insert", "events.erase", "mentions.erase"])
async def test_a_deletion_that_died_is_finished_by_the_sweep(world: World, step: str) -> None:
    ada, bob = await world.person("ada"), await world.person("bob")
    room = await world.room(ada, bob)
    await world.say(await world.socket(bob), room, SECRET)

    async def vanish() -> None:
        world.stores.mongodb.away = True

    world.stores.mongodb.before[step] = vanish
    with suppress(Unavailable):
        await world.app.endings.delete(ada.id, room)
    world.stores.mongodb.away = False
    world.clock.advance(60)
    await world.app.sweep.run()
    assert not kept(world, SECRET)
    world.clock.advance(STRAGGLERS_US // 1_000_000)
    await world.app.sweep.run()
    assert await world.stores.rooms.get(room) is None
    assert (await world.app.sweep.run())["rooms"] == 0
