"""Resume: judged by seq, complete or said not to be."""

import pytest

from chalicelib.limits import DELTA_EVENTS
from chalicelib.services import log, resume
from tests.parley import Person, World


async def chat(world: World, count: int, text: str = "hello") -> tuple[Person, str, str]:
    ada = await world.person("ada")
    room = await world.room(ada)
    here = await world.socket(ada)
    for _ in range(count):
        await world.say(here, room, text)
    return ada, room, here


async def test_what_was_missed_comes_as_one_complete_delta(world: World) -> None:
    ada, room, _ = await chat(world, 5)
    answers = await world.resume(await world.pending(ada), {room: 2})
    delta, resumed = answers
    assert (delta["type"], delta["from"], delta["to"]) == ("delta", 2, 6)
    assert [it["seq"] for it in delta["events"]] == [3, 4, 5, 6]
    assert resumed["to"] == {room: 6}
    assert resumed["time"] == world.clock.now() // 1_000


async def test_a_room_that_did_not_move_and_one_not_known_get_no_frame_but_are_in_the_end(world: World) -> None:
    ada, room, _ = await chat(world, 1)
    other = await world.room(ada)
    (resumed,) = await world.resume(await world.pending(ada), {room: 2})
    assert resumed["to"] == {room: 2, other: 1}


async def test_too_many_events_are_limited_and_fetched_in_ranges(world: World) -> None:
    ada, room, _ = await chat(world, DELTA_EVENTS + 50)
    limited, _ = await world.resume(await world.pending(ada), {room: 1})
    assert limited == {"type": "limited", "room": room, "from": 1, "to": DELTA_EVENTS + 51}
    seen: list[int] = []
    while not seen or seen[-1] < limited["to"]:
        part = await world.app.resuming.events(room, seen[-1] if seen else 1, 100)
        assert not part.reset
        seen += [it.seq for it in part.events]
    assert seen == list(range(2, DELTA_EVENTS + 52))


async def test_a_delta_too_large_for_a_frame_is_limited(world: World) -> None:
    ada, room, _ = await chat(world, 10, "x" * 5_000)
    limited, _ = await world.resume(await world.pending(ada), {room: 1})
    assert limited["type"] == "limited"


async def test_a_cursor_older_than_the_log_or_ahead_of_it_is_reset(world: World) -> None:
    ada, room, here = await chat(world, DELTA_EVENTS + 5)
    await world.app.flush.room(room)
    await world.expire()
    await world.say(here, room, "weeks later")
    end = DELTA_EVENTS + 7
    for cursor in (1, end - 5, end + 1):
        reset, _ = await world.resume(await world.pending(ada), {room: cursor})
        assert reset == {"type": "reset", "room": room, "seq": end}
    assert (await world.app.resuming.events(room, 1, 50)).reset
    assert (await world.app.resuming.events(room, end + 1, 50)).reset
    assert not (await world.app.resuming.events(room, end, 50)).reset


async def test_rooms_left_meanwhile_are_named(world: World) -> None:
    ada, grace = await world.person("ada"), await world.person("grace")
    room = await world.room(ada, grace)
    await world.app.rooms.leave(grace.id, room)
    await world.say(await world.socket(ada), room, "behind her back")
    left, resumed = await world.resume(await world.pending(grace), {room: 2})
    # No word of what has been said since: the caller knows this place already.
    assert left == {"type": "left", "room": room, "seq": 2}
    assert resumed["to"] == {}


async def test_a_room_left_and_joined_again_is_resumed_like_any_other(world: World) -> None:
    ada, grace = await world.person("ada"), await world.person("grace")
    room = await world.room(ada, grace)
    await world.app.rooms.leave(grace.id, room)
    await world.app.rooms.join(grace.id, room)
    delta, resumed = await world.resume(await world.pending(grace), {room: 2})
    assert [it["type"] for it in delta["events"]] == ["member.left", "member.joined"]
    assert resumed["to"] == {room: 4}


@pytest.mark.parametrize("step", ["connections.go_live", "connections.get", "heads.many", "events.at"])
async def test_who_joins_again_while_resuming_does_not_take_the_room_for_left(world: World, step: str) -> None:
    ada, grace = await world.person("ada"), await world.person("grace")
    room = await world.room(ada, grace)
    await world.room(grace)
    await world.app.rooms.leave(grace.id, room)
    there = await world.pending(grace)

    async def join() -> None:
        await world.again().rooms.join(grace.id, room)

    sender = await world.app.connections.authenticate(there, pending=True)
    world.stores.mongodb.before[step] = join
    answers = [it.model_dump(by_alias=True) async for it in world.app.resuming.resume(sender, world.id(), {room: 2})]
    left = [it["seq"] for it in answers if it["type"] == "left"]
    joined = [it["seq"] for it in world.callbacks.frames[there] if it["type"] == "member.joined"]
    told = [it for answer in answers if answer["type"] == "delta" for it in answer["events"]]
    assert (left and joined > left) or [it["seq"] for it in told] == [3, 4]


