"""What users want to be told of."""

import pytest

from chalicelib.domain.notifications import Level
from chalicelib.errors import NotMember
from tests.parley import World


async def test_all_of_ones_devices_learn_what_was_chosen_on_one(world: World) -> None:
    ada, bob = await world.person("Ada"), await world.person("Bob")
    room = await world.room(ada, bob)
    own, other = [await world.socket(ada), await world.socket(ada)], await world.socket(bob)
    for it in (*own, other):
        world.callbacks.frames[it].clear()
    await world.app.notifications.change(ada.id, None, {room: Level.NOTHING})
    quiet = {"until": None, "daily": None}
    settings = {"version": 1, "quiet": quiet, "rooms": {room: "nothing"}}
    for it in own:
        assert world.callbacks.frames[it] == [{"type": "notifications.updated", "settings": settings}]
    assert world.callbacks.frames[other] == []
    assert (await world.app.notifications.of_user(bob.id)).version == 0


async def test_of_what_is_refused_nobody_is_told(world: World) -> None:
    ada, bob = await world.person("Ada"), await world.person("Bob")
    room = await world.room(bob)
    own = await world.socket(ada)
    world.callbacks.frames[own].clear()
    with pytest.raises(NotMember):
        await world.app.notifications.change(ada.id, None, {room: Level.ALL})
    assert world.callbacks.frames[own] == []
