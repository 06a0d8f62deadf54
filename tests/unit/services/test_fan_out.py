"""Deliveries that go wrong, and rooms that are large."""

from dataclasses import replace

from chalicelib.gateways.base import Delivery
from chalicelib.schemas.events import Left
from tests.parley import CONFIG, World


async def test_a_connection_that_is_gone_is_deleted_and_its_user_shown_offline(world: World) -> None:
    ada, grace, alan = [await world.person(name) for name in ("ada", "grace", "alan")]
    room = await world.room(ada, grace, alan)
    here, there, watcher = [await world.socket(it) for it in (ada, grace, alan)]
    await world.app.presence.watch(await world.of(watcher), [grace.id])
    world.callbacks.deliveries[there] = Delivery.GONE
    await world.say(here, room, "hello")
    assert await world.stores.connections.get(there) is None
    assert {grace.id: "offline"} in [it.get("users") for it in world.callbacks.frames[watcher]]


async def test_a_throttled_delivery_is_tried_again_and_then_left_to_the_receiver(world: World) -> None:
    ada, grace = await world.person("ada"), await world.person("grace")
    room = await world.room(ada, grace)
    here, there = await world.socket(ada), await world.socket(grace)
    world.callbacks.deliveries[there] = Delivery.THROTTLED
    before = world.callbacks.posts
    await world.say(here, room, "hello")
    assert world.callbacks.posts - before == 1 + 5  # the ack, and five tries
    assert await world.stores.connections.get(there) is not None


async def test_a_failed_delivery_is_not_repeated_and_deletes_nothing(world: World) -> None:
    ada, grace = await world.person("ada"), await world.person("grace")
    room = await world.room(ada, grace)
    here, there = await world.socket(ada), await world.socket(grace)
    world.callbacks.deliveries[there] = Delivery.FAILED
    await world.say(here, room, "hello")
    assert world.callbacks.frames[there] == []
    assert await world.stores.connections.get(there) is not None


async def test_one_frame_at_the_deadline_stops_the_tries(world: World) -> None:
    grace = await world.person("grace")
    there = await world.socket(grace)
    world.callbacks.deliveries[there] = Delivery.THROTTLED
    original = world.clock.sleep

    async def oversleep(seconds: float) -> None:
        await original(seconds + 60)

    world.clock.sleep = oversleep  # type: ignore[method-assign]
    before = world.callbacks.posts
    assert await world.app.fan_out.to_connection(there, Left(room=world.id(), seq=1)) is Delivery.THROTTLED
    assert world.callbacks.posts - before == 1


async def test_a_large_room_is_handed_over_in_shards_that_cover_it_exactly_once() -> None:
    world = World(replace(CONFIG, fanout_shard=3))
    ada, grace = await world.person("ada"), await world.person("grace")
    room = await world.room(ada, grace)
    here = await world.socket(ada)
    others = [await world.socket(grace) for _ in range(11)]
    ack = await world.say(here, room, "to all")
    shards = [payload for name, payload in world.invoker.invocations if name == "fanout"]
    assert len(shards) == 3
    for shard in shards:
        await world.again().fan_out.shard(shard)
    for connection in others:
        assert [it["seq"] for it in world.callbacks.frames[connection]] == [ack["seq"]]
    assert world.callbacks.types(here) == ["ack"]


async def test_a_room_of_five_thousand_connections_gets_all_of_a_message(world: World) -> None:
    ada = await world.person("ada")
    room = await world.room(ada)
    here = await world.socket(ada)
    sender = await world.of(here)
    others = [f"other{number:04}=" for number in range(5_000)]
    for connection in others:
        await world.stores.connections.add(replace(sender, id=connection, user=world.id()))
    ack = await world.say(here, room, "to all")
    shards = [payload for name, payload in world.invoker.invocations if name == "fanout"]
    assert len(shards) == 9  # and the first five hundred, sent at once
    for shard in shards:
        await world.again().fan_out.shard(shard)
    assert all([it["seq"] for it in world.callbacks.frames[connection]] == [ack["seq"]] for connection in others)
    assert world.callbacks.types(here) == ["ack"]


async def test_a_shard_of_an_event_that_is_not_there_delivers_nothing(world: World) -> None:
    before = world.callbacks.posts
    await world.app.fan_out.shard({"room": world.id(), "seq": 9, "low": "", "high": "", "besides": ""})
    assert world.callbacks.posts == before


async def test_shards_that_are_not_accepted_are_no_failure_of_the_message() -> None:
    world = World(replace(CONFIG, fanout_shard=1))
    ada, grace = await world.person("ada"), await world.person("grace")
    room = await world.room(ada, grace)
    here = await world.socket(ada)
    others = [await world.socket(grace) for _ in range(3)]
    world.invoker.accepts = False
    assert (await world.say(here, room, "hello"))["n"] == 1
    assert sum(len(world.callbacks.frames[it]) for it in others) == 1
