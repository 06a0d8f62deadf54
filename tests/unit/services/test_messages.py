"""Sending and paging."""

import asyncio
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.errors import BadRequest, NotMember, StaleId, Unavailable
from chalicelib.gateways.base import Delivery
from tests.parley import CONFIG, World


async def test_the_sender_is_acked_and_everybody_else_gets_the_event(world: World) -> None:
    ada, grace, alan = [await world.person(name) for name in ("ada", "grace", "alan")]
    room = await world.room(ada, grace)
    here, there, elsewhere = [await world.socket(it) for it in (ada, grace, alan)]
    second = await world.socket(ada)
    ack = await world.say(here, room, "hello")
    event = world.callbacks.frames[there][0]
    assert event == {
        "type": "message.created",
        "room": room,
        "seq": ack["seq"],
        "n": 1,
        "ts": ack["ts"],
        "id": ack["id"],
        "sender": ada.id,
        "text": "hello",
        "reply_to": None,
        "mentions": [],
    }
    assert world.callbacks.frames[second] == [event]
    assert world.callbacks.types(here) == ["ack"]
    assert world.callbacks.frames[elsewhere] == []


async def test_a_message_costs_one_find_one_insert_and_one_find_of_connections(world: World) -> None:
    ada, grace = await world.person("ada"), await world.person("grace")
    room = await world.room(ada, grace)
    here, _ = await world.socket(ada), await world.socket(grace)
    await world.say(here, room, "the first learns the end")
    for store in (world.stores.mongodb, world.stores.postgres, world.stores.cassandra):
        store.calls.clear()
    await world.say(here, room, "hello")
    assert world.stores.mongodb.calls == {"connections.get": 1, "events.insert": 1, "connections.live_in_room": 1}
    assert not world.stores.postgres.calls
    assert not world.stores.cassandra.calls


async def test_a_resend_returns_the_original_ack_and_is_fanned_out_again(world: World) -> None:
    ada, grace = await world.person("ada"), await world.person("grace")
    room = await world.room(ada, grace)
    here, there = await world.socket(ada), await world.socket(grace)
    id_ = world.id()
    original = await world.say(here, room, "once", id_)
    assert await world.say(await world.socket(ada), room, "once", id_) == original
    assert [it["seq"] for it in world.callbacks.frames[there]] == [original["seq"]] * 2
    assert await world.texts(room) == ["once"]


async def test_a_message_to_a_room_of_others_is_refused(world: World) -> None:
    ada, grace = await world.person("ada"), await world.person("grace")
    room = await world.room(grace)
    here = await world.of(await world.socket(ada))
    for unknown in (room, world.id()):
        with pytest.raises(NotMember):
            await world.app.sending.send(here, unknown, world.id(), "hello")


async def test_a_send_already_past_its_check_is_refused_when_its_author_left_meanwhile(world: World) -> None:
    ada, grace = await world.person("ada"), await world.person("grace")
    room = await world.room(grace, ada)
    here = await world.socket(ada)
    await world.say(here, room, "while a member")

    async def leave() -> None:
        await world.again().rooms.leave(ada.id, room)

    world.stores.mongodb.before["events.insert"] = leave
    with pytest.raises(NotMember):
        await world.app.sending.send(await world.of(here), room, world.id(), "too late")
    assert await world.texts(room) == ["while a member"]


async def test_who_left_before_the_end_of_the_log_was_learnt_says_nothing_after_it(world: World) -> None:
    ada, grace = await world.person("ada"), await world.person("grace")
    room = await world.room(grace, ada)
    connection = await world.of(await world.socket(ada))

    async def leave() -> None:
        await world.again().rooms.leave(ada.id, room)

    # A fresh environment: the connection was read as a member's, then the end is learnt.
    world.stores.mongodb.before["heads.get"] = leave
    with pytest.raises(NotMember):
        await world.again().sending.send(connection, room, world.id(), "too late")
    assert await world.texts(room) == []


async def test_an_id_older_than_the_memory_of_ids_is_refused_unless_it_is_known(world: World) -> None:
    ada = await world.person("ada")
    room = await world.room(ada)
    here = await world.socket(ada)
    known, unknown = world.id(), world.id()
    original = await world.say(here, room, "kept", known)
    world.clock.advance(6.5 * 24 * 3600)
    assert await world.say(here, room, "kept", known) == original
    with pytest.raises(StaleId):
        await world.app.sending.send(await world.of(here), room, unknown, "never arrived")


async def test_a_resend_after_leaving_still_gets_the_ack_of_what_was_said_before(world: World) -> None:
    ada, grace = await world.person("ada"), await world.person("grace")
    room = await world.room(grace, ada)
    here = await world.socket(ada)
    id_ = world.id()
    original = await world.say(here, room, "said in time", id_)
    await world.app.rooms.leave(ada.id, room)
    assert await world.say(here, room, "said in time", id_) == original


