"""Access: from PostgreSQL to the socket, in whatever order things happen."""

from contextlib import suppress

import pytest

from chalicelib.domain.log import EventType
from chalicelib.errors import NotLive, NotMember, Unauthenticated, Unavailable
from chalicelib.gateways.base import Delivery
from chalicelib.services.access import SWEEP_AFTER_US
from tests.fakes.access import FakeAccess
from tests.parley import DEVICE, World


async def test_a_join_reaches_sockets_that_are_open(world: World) -> None:
    ada, grace = await world.person("ada"), await world.person("grace")
    room = await world.room(ada)
    there = await world.socket(grace)
    await world.app.rooms.join(grace.id, room)
    assert room in (await world.of(there)).rooms
    joined = world.callbacks.frames[there][0]
    assert (joined["type"], joined["user"], joined["room"]) == ("member.joined", grace.id, room)
    await world.say(there, room, "hello")


async def test_who_left_is_sent_nothing_more_and_is_told(world: World) -> None:
    ada, grace = await world.person("ada"), await world.person("grace")
    room = await world.room(ada, grace)
    here, there = await world.socket(ada), await world.socket(grace)
    await world.app.rooms.leave(grace.id, room)
    await world.say(here, room, "behind your back")
    assert world.callbacks.types(there) == ["left"]
    assert world.callbacks.types(here) == ["member.left", "ack"]


async def test_a_connection_in_its_connect_outlives_that_its_user_left_a_room(world: World) -> None:
    ada, grace = await world.person("ada"), await world.person("grace")
    room = await world.room(ada, grace)
    pending = await world.pending(grace)
    # As API Gateway answers for a socket whose $connect still runs.
    world.callbacks.deliveries[pending] = Delivery.GONE
    await world.app.rooms.leave(grace.id, room)
    world.callbacks.deliveries.clear()
    answers = await world.resume(pending, {room: 0})
    assert [it["type"] for it in answers] == ["left", "resumed"]


async def test_a_logout_closes_the_sessions_sockets_and_no_others(world: World) -> None:
    ada = await world.person("ada")
    room = await world.room(ada)
    tokens = await world.app.accounts.log_in("ada", "correct horse", DEVICE)
    other = await world.app.accounts.authenticate(tokens.access)
    here = await world.socket(ada)
    await world.app.connections.open("other=", await world.app.accounts.ticket(other))
    await world.app.accounts.log_out(ada.refresh)
    assert world.callbacks.closed == [here]
    assert world.callbacks.types(here) == ["session.ended"]
    with pytest.raises(NotLive):
        await world.of(here)
    await world.resume("other=", {})
    await world.say("other=", room, "still here")


async def test_a_change_that_a_crash_left_is_applied_by_the_sweep(world: World) -> None:
    ada, grace = await world.person("ada"), await world.person("grace")
    room = await world.room(ada)
    there = await world.socket(grace)
    # PostgreSQL has committed; the process died before it told MongoDB.
    await world.stores.rooms.join(room, grace.id, grace.id, world.id(), world.clock.now())
    assert room not in (await world.of(there)).rooms
    assert await world.app.access.sweep(10) == 0  # a request may still be at it
    world.clock.advance(SWEEP_AFTER_US / 1e6 + 1)
    assert await world.app.access.sweep(10) == 1
    assert room in (await world.of(there)).rooms
    assert await world.app.access.sweep(10) == 0


@pytest.mark.parametrize(
    "step", ["access.replace", "connections.grant_all", "events.insert", "heads.raise_end", "outbox.done"]
)
async def test_a_join_that_dies_at_any_step_is_finished_once_by_the_sweep(world: World, step: str) -> None:
    ada, grace = await world.person("ada"), await world.person("grace")
    room = await world.room(ada)
    there = await world.socket(grace)

    async def die() -> None:
        raise ConnectionAbortedError

    world.clock.advance(2)
    world.stores.mongodb.before[step] = world.stores.postgres.before[step] = die
    with pytest.raises((ConnectionAbortedError, ExceptionGroup)):
        await world.app.rooms.join(grace.id, room)
    world.stores.mongodb.before.clear()
    world.stores.postgres.before.clear()
    world.clock.advance(SWEEP_AFTER_US / 1e6 + 1)
    await world.again().access.sweep(10)
    events = await world.app.log.between(room, 0, 10)
    assert [it.type for it in events] == [EventType.MEMBER_JOINED] * 2
    assert room in (await world.of(there)).rooms


async def test_a_change_that_cannot_be_applied_does_not_hold_up_those_behind_it(world: World) -> None:
    ada, grace = await world.person("ada"), await world.person("grace")
    rooms = [await world.room(ada) for _ in range(2)]
    there = await world.socket(grace)
    for room in rooms:
        await world.stores.rooms.join(room, grace.id, grace.id, world.id(), world.clock.now())
    world.clock.advance(7 * 24 * 3600)  # a week without MongoDB

    async def fail() -> None:
        raise Unavailable("once")

    world.stores.mongodb.before["events.insert"] = fail
    await world.app.access.sweep(10)
    assert sorted((await world.of(there)).rooms) == sorted(rooms)
    joined = [(await world.app.log.end(room)).seq for room in rooms]
    assert sorted(joined) == [1, 2]
    await world.app.access.sweep(10)
    assert [(await world.app.log.end(room)).seq for room in rooms] == [2, 2]


