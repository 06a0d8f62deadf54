"""Flushes that overlap, die half-way, or meet an environment that slept through them."""

import asyncio
import time
from functools import partial
from typing import Final

from tests.faults.people import Person
from tests.faults.rows.row import row
from tests.faults.scan import places_of
from tests.faults.stage import SHORTENED, Stage
from tests.waiting import until

FLUSH: Final = "flush_room"
HOLDER_STEPS: Final = ("before history.apply", "before heads.raise_flushed", "before expiries.note")
PARTIAL_STEPS: Final = ("after cassandra.write", "after history.apply", "before heads.raise_flushed")
BATCH: Final = 30
"""Statements of one batch."""


@row("overlapping flushes, a holder that wakes after its lease")
async def overlapping_flushes(stage: Stage) -> None:
    async with stage.load() as people:
        while stage.again():
            for step in stage.some(HOLDER_STEPS):
                await stage.progress(5)
                stage.failpoints.arm(step, "stop", function=FLUSH)
                holder = asyncio.create_task(stage.flush())
                held = await stage.failpoints.stopped(step)
                stage.injected += 1
                n = people[0].mine[0]
                await people[0].edit(stage.room, n, f"edited while a flush slept before {step}")
                await people[1].react(stage.room, n, "👍")
                # Its lease runs out; others flush what it had begun, and what came after.
                await stage.flushed()
                held.go_on()
                await holder
                await stage.flushed()


@row("a batch applied in part; flush dies after Cassandra, before the head")
async def half_a_flush(stage: Stage) -> None:
    people = await stage.gather(3)
    while stage.again():
        for step in PARTIAL_STEPS:
            stage.failpoints.arm(step, function=FLUSH)
            # More than one batch holds, at first.
            count = BATCH // len(people) + 1 if step == PARTIAL_STEPS[0] else 2
            await asyncio.gather(*(burst(stage, it, count) for it in people))
            while stage.failpoints.armed(step, function=FLUSH):
                await stage.flush()
            stage.injected += 1
            await people[0].edit(stage.room, people[0].mine[-1], f"edited after a flush died {step}")
            await people[1].delete(stage.room, people[1].mine.pop())
        await stage.flushed()


async def burst(stage: Stage, person: Person, count: int) -> None:
    """So many messages, one after the other."""
    for number in range(count):
        await person.say(stage.room, f"{number} of {person.id}, before a flush dies")


@row("delete, then a crash before the redaction")
async def unredacted(stage: Stage) -> None:
    owner, *_ = await stage.gather(2)
    while stage.again():
        for step in ("before events.redact", "before history.apply"):
            secrets = [f"secret {stage.random.getrandbits(64):x}" for _ in range(3)]
            said = await owner.say(stage.room, secrets[0])
            await owner.edit(stage.room, said.n or 0, secrets[1])
            await stage.flushed()
            await owner.edit(stage.room, said.n or 0, secrets[2])
            deleted = await owner.delete(stage.room, said.n or 0)
            stage.failpoints.arm(step, function=FLUSH)
            while stage.failpoints.armed(step, function=FLUSH):
                await stage.flush()
            stage.injected += 1
            assert (await stage.arena.direct.heads.get(stage.room)).flushed.seq < (deleted.seq or 0)
            await stage.flushed()
            for secret in secrets:
                assert await places_of(stage.arena.stores.environment(), secret) == []


@row("an environment frozen with a remembered log end, thawed after others wrote, flushed and expired")
async def remembered_end(stage: Stage) -> None:
    sleeper, other = await stage.gather(2)
    await other.say(stage.room, "to be edited")
    while stage.again():
        await sleeper.say(stage.room, "good night")
        await stage.system.quiet()
        asleep = await stage.freeze("websocket_message")
        began = time.monotonic()
        for number in range(5):
            await other.edit(stage.room, other.mine[0], f"edited {number} times")
        await stage.flushed()
        end = await stage.end()
        # What the sweep does once their time has come.
        await stage.arena.direct.events.delete(stage.room, 0, end)
        stage.expired = end
        await until(partial(is_past, began + SHORTENED["chalicelib.services.log:REMEMBER_SECONDS"]))
        for it in asleep:
            it.go_on()
        stage.injected += len(asleep)
        said = await sleeper.say(stage.room, "good morning")
        assert said.seq == end + 1


async def is_past(moment: float) -> bool:
    """Whether it is later than that."""
    return time.monotonic() > moment
