"""Rooms and direct messages."""

import asyncio
from contextlib import suppress

import pytest

from chalicelib.domain.log import EventType
from chalicelib.domain.rooms import Role, RoomKind, Visibility
from chalicelib.errors import BadRequest, Conflict, Forbidden, IdConflict, NotFound, NotMember, StaleId
from chalicelib.limits import PAGE_MAX
from chalicelib.services.access import SWEEP_AFTER_US
from chalicelib.services.sweep import CHANGES_KEPT_US
from tests.parley import World


async def test_the_creator_owns_the_room_and_the_log_begins_with_joining(world: World) -> None:
    ada = await world.person("ada")
    room = await world.room(ada, name="  lunch   plans ")
    mine = (await world.app.rooms.mine(ada.id, room)).mine
    assert (mine.room.name, mine.role, mine.room.kind) == ("lunch plans", Role.OWNER, RoomKind.ROOM)
    (joined,) = await world.app.log.between(room, 0, 9)
    assert (joined.seq, joined.body) == (1, {"user": ada.id})


async def test_creating_with_the_same_id_twice_is_one_room(world: World) -> None:
    ada, grace = await world.person("ada"), await world.person("grace")
    id_ = world.id()
    for _ in range(2):
        await world.app.rooms.create(ada.id, id_, "lunch", "", Visibility.PUBLIC)
    assert len(await world.app.rooms.of_user(ada.id)) == 1
    assert (await world.app.log.end(id_)).seq == 1
    with pytest.raises(Conflict):
        await world.app.rooms.create(grace.id, id_, "dinner", "", Visibility.PUBLIC)


async def test_a_public_name_is_given_once_and_a_private_one_tells_nothing(world: World) -> None:
    ada = await world.person("ada")
    await world.room(ada, name="Lunch")
    with pytest.raises(Conflict):
        await world.room(ada, name="LUNCH")
    await world.room(ada, name="lunch", visibility=Visibility.PRIVATE)


async def test_a_room_needs_a_name(world: World) -> None:
    ada = await world.person("ada")
    with pytest.raises(BadRequest):
        await world.room(ada, name=" \t ")


async def test_public_rooms_are_found_by_a_part_of_their_name_page_by_page(world: World) -> None:
    ada, grace = await world.person("ada"), await world.person("grace")
    for number in range(PAGE_MAX + 5):
        await world.room(ada, name=f"room {number:03}")
    await world.room(ada, name="hidden room", visibility=Visibility.PRIVATE)
    first, more = await world.app.rooms.browse(grace.id, "ROOM", "")
    assert (len(first), more) == (PAGE_MAX, True)
    rest, more = await world.app.rooms.browse(grace.id, "ROOM", first[-1].room.name)
    assert ([it.room.name for it in rest], more) == ([f"room {n:03}" for n in range(PAGE_MAX, PAGE_MAX + 5)], False)
    assert not any(it.joined for it in rest)
    assert rest[0].members == 1


async def test_administrators_list_all_rooms_page_by_page_but_direct_messages(world: World) -> None:
    boss, ada = await world.person("boss"), await world.person("ada")
    made = [await world.room(ada) for _ in range(PAGE_MAX + 2)]
    await world.app.rooms.open_dm(boss.id, ada.id)
    first, more = await world.app.rooms.of_workspace(boss.id, "", None)
    assert ([it.id for it in first], more) == (made[:1:-1], True)
    rest, more = await world.app.rooms.of_workspace(boss.id, "", first[-1].id)
    assert ([it.id for it in rest], more) == (made[1::-1], False)
    with pytest.raises(Forbidden):
        await world.app.rooms.of_workspace(ada.id, "", None)


async def test_an_administrator_outside_a_private_room_learns_neither_its_name_nor_when_it_is_used(
    world: World,
) -> None:
    boss, ada = await world.person("boss"), await world.person("ada")
    room = await world.room(ada, name="The merger", visibility=Visibility.PRIVATE)
    await world.say(await world.socket(ada), room, "psst")
    await world.app.endings.archive(ada.id, room, on=True)
    (outside,), _ = await world.app.rooms.of_workspace(boss.id, "", None)
    assert (outside.name, outside.active_at, outside.joined) == (None, None, False)
    assert (outside.members, outside.visibility, outside.archived) == (1, Visibility.PRIVATE, True)
    assert await world.app.rooms.of_workspace(boss.id, "merger", None) == ([], False)


