"""What is seen in another order than it happened."""

import asyncio

from tests.faults.rows.row import row
from tests.faults.stage import Stage

STEP = "before connections.live_in_room"


@row("seq s+1 visible before s")
async def overtaken(stage: Stage) -> None:
    first, second, reader = await stage.gather(3)
    while stage.again():
        before = await stage.end()
        stage.failpoints.arm(STEP, "stop", function="websocket_message")
        saying = asyncio.create_task(first.say(stage.room, "first, and late"))
        held = await stage.failpoints.stopped(STEP)
        stage.injected += 1
        # The first message is in the log, and nobody was told; the second is told at once.
        overtaking = await second.say(stage.room, "second, and early")
        assert overtaking.seq == before + 2
        await asyncio.wait_for(reader.client.reached(stage.room, before + 2), 60)
        seen = [it.seq for it in reader.client.rooms[stage.room].events]
        assert seen == sorted(seen)
        held.go_on()
        await saying