async def test_many_rooms_cost_few_calls(world: World) -> None:
    ada = await world.person("ada")
    rooms = [await world.room(ada) for _ in range(30)]
    for room in rooms[:10]:
        await world.say(await world.socket(ada), room, "hello")
    there = await world.pending(ada)
    world.stores.mongodb.calls.clear()
    answers = await world.resume(there, dict.fromkeys(rooms, 1))
    assert [it["type"] for it in answers] == ["delta"] * 10 + ["resumed"]
    calls = world.stores.mongodb.calls
    assert (calls["heads.many"], calls["heads.get"], calls["events.at"]) == (1, 0, 2)
    # Those that went on within the second that their head is of.
    assert calls["events.between"] == 10


async def test_what_is_said_while_a_socket_resumes_is_in_the_answer_or_pushed(world: World) -> None:
    ada, room, here = await chat(world, 3)
    there = await world.pending(ada)

    async def meanwhile() -> None:
        await world.say(here, room, "in between")

    for step in ("connections.go_live", "heads.many", "events.between"):
        world.stores.mongodb.before[step] = meanwhile
        answers = await world.resume(there, {room: 1})
        told = {it["seq"] for answer in answers if answer["type"] == "delta" for it in answer["events"]}
        pushed = {it["seq"] for it in world.callbacks.frames[there] if it["type"] == "message.created"}
        assert told | pushed == set(range(2, (await world.app.log.end(room)).seq + 1))


async def test_a_ping_tells_heads_that_moved_and_where_to_ask_from_next(world: World) -> None:
    _, room, here = await chat(world, 3)
    await world.app.flush.room(room)
    pong = await world.app.resuming.ping(await world.of(here), world.id(), 0)
    assert pong.heads == {room: 4}
    world.clock.advance(60)
    quiet = await world.app.resuming.ping(await world.of(here), world.id(), pong.since + 2_001)
    assert quiet.heads == {}
    assert quiet.since == pong.since + 2_001


async def test_many_rooms_take_a_few_calls_however_many_have_moved(world: World) -> None:
    ada, grace = await world.person("ada"), await world.person("grace")
    rooms = [await world.room(ada, grace) for _ in range(20)]
    here, cursors = await world.socket(ada), dict.fromkeys(rooms, 2)
    for room in rooms[:9]:
        for _ in range(3):
            await world.say(here, room, "hello")
    for room in rooms:
        await world.stores.heads.raise_end(room, await world.app.log.end(room))
    there = await world.pending(grace)
    world.stores.mongodb.calls.clear()
    answers = await world.resume(there, cursors)
    assert [len(it["events"]) for it in answers[:-1]] == [3] * 9
    assert world.stores.mongodb.calls.total() <= 8
    assert world.stores.mongodb.calls["events.at"] == 2


async def test_what_the_heads_do_not_know_yet_is_told(world: World) -> None:
    ada, room, _ = await chat(world, 1)
    other = await world.room(ada)
    for it in (room, other):
        await world.stores.heads.raise_end(it, await world.app.log.end(it))
    here = await world.socket(ada)
    for _ in range(4):
        await world.say(here, other, "within the same second")
    delta, resumed = await world.resume(await world.pending(ada), {room: 2, other: 1})
    assert (delta["room"], len(delta["events"])) == (other, 4)
    assert resumed["to"] == {room: 2, other: 5}


async def test_more_than_one_call_can_look_up_comes_in_portions(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (log, resume):
        monkeypatch.setattr(module, "PLACES", 5)
    ada = await world.person("ada")
    rooms = [await world.room(ada) for _ in range(3)]
    here = await world.socket(ada)
    for room, count in zip(rooms, (7, 2, 3), strict=True):
        for _ in range(count):
            await world.say(here, room, "hello")
    deltas = (await world.resume(await world.pending(ada), dict.fromkeys(rooms, 1)))[:-1]
    assert {it["room"]: [each["seq"] for each in it["events"]] for it in deltas} == {
        rooms[0]: list(range(2, 9)),
        rooms[1]: [2, 3],
        rooms[2]: [2, 3, 4],
    }