async def test_a_room_one_may_know_is_found_with_when_it_was_used_last(world: World) -> None:
    boss = await world.person("boss")
    room = await world.room(boss, name="The merger", visibility=Visibility.PRIVATE)
    world.clock.advance(60)
    await world.say(await world.socket(boss), room, "psst")
    (found,), _ = await world.app.rooms.of_workspace(boss.id, "MERGER", None)
    assert (found.name, found.joined, found.active_at) == ("The merger", True, (await world.app.log.end(room)).ts)


async def test_joining_twice_is_joining_once(world: World) -> None:
    ada, grace = await world.person("ada"), await world.person("grace")
    room = await world.room(ada)
    await asyncio.gather(*(world.again().rooms.join(grace.id, room) for _ in range(4)))
    assert [it.user.name for it in await world.app.rooms.members(ada.id, room)] == ["ada", "grace"]
    assert (await world.app.log.end(room)).seq == 2


async def test_a_private_room_cannot_be_joined_and_looks_like_none(world: World) -> None:
    ada, grace = await world.person("ada"), await world.person("grace")
    room = await world.room(ada, visibility=Visibility.PRIVATE)
    refusals = []
    for id_ in (room, world.id()):
        with pytest.raises(NotFound) as refused:
            await world.app.rooms.join(grace.id, id_)
        refusals.append(refused.value.message)
    assert refusals[0] == refusals[1]
    assert (await world.app.rooms.join(ada.id, room)).mine.role is Role.OWNER


async def test_leaving_ends_membership_and_can_be_undone_by_joining(world: World) -> None:
    ada, grace = await world.person("ada"), await world.person("grace")
    room = await world.room(ada, grace)
    await world.app.rooms.leave(grace.id, room)
    with pytest.raises(NotMember):
        await world.app.rooms.mine(grace.id, room)
    with pytest.raises(NotMember):
        await world.app.rooms.leave(grace.id, room)
    await world.app.rooms.join(grace.id, room)
    assert [it.body["user"] for it in await world.app.log.between(room, 0, 9)] == [ada.id, *[grace.id] * 3]


async def test_the_last_owner_cannot_leave_others_alone_but_may_leave_nobody(world: World) -> None:
    ada, grace = await world.person("ada"), await world.person("grace")
    room = await world.room(ada, grace)
    with pytest.raises(Conflict):
        await world.app.rooms.leave(ada.id, room)
    await world.app.rooms.leave(grace.id, room)
    await world.app.rooms.leave(ada.id, room)


async def test_only_members_see_members(world: World) -> None:
    ada, grace = await world.person("ada"), await world.person("grace")
    room = await world.room(ada)
    with pytest.raises(NotMember):
        await world.app.rooms.members(grace.id, room)


async def test_a_pair_has_one_direct_message_whoever_opens_it_also_at_once(world: World) -> None:
    ada, grace = await world.person("ada"), await world.person("grace")
    there = await world.socket(grace)
    opened = await asyncio.gather(
        *(world.again().rooms.open_dm(*pair) for pair in [(ada.id, grace.id), (grace.id, ada.id)] * 3)
    )
    (room,) = {it.mine.room.id for it in opened}
    assert {it.mine.peer for it in opened} == {ada.id, grace.id}
    assert (await world.app.log.end(room)).seq == 2
    assert "member.joined" in world.callbacks.types(there)
    await world.say(there, room, "hello")


async def test_a_direct_message_cannot_be_left_joined_or_had_with_oneself(world: World) -> None:
    ada, grace, alan = [await world.person(name) for name in ("ada", "grace", "alan")]
    room = (await world.app.rooms.open_dm(ada.id, grace.id)).mine.room.id
    with pytest.raises(Forbidden):
        await world.app.rooms.leave(ada.id, room)
    with pytest.raises(NotFound):
        await world.app.rooms.join(alan.id, room)
    with pytest.raises(BadRequest):
        await world.app.rooms.open_dm(ada.id, ada.id)
    with pytest.raises(NotFound):
        await world.app.rooms.open_dm(ada.id, world.id())


