"""Users who want nothing of somebody else."""

from typing import Any

import pytest

from chalicelib.domain.permissions import WorkspaceRole
from chalicelib.errors import BadRequest, Forbidden, Unavailable
from tests.parley import Person, World


def pushed(world: World, socket: str, type_: str) -> list[dict[str, Any]]:
    """What the socket was sent of this type."""
    return [it for it in world.callbacks.frames[socket] if it["type"] == type_]


async def two(world: World) -> tuple[Person, Person, str]:
    """Two who have a direct message with each other."""
    ada, bob = await world.person("ada"), await world.person("bob")
    return ada, bob, (await world.app.rooms.open_dm(ada.id, bob.id)).mine.room.id


async def test_neither_of_two_says_anything_in_their_direct_message_until_it_is_unblocked(world: World) -> None:
    ada, bob, dm = await two(world)
    sockets = [await world.socket(ada), await world.socket(bob)]
    own = (await world.say(sockets[1], dm, "hello"))["n"]
    await world.app.blocks.set(ada.id, bob.id, on=True)
    for person, socket in zip((ada, bob), sockets, strict=True):
        connection = await world.of(socket)
        for refused in (
            world.app.sending.send(connection, dm, world.id(), "listen"),
            world.app.presence.set_typing(connection, dm, on=True),
            world.app.changing.react(person.id, dm, own, world.id(), "👍", on=True),
        ):
            with pytest.raises(Forbidden, match="blocked"):
                await refused
    with pytest.raises(Forbidden, match="blocked"):
        await world.app.changing.edit(bob.id, dm, own, world.id(), "hello again")
    await world.app.changing.delete(bob.id, dm, own, world.id())
    await world.app.blocks.set(ada.id, bob.id, on=False)
    await world.say(sockets[1], dm, "hello once more")


async def test_all_of_ones_devices_learn_of_it_and_the_other_does_not_learn_whose_block_it_is(world: World) -> None:
    ada, bob, dm = await two(world)
    own, other = [await world.socket(ada), await world.socket(ada)], await world.socket(bob)
    blocked = await world.app.blocks.set(ada.id, bob.id, on=True)
    for it in own:
        expected = {"type": "blocks.updated", "blocks": {"version": blocked.version, "users": [bob.id]}}
        assert pushed(world, it, "blocks.updated") == [expected]
    assert pushed(world, other, "blocks.updated") == []
    told = pushed(world, other, "room.updated")
    assert {it["user"] for it in told} == {ada.id, bob.id}
    assert {it["room"] for it in told} == {dm}
    assert {it["sender"] for it in told} == {min(ada.id, bob.id)}


async def test_a_send_already_past_its_check_is_refused_when_the_block_comes_meanwhile(world: World) -> None:
    ada, bob, dm = await two(world)
    # Whoever owns the workspace owns each room he or she is in, but nobody's peace.
    assert await world.app.permissions.role(ada.id) is WorkspaceRole.OWNER
    for blocker, blocked in ((bob, ada), (ada, bob)):
        here = await world.socket(blocked)

        async def block(user: str = blocker.id, other: str = blocked.id) -> None:
            await world.again().blocks.set(user, other, on=True)

        world.stores.mongodb.before["events.insert"] = block
        with pytest.raises(Forbidden):
            await world.app.sending.send(await world.of(here), dm, world.id(), "too late")
        await world.app.blocks.set(blocker.id, blocked.id, on=False)


async def test_who_is_blocked_mentions_in_vain(world: World) -> None:
    ada, bob, _ = await two(world)
    room = await world.room(ada, bob)
    here = await world.socket(bob)
    await world.app.blocks.set(ada.id, bob.id, on=True)
    n = (await world.say(here, room, f"<@{ada.id}>, <@{bob.id}>"))["n"]
    await world.say(here, room, "nobody")
    await world.app.changing.edit(bob.id, room, n + 1, world.id(), f"<@{ada.id}> after all")
    await world.app.blocks.set(ada.id, bob.id, on=False)
    await world.say(here, room, f"<@{ada.id}>!")
    rows, _, _ = await world.app.history.page(room, None, 0, 10)
    assert [it.mentions for it in rows] == [{bob.id}, set(), {ada.id}]


async def test_a_block_that_is_repeated_finishes_what_a_crash_left_of_it(world: World) -> None:
    ada, bob, dm = await two(world)
    here = await world.socket(bob)

    async def die() -> None:
        raise Unavailable("MongoDB did not answer.")

    world.stores.mongodb.before["access.replace"] = die
    with pytest.raises(Unavailable):
        await world.app.blocks.set(ada.id, bob.id, on=True)
    await world.again().blocks.set(ada.id, bob.id, on=True)
    with pytest.raises(Forbidden):
        await world.app.sending.send(await world.of(here), dm, world.id(), "too late")
    assert await world.stores.outbox.older_than(world.clock.now() + 1, 10) == []


async def test_nobody_blocks_himself(world: World) -> None:
    ada = await world.person("ada")
    with pytest.raises(BadRequest):
        await world.app.blocks.set(ada.id, ada.id, on=True)
