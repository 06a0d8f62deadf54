"""Presence and typing."""

from dataclasses import replace

import pytest

from chalicelib.domain.connections import LEASE_US
from chalicelib.errors import NotMember
from chalicelib.gateways.base import Delivery
from chalicelib.limits import TYPING_SECONDS
from tests.parley import CONFIG, World


async def test_who_watches_a_user_learns_when_the_user_comes_and_goes(world: World) -> None:
    ada, grace = await world.person("ada"), await world.person("grace")
    await world.room(ada, grace)
    here = await world.socket(ada)
    answer = await world.app.presence.watch(await world.of(here), [grace.id])
    assert answer.users == {grace.id: "offline"}
    first, second = await world.socket(grace), await world.socket(grace)
    await world.app.connections.closed(first)
    assert world.callbacks.frames[here][-1] == {"type": "presence", "users": {grace.id: "online"}, "last_seen": {}}
    await world.app.connections.closed(second)
    assert world.callbacks.frames[here][-1] == {
        "type": "presence",
        "users": {grace.id: "offline"},
        "last_seen": {grace.id: world.clock.now()},
    }


async def test_users_without_a_common_room_are_not_shown(world: World) -> None:
    ada, grace, alan = [await world.person(name) for name in ("ada", "grace", "alan")]
    await world.room(ada, grace)
    here = await world.socket(ada)
    answer = await world.app.presence.watch(await world.of(here), [grace.id, alan.id])
    assert set(answer.users) == {grace.id}
    await world.socket(alan)
    assert world.callbacks.frames[here] == []


async def test_a_user_is_no_longer_shown_to_those_who_lost_the_last_common_room(world: World) -> None:
    ada, grace, alan = [await world.person(name) for name in ("ada", "grace", "alan")]
    room = await world.room(alan, ada, grace)
    here = await world.socket(ada)
    await world.app.presence.watch(await world.of(here), [grace.id])
    await world.app.rooms.leave(ada.id, room)
    world.callbacks.frames[here].clear()
    await world.socket(grace)
    assert world.callbacks.frames[here] == []


async def test_who_is_online_in_a_room_ends_with_the_last_lease(world: World) -> None:
    ada, grace = await world.person("ada"), await world.person("grace")
    room = await world.room(ada, grace)
    await world.socket(grace)
    assert (await world.app.presence.in_room(room)).online == {grace.id}
    world.clock.advance(LEASE_US / 1e6 + 1)
    assert (await world.app.presence.in_room(room)).online == set()


async def test_typing_is_told_to_the_others_and_ends_by_itself(world: World) -> None:
    ada, grace = await world.person("ada"), await world.person("grace")
    room = await world.room(ada, grace)
    here, there = await world.socket(ada), await world.socket(grace)
    await world.app.presence.set_typing(await world.of(here), room, on=True)
    assert world.callbacks.frames[there] == [{"type": "typing", "room": room, "user": ada.id, "on": True}]
    assert world.callbacks.frames[here] == []
    assert (await world.app.presence.in_room(room)).typing == {ada.id}
    world.clock.advance(TYPING_SECONDS + 1)
    assert (await world.app.presence.in_room(room)).typing == set()


async def test_typing_that_stops_is_gone_at_once(world: World) -> None:
    ada, grace = await world.person("ada"), await world.person("grace")
    room = await world.room(ada, grace)
    here = await world.socket(ada)
    await world.app.presence.set_typing(await world.of(here), room, on=True)
    await world.app.presence.set_typing(await world.of(here), room, on=False)
    assert (await world.app.presence.in_room(room)).typing == set()


async def test_nobody_types_in_a_room_of_others(world: World) -> None:
    ada, grace = await world.person("ada"), await world.person("grace")
    room = await world.room(grace)
    with pytest.raises(NotMember):
        await world.app.presence.set_typing(await world.of(await world.socket(ada)), room, on=True)


async def test_a_user_is_away_when_all_devices_lie_idle(world: World) -> None:
    ada, grace = await world.person("ada"), await world.person("grace")
    room = await world.room(ada, grace)
    here, phone, laptop = await world.socket(ada), await world.socket(grace), await world.socket(grace)
    await world.app.presence.watch(await world.of(here), [grace.id])

    async def idle(device: str, *, now: bool) -> str:
        await world.app.presence.set_idle(await world.of(device), idle=now)
        told: str = world.callbacks.frames[here][-1]["users"][grace.id]
        presence = await world.app.presence.in_room(room)
        assert (grace.id in presence.online, grace.id in presence.away) == (True, told == "away")
        return told

    assert await idle(phone, now=True) == "online"
    assert await idle(laptop, now=True) == "away"
    pushes = len(world.callbacks.frames[here])
    assert await idle(laptop, now=True) == "away"  # said again with each ping
    assert len(world.callbacks.frames[here]) == pushes
    assert await idle(phone, now=False) == "online"
    await world.app.connections.closed(phone)
    assert world.callbacks.frames[here][-1]["users"] == {grace.id: "away"}


async def test_who_is_offline_was_last_seen_when_the_last_connection_showed_life(world: World) -> None:
    ada, grace, alan = [await world.person(name) for name in ("ada", "grace", "alan")]
    await world.room(ada, grace)
    here, there = await world.socket(ada), await world.socket(grace)
    await world.app.presence.watch(await world.of(here), [grace.id])
    seen = world.clock.now()
    world.callbacks.deliveries[there] = Delivery.GONE
    world.clock.advance(LEASE_US / 1e6 + 1)
    await world.app.sweep.run()  # its $disconnect never came
    assert world.callbacks.frames[here][-1]["last_seen"] == {grace.id: seen}
    answer = await world.app.presence.watch(await world.of(here), [grace.id, alan.id])
    assert answer.last_seen == {grace.id: seen}
    await world.socket(grace)
    assert world.callbacks.frames[here][-1]["last_seen"] == {}


async def test_typing_in_a_large_room_is_told_to_those_who_have_the_typist_on_screen() -> None:
    world = World(replace(CONFIG, fanout_shard=3))
    ada, grace, alan = [await world.person(name) for name in ("ada", "grace", "alan")]
    room = await world.room(ada, grace, alan)
    elsewhere = await world.room(ada, grace)
    here, watching, not_watching = [await world.socket(it) for it in (ada, grace, alan)]
    await world.app.presence.watch(await world.of(watching), [ada.id])
    world.callbacks.frames[watching].clear()
    await world.app.presence.set_typing(await world.of(here), room, on=True)
    assert world.callbacks.types(watching) == world.callbacks.types(not_watching) == ["typing"]
    await world.socket(alan)  # a fourth
    await world.app.presence.set_typing(await world.of(here), room, on=False)
    assert world.callbacks.types(watching) == ["typing"] * 2
    assert world.callbacks.types(not_watching) == ["typing"]
    await world.app.presence.set_typing(await world.of(here), elsewhere, on=True)
    assert world.callbacks.types(watching) == ["typing"] * 3