async def test_the_first_screen_has_the_rooms_their_heads_and_everybody_in_them(world: World) -> None:
    ada, grace, alan = [await world.person(name) for name in ("ada", "grace", "alan")]
    room = await world.room(ada, grace)
    await world.room(alan)
    screen = await world.app.rooms.first_screen(await world.app.accounts.me(ada.caller))
    assert [it.mine.room.id for it in screen.rooms] == [room]
    assert 0 < screen.rooms[0].end.seq <= (await world.app.log.end(room)).seq
    assert {it.name for it in screen.users} == {"ada", "grace"}
    alone = await world.person("alone")
    assert [
        it.name for it in (await world.app.rooms.first_screen(await world.app.accounts.me(alone.caller))).users
    ] == ["alone"]


async def test_a_repeated_change_of_a_room_does_not_undo_the_one_after_it(world: World) -> None:
    ada = await world.person("ada")
    room = await world.room(ada)
    first = world.id()
    await world.app.rooms.update(ada.id, room, first, "first", None)
    await world.app.rooms.update(ada.id, room, world.id(), "second", "later")
    again = await world.again().rooms.update(ada.id, room, first, "first", None)
    assert (again.mine.room.name, again.mine.room.topic) == ("second", "later")
    updates = [it for it in world.stores.events.stored if it.type is EventType.ROOM_UPDATED]
    assert [it.body["name"] for it in updates] == ["first", "second"]


@pytest.mark.parametrize("step", ["access.replace", "events.insert", "connections.live_in_room", "outbox.done"])
async def test_a_change_of_a_room_that_dies_anywhere_is_finished_by_the_sweep(world: World, step: str) -> None:
    ada = await world.person("ada")
    room = await world.room(ada)
    id_ = world.id()

    async def die() -> None:
        raise ConnectionAbortedError

    world.stores.mongodb.before[step] = world.stores.postgres.before[step] = die
    with pytest.raises(ConnectionAbortedError):
        await world.app.rooms.update(ada.id, room, id_, "renamed", None)
    world.stores.mongodb.before.clear()
    world.stores.postgres.before.clear()
    await world.again().rooms.update(ada.id, room, id_, "renamed", None)
    world.clock.advance(SWEEP_AFTER_US / 1e6 + 1)
    await world.again().access.sweep(10)
    assert await world.app.access.sweep(10) == 0
    updates = [it.body for it in world.stores.events.stored if it.type is EventType.ROOM_UPDATED]
    assert updates == [{"name": "renamed", "topic": ""}]


@pytest.mark.parametrize("step", ["rooms.get", "events.insert", "outbox.snapshot"])
async def test_the_log_ends_with_what_the_room_is_called_when_two_change_it_at_once(world: World, step: str) -> None:
    ada = await world.person("ada")
    room = await world.room(ada)

    async def other() -> None:
        await world.again().rooms.update(ada.id, room, world.id(), "theirs", None)

    world.stores.mongodb.before[step] = world.stores.postgres.before[step] = other
    await world.app.rooms.update(ada.id, room, world.id(), "mine", "topic")
    mine = (await world.app.rooms.mine(ada.id, room)).mine.room
    assert (mine.name, mine.topic) == ("theirs", "topic")
    assert world.stores.events.stored[-1].body == {"name": "theirs", "topic": "topic"}


async def test_an_id_of_a_message_changes_no_room(world: World) -> None:
    ada = await world.person("ada")
    room = await world.room(ada)
    ack = await world.say(await world.socket(ada), room, "hello")
    with pytest.raises(IdConflict):
        await world.app.rooms.update(ada.id, room, ack["id"], "hello", None)
    with pytest.raises(StaleId):
        await world.app.rooms.update(ada.id, room, "01ARYZ6S41TSV4RRFFQ69G5FAV", "hello", None)


async def test_a_change_that_comes_again_does_not_undo_a_later_one_however_late(world: World) -> None:
    ada = await world.person("ada")
    room = await world.room(ada)
    first = world.id()
    for id_, name in ((first, "first"), (world.id(), "second")):
        await world.app.rooms.update(ada.id, room, id_, name, None)
    # As long as the log is not flushed it is in the log, and refused for its age after that.
    for flushed in (False, True):
        world.clock.advance(CHANGES_KEPT_US / 1e6)
        await world.app.sweep.run()
        if flushed:
            await world.expire()
        with suppress(StaleId):
            await world.app.rooms.update(ada.id, room, first, "first", None)
        assert (await world.app.rooms.mine(ada.id, room)).mine.room.name == "second"