async def test_a_text_that_shows_nothing_is_refused(world: World) -> None:
    ada = await world.person("ada")
    room = await world.room(ada)
    with pytest.raises(BadRequest):
        await world.app.sending.send(await world.of(await world.socket(ada)), room, world.id(), " \n ")


async def test_a_store_that_is_away_means_no_ack(world: World) -> None:
    ada = await world.person("ada")
    room = await world.room(ada)
    here = await world.socket(ada)
    connection = await world.of(here)
    world.stores.mongodb.away = True
    with pytest.raises(Unavailable):
        await world.app.sending.send(connection, room, world.id(), "hello")
    assert world.callbacks.types(here) == []


async def test_what_happens_after_the_insert_cannot_turn_it_into_a_failure(world: World) -> None:
    ada, grace = await world.person("ada"), await world.person("grace")
    room = await world.room(ada, grace)
    here, there = await world.socket(ada), await world.socket(grace)

    async def vanish() -> None:
        world.stores.mongodb.away = True

    world.stores.mongodb.before["connections.live_in_room"] = vanish
    ack = await world.say(here, room, "stored")
    assert ack["n"] == 1
    assert world.callbacks.types(there) == []
    world.stores.mongodb.away = False
    assert await world.texts(room) == ["stored"]


async def test_a_sender_whose_socket_died_still_stored_the_message(world: World) -> None:
    ada, grace = await world.person("ada"), await world.person("grace")
    room = await world.room(ada, grace)
    here, there = await world.socket(ada), await world.socket(grace)
    world.callbacks.deliveries[here] = Delivery.GONE
    await world.app.sending.send(await world.of(here), room, world.id(), "last words")
    assert [it["text"] for it in world.callbacks.frames[there] if it["type"] == "message.created"] == ["last words"]


async def test_every_hundredth_event_of_a_room_asks_for_a_flush() -> None:
    world = World(replace(CONFIG, flush_count=3))
    ada = await world.person("ada")
    room = await world.room(ada)  # seq 1
    here = await world.socket(ada)
    for text in ("2", "3", "4", "5", "6"):
        await world.say(here, room, text)
    assert world.invoker.invocations == [("flush_room", {"room": room})] * 2


async def test_a_flush_that_is_not_accepted_is_no_failure_of_the_message() -> None:
    world = World(replace(CONFIG, flush_count=1))
    ada = await world.person("ada")
    room = await world.room(ada)
    world.invoker.accepts = False
    assert (await world.say(await world.socket(ada), room, "hello"))["n"] == 1


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data(), total=st.integers(0, 40))
def test_a_page_is_the_same_wherever_the_flush_stands(data: st.DataObject, total: int) -> None:
    """Flushed before any prefix of the messages: every page equals the slice of what was said."""

    async def run() -> None:
        world = World()
        ada, grace = await world.person("ada"), await world.person("grace")
        room = await world.room(ada)
        here = await world.socket(ada)
        for number in range(1, total + 1):
            if data.draw(st.integers(0, 5)) == 0:
                await world.app.rooms.join(grace.id, room)
            elif data.draw(st.integers(0, 5)) == 0 and grace.id in {
                it.user.id for it in await world.app.rooms.members(ada.id, room)
            }:
                await world.app.rooms.leave(grace.id, room)
            await world.say(here, room, str(number))
            if data.draw(st.integers(0, 9)) == 0:
                await world.app.flush.all()
        said = [str(number) for number in range(1, total + 1)]
        limit = data.draw(st.integers(1, 20))
        before = data.draw(st.integers(1, total + 2))
        after = data.draw(st.integers(0, total + 1))
        for app in (world.app, world.again()):
            world.app = app
            assert await world.texts(room, limit=limit) == said[-limit:]
            assert await world.texts(room, before=before, limit=limit) == said[: before - 1][-limit:]
            assert await world.texts(room, after=after, limit=limit) == said[after:][:limit]

    asyncio.run(run())


async def test_a_page_in_the_middle_of_a_long_unflushed_log_is_read_in_bounded_strides(world: World) -> None:
    ada = await world.person("ada")
    room = await world.room(ada)
    here = await world.socket(ada)
    for number in range(600):
        await world.say(here, room, str(number))
        if number % 200 == 0:
            world.clock.advance(61)
    assert await world.texts(room, before=301, limit=3) == ["297", "298", "299"]
    assert await world.texts(room, after=0, limit=2) == ["0", "1"]


async def test_an_empty_room_has_an_empty_page(world: World) -> None:
    room = await world.room(await world.person("ada"))
    rows, as_of, total = await world.app.history.page(room, None, None, 50)
    assert (rows, as_of, total) == ([], 1, 0)
