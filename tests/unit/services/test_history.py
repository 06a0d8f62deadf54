"""Where a room's messages are in time."""

import pytest

from tests.parley import World

HOUR_US = 3_600_000_000


@pytest.mark.parametrize("flushed", [0, 3, 7], ids=lambda it: f"{it} flushed")
async def test_the_first_message_since_a_time_is_found_wherever_it_is_stored(world: World, flushed: int) -> None:
    ada = await world.person("ada")
    room = await world.room(ada)
    here = await world.socket(ada)
    history = world.app.history
    assert await history.first_since(room, 0) is None
    for number in range(7):
        await world.say(here, room, str(number))
        if number + 1 == flushed:
            await world.app.flush.room(room)
        world.clock.advance(HOUR_US / 1e6)
    await world.app.changing.delete(ada.id, room, 4, world.id())
    rows, _, _ = await history.page(room, None, None, 7)
    assert await history.first_since(room, 0) == 1
    for row in rows:
        assert await history.first_since(room, row.ts) == row.n
        assert await history.first_since(room, row.ts + 1) == (row.n + 1 if row.n < 7 else None)
