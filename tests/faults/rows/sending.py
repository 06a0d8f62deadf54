"""Functions that die, events that come twice, answers that are lost."""

import asyncio
import json
from functools import partial
from typing import Any, Final

from infra.client import Edit
from infra.gateway import Faults
from tests.faults.history import CREATED, EDITED, Operation, Outcome
from tests.faults.people import Person
from tests.faults.rows.row import row
from tests.faults.stage import Stage
from tests.system import ROOT
from tests.waiting import until

MESSAGE: Final = "websocket_message"
SEND_STEPS: Final = (
    "before events.insert",
    "after events.insert",
    "before connections.live_in_room",
    "before callbacks.post",
    "after callbacks.post",
)
FLUSH_STEPS: Final = (
    "after leases.take",
    "before history.apply",
    "after history.apply",
    "after heads.raise_flushed",
    "before expiries.note",
    "after expiries.note",
)


@row("a function dies anywhere in send or flush")
async def dying_functions(stage: Stage) -> None:
    async with stage.load():
        while stage.again():
            async with asyncio.TaskGroup() as killing:
                killing.create_task(kill_senders(stage))
                killing.create_task(kill_flushers(stage))
        await stage.progress(10)


async def kill_senders(stage: Stage) -> None:
    """One function at each step of a send."""
    for step in SEND_STEPS:
        stage.failpoints.arm(step, function=MESSAGE)
        await stage.failpoints.fired(step, function=MESSAGE)
        stage.injected += 1


async def kill_flushers(stage: Stage) -> None:
    """One function at each step of a flush."""
    for step in FLUSH_STEPS:
        stage.failpoints.arm(step, function="flush_room")
        while stage.failpoints.armed(step, function="flush_room"):
            await stage.flush()
        stage.injected += 1


@row("the same event invoked twice, in series and in parallel")
async def invoked_twice(stage: Stage) -> None:
    stage.provoke(Faults(duplicate_invocations=True, duplicate_schedules=True))
    async with stage.load() as people:
        while stage.again():
            await asyncio.gather(*(replayed(stage, it) for it in people[:2]))
            await asyncio.gather(*(edited_twice(stage, it) for it in people[:2]))
            await stage.progress(10)
    stage.injected += len(stage.history.operations)


async def replayed(stage: Stage, person: Person) -> None:
    """Invoke the function with one and the same frame four times."""
    operation = person.begin(stage.room, CREATED, text="said once")
    (recipient, *_) = await stage.arena.direct.connections.live_of_user(person.id)
    event = frame_event(recipient.connection, operation)
    for times in (1, 1, 2):
        assert all(await asyncio.gather(*(stage.call(MESSAGE, event) for _ in range(times))))
    stored = await stage.arena.direct.events.by_id(stage.room, person.id, operation.id)
    assert stored is not None
    stage.history.end(operation, Outcome.OK, stored.seq, stored.n)
    # Nobody waits for its ack: the client learns of it as of any message said on another device.
    person.client.connection.doubt()


def frame_event(connection: str, operation: Operation) -> dict[str, Any]:
    """What API Gateway invokes the function with when this message comes over the connection."""
    event: dict[str, Any] = json.loads((ROOT / "tests" / "events" / "message.json").read_text())
    event["requestContext"]["connectionId"] = connection
    command = {"action": "message.send", "id": operation.id, "room": operation.room, "text": operation.text}
    event["body"] = json.dumps(command)
    return event


async def edited_twice(stage: Stage, person: Person) -> None:
    """Ask twice at once for the same edit: both answers name the same place."""
    said = await person.say(stage.room, "to be edited")
    assert said.n is not None
    edit = person.begin(stage.room, EDITED, text="edited once", target=said.n)
    ask = partial(person.client.change, stage.room, Edit(said.n, edit.text), edit.id)
    first, second = await asyncio.gather(ask(), ask())
    assert first == second
    stage.history.end(edit, Outcome.OK, first)


@row("the ack is lost, the client reconnects and resends")
async def lost_acks(stage: Stage) -> None:
    async with stage.load() as people:
        while stage.again():
            for person in people[1:]:
                person.server.acks_to_lose = stage.random.randint(1, 2)
                stage.injected += person.server.acks_to_lose
                await until(partial(has_lost, person))
        await stage.progress(10)


async def has_lost(person: Person) -> bool:
    """Whether all acks were lost that were to be."""
    return person.server.acks_to_lose == 0


@row("timeout mid fan-out")
async def cut_fan_out(stage: Stage) -> None:
    await stage.gather(5)
    async with stage.load():
        while stage.again():
            for _ in range(2):
                stage.failpoints.arm("after callbacks.post", function=MESSAGE)
                await stage.failpoints.fired("after callbacks.post", function=MESSAGE)
                stage.injected += 1
        await stage.progress(10)


@row("a resend after the sender was kicked, of a message that was stored")
async def resent_after_a_kick(stage: Stage) -> None:
    owner, sender = await stage.gather(2)
    while stage.again():
        operation = sender.begin(stage.room, CREATED, text="stored before the kick")
        frame = {"id": operation.id, "room": stage.room, "text": operation.text}
        async with await sender.server.socket() as socket:
            await socket.resume()
            # Stored for certain, and nobody told: an insert may find its place taken, and be tried again.
            stage.failpoints.arm("before callbacks.post", function=MESSAGE)
            await socket.send("message.send", **frame)
            await stage.failpoints.fired("before callbacks.post", function=MESSAGE)
            stage.injected += 1
            await sender.server.leave(stage.room)
            await socket.send("message.send", **frame)
            ack = await socket.kind("ack", id=operation.id)
            stage.history.end(operation, Outcome.OK, ack["seq"], ack["n"])
            refused = sender.begin(stage.room, CREATED, text="never in after the kick")
            await socket.send("message.send", id=refused.id, room=stage.room, text=refused.text)
            assert (await socket.kind("error", id=refused.id))["code"] == "not_member"
            stage.history.end(refused, Outcome.FAIL)
        await owner.say(stage.room, "and on it goes")
        sender.client.add(await sender.server.join(stage.room))