async def test_a_join_that_a_crash_left_comes_into_the_log_before_the_leave_that_followed(world: World) -> None:
    ada, grace = await world.person("ada"), await world.person("grace")
    room = await world.room(ada)
    await world.stores.rooms.join(room, grace.id, grace.id, world.id(), world.clock.now())
    await world.app.rooms.leave(grace.id, room)
    world.clock.advance(SWEEP_AFTER_US / 1e6 + 1)
    assert await world.app.access.sweep(10) == 0
    events = await world.app.log.between(room, 1, 10)
    assert [it.type for it in events] == [EventType.MEMBER_JOINED, EventType.MEMBER_LEFT]


@pytest.mark.parametrize("step", ["access.replace", "connections.grant_all", "events.insert"])
async def test_a_leave_in_the_middle_of_a_join_comes_into_the_log_after_it(world: World, step: str) -> None:
    ada, grace = await world.person("ada"), await world.person("grace")
    room = await world.room(ada)

    async def leave() -> None:
        await world.again().rooms.leave(grace.id, room)

    world.stores.mongodb.before[step] = leave
    with pytest.raises(NotMember):
        await world.app.rooms.join(grace.id, room)
    events = await world.app.log.between(room, 1, 10)
    assert [it.type for it in events] == [EventType.MEMBER_JOINED, EventType.MEMBER_LEFT]


async def test_applying_an_old_change_again_brings_no_old_right_back(world: World) -> None:
    ada, grace = await world.person("ada"), await world.person("grace")
    room = await world.room(ada)
    there = await world.socket(grace)
    joined = await world.stores.rooms.join(room, grace.id, grace.id, world.id(), world.clock.now())
    assert joined is not None
    await world.app.access.apply([joined])
    await world.app.rooms.leave(grace.id, room)
    await world.app.access.apply([joined])
    assert room not in (await world.of(there)).rooms
    access = await world.stores.access.get(grace.id)
    assert access is not None
    assert room not in access.rooms


async def test_a_ticket_used_after_the_logout_opens_nothing(world: World) -> None:
    ada = await world.person("ada")
    ticket = await world.app.accounts.ticket(ada.caller)
    await world.app.accounts.log_out(ada.refresh)
    with pytest.raises(Unauthenticated):
        await world.app.connections.open("late=", ticket)
    assert await world.stores.connections.get("late=") is None


@pytest.mark.parametrize("step", ["connections.add", "access.get", "connections.grant"])
async def test_a_logout_at_any_step_of_a_connect_leaves_no_socket_that_can_act(world: World, step: str) -> None:
    ada = await world.person("ada")
    ticket = await world.app.accounts.ticket(ada.caller)

    async def log_out() -> None:
        await world.again().accounts.log_out(ada.refresh)

    world.stores.mongodb.before[step] = log_out
    with suppress(Unauthenticated):
        await world.app.connections.open("racing=", ticket)
    with pytest.raises(NotLive):
        await world.app.connections.authenticate("racing=", pending=True)


@pytest.mark.parametrize("step", ["connections.add", "access.get", "connections.grant"])
async def test_a_leave_at_any_step_of_a_connect_leaves_no_old_right(world: World, step: str) -> None:
    ada, grace = await world.person("ada"), await world.person("grace")
    room = await world.room(ada, grace)
    ticket = await world.app.accounts.ticket(grace.caller)

    async def leave() -> None:
        await world.again().rooms.leave(grace.id, room)

    world.stores.mongodb.before[step] = leave
    await world.app.connections.open("racing=", ticket)
    assert room not in (await world.app.connections.authenticate("racing=", pending=True)).rooms


async def test_a_lost_access_document_is_made_again_with_the_next_ticket(world: World) -> None:
    ada = await world.person("ada")
    room = await world.room(ada)
    world.stores.access = FakeAccess(world.stores.mongodb)
    world.app = world.again()
    here = await world.socket(ada)
    assert room in (await world.of(here)).rooms


async def test_a_revocation_while_mongodb_is_away_is_refused_and_finished_later(world: World) -> None:
    ada = await world.person("ada")
    here = await world.socket(ada)
    world.stores.mongodb.away = True
    with pytest.raises(Unavailable):
        await world.app.accounts.log_out(ada.refresh)
    world.stores.mongodb.away = False
    with pytest.raises(Unauthenticated):
        await world.app.accounts.authenticate(ada.access)
    world.clock.advance(SWEEP_AFTER_US / 1e6 + 1)
    await world.app.sweep.run()
    assert here in world.callbacks.closed
