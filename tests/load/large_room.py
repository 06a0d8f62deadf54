"""A message to a very large room: everybody gets it, once, and the sender's ack does not wait for them."""

import asyncio
import os
import time
from contextlib import AsyncExitStack
from typing import Final

from tests.client import new_id, sessions
from tests.load import process
from tests.load.chats import ParleyChat
from tests.load.figures import median

CONNECTIONS: Final = int(os.environ.get("BENCH_CONNECTIONS", "5000"))
"""Opening 5,000 takes some minutes: BENCH_CONNECTIONS makes it fewer."""

MESSAGES: Final = 5
ARRIVAL_SECONDS: Final = 60.0


async def _run() -> str:
    async with AsyncExitStack() as stack:
        stores = await stack.enter_async_context(process.stores())
        parley = await stack.enter_async_context(process.parley(stores.environment()))
        http = await stack.enter_async_context(sessions())
        chat = ParleyChat(parley.url, http)
        room = await chat.room()
        begun = time.perf_counter()
        sender, *listeners = await chat.sockets(room, CONNECTIONS)
        opened = time.perf_counter() - begun
        for wire in listeners:
            wire.frames = 0
        acks, last, reached = [], [], []
        for _ in range(MESSAGES):
            id_ = new_id()
            arrivals = [it.expect(id_.encode()) for it in listeners]
            begun = time.perf_counter()
            acks.append(await sender.ask(chat.say(room, id_), id_.encode()) - begun)
            await asyncio.wait(arrivals, timeout=ARRIVAL_SECONDS)
            times = [it.result() - begun for it in arrivals if it.done()]
            reached.append(len(times))
            last.append(max(times))
        frames = sum(it.frames for it in listeners)
    return "\n".join(
        (
            "| connections | reached by each of the messages | frames beyond those | ack | last delivery |",
            "|---|---|---|---|---|",
            (
                f"| {CONNECTIONS:,} | {min(reached):,} of {len(listeners):,} | {frames - sum(reached)} |"
                f" {median(acks) * 1e3:.0f} ms | {median(last):.1f} s |"
            ),
            "",
            (
                f"The middle of {MESSAGES} messages, one after the other. Opening the sockets took {opened:.0f} s."
                " `BENCH_CONNECTIONS` changes how many there are."
            ),
        )
    )


def report() -> str:
    """The section of docs/benchmarks.md."""
    return asyncio.run(_run())


if __name__ == "__main__":
    print(report())
