"""What the services measure."""

from dataclasses import replace

from chalicelib.gateways.base import Delivery
from chalicelib.limits import DELTA_EVENTS
from chalicelib.metrics import (
    BUFFER_SIZE,
    FAN_OUT_DURATION,
    FAN_OUT_FAILURES,
    FAN_OUT_SIZE,
    FLUSH_BATCH,
    GONE_CONNECTIONS,
    RESUME_GAP,
    RESUME_RESETS,
    SEND_TO_ACK,
    THROTTLED_POSTS,
)
from chalicelib.services.fan_out import ATTEMPTS
from chalicelib.services.flush import RANGE
from tests.parley import CONFIG, World


async def test_a_message_is_timed_to_its_ack_and_its_fan_out_to_the_last_connection(world: World) -> None:
    ada, bob = await world.person("ada"), await world.person("bob")
    room = await world.room(ada, bob)
    here, _, _ = [await world.socket(it) for it in (ada, bob, bob)]
    world.metrics.recorded.clear()
    await world.say(here, room, "hello")
    assert world.metrics.recorded[SEND_TO_ACK] == [0]
    assert world.metrics.recorded[FAN_OUT_SIZE] == [2]
    assert world.metrics.recorded[FAN_OUT_DURATION] == [0]
    assert FAN_OUT_FAILURES not in world.metrics.recorded


async def test_an_ack_that_did_not_arrive_is_not_timed(world: World) -> None:
    ada = await world.person("ada")
    room = await world.room(ada)
    here = await world.socket(ada)
    world.callbacks.deliveries[here] = Delivery.GONE
    await world.app.sending.receive(here, room, world.id(), "hello")
    assert SEND_TO_ACK not in world.metrics.recorded
    assert world.metrics.recorded[GONE_CONNECTIONS] == [1]


async def test_each_429_counts_and_a_connection_that_gets_nothing_else_is_missed(world: World) -> None:
    ada, bob = await world.person("ada"), await world.person("bob")
    room = await world.room(ada, bob)
    here, there = await world.socket(ada), await world.socket(bob)
    world.callbacks.deliveries[there] = Delivery.THROTTLED
    await world.say(here, room, "hello")
    assert world.metrics.recorded[THROTTLED_POSTS] == [1] * ATTEMPTS
    assert world.metrics.recorded[FAN_OUT_FAILURES] == [1]


async def test_connections_of_a_shard_that_is_not_accepted_are_missed() -> None:
    world = World(replace(CONFIG, fanout_shard=2))
    ada, bob = await world.person("ada"), await world.person("bob")
    room = await world.room(ada, bob)
    here = await world.socket(ada)
    for _ in range(5):
        await world.socket(bob)
    world.outside.invoker.accepts = False
    world.metrics.recorded.clear()
    await world.say(here, room, "hello")
    assert world.metrics.recorded[FAN_OUT_FAILURES] == [3]


async def test_what_a_socket_missed_is_told_room_by_room(world: World) -> None:
    ada = await world.person("ada")
    rooms = [await world.room(ada) for _ in range(3)]
    here = await world.socket(ada)
    for _ in range(4):
        await world.say(here, rooms[0], "hello")
    await world.resume(await world.pending(ada), {rooms[0]: 2, rooms[1]: 1, rooms[2]: 5})
    assert world.metrics.recorded[RESUME_GAP] == [3]
    assert world.metrics.recorded[RESUME_RESETS] == [1]


async def test_a_gap_that_is_too_large_for_the_socket_is_told_as_well(world: World) -> None:
    ada = await world.person("ada")
    room = await world.room(ada)
    here = await world.socket(ada)
    for _ in range(DELTA_EVENTS + 1):
        await world.say(here, room, "hello")
    await world.resume(await world.pending(ada), {room: 1})
    assert world.metrics.recorded[RESUME_GAP] == [DELTA_EVENTS + 1]


async def test_a_buffer_is_as_large_as_all_that_waits_and_a_batch_as_what_is_written_at_once(world: World) -> None:
    ada = await world.person("ada")
    room = await world.room(ada)
    here = await world.socket(ada)
    for _ in range(RANGE + 9):
        world.clock.advance(1)
        await world.say(here, room, "hello")
    await world.app.flush.room(room)
    assert world.metrics.recorded[BUFFER_SIZE] == [RANGE + 10, 10]
    assert world.metrics.recorded[FLUSH_BATCH] == [RANGE, 10]
