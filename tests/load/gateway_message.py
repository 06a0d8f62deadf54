"""The CPU of one message, echoed through its route response: the gateway's whole share, and the steps it is made of."""

import asyncio
from typing import Final

import uvloop

from tests.load.process import ECHO, Served, cpu_seconds, descendants, served
from tests.load.web_socket import LoadSocket, text_frame

BATCHES: Final = 30
BATCH: Final = 200
GOAL_US: Final = 300


async def _echo(gateway: Served) -> tuple[float, float]:
    """CPU microseconds for each message, of the gateway and of its function: of the quickest batch."""
    came = asyncio.Event()
    client = await LoadSocket.connect(gateway.websocket_url, lambda _: came.set())
    frame = text_frame(b"answer hello")
    own, functions = [], []
    for _ in range(BATCHES + 1):
        begun = cpu_seconds(gateway.pid), sum(map(cpu_seconds, descendants(gateway.pid)))
        for _ in range(BATCH):
            came.clear()
            client.send(frame)
            await came.wait()
        own.append((cpu_seconds(gateway.pid) - begun[0]) / BATCH * 1e6)
        functions.append((sum(map(cpu_seconds, descendants(gateway.pid))) - begun[1]) / BATCH * 1e6)
    client.transport.abort()
    # The first batch starts the environment.
    return min(own[1:]), min(functions[1:])


async def _measure() -> tuple[float, float, dict[str, float]]:
    async with served(ECHO) as gateway:
        own, functions = await _echo(gateway)
    async with served(ECHO, "--stages") as gateway:
        await _echo(gateway)
        steps = await gateway.stop()
    return own, functions, steps


NOTE: Final = f"""\
A client that waits for each echo, {BATCHES} batches of {BATCH}; CPU time, the scheduler's count, of the batch
that other programs disturbed least. A step's is that of the quickest tenth of its calls, without the steps it contains,
and includes what it writes to a socket; the loop's part is what is left. Logged as `gateway run` does, to nowhere."""


def report() -> str:
    """The section of docs/benchmarks.md."""
    own, functions, steps = uvloop.run(_measure())
    rest = own - sum(steps.values())
    return "\n".join(
        (
            "| step | us |",
            "|---|---|",
            *(f"| {name} | {took:.0f} |" for name, took in steps.items()),
            f"| event loop: epoll, reading sockets, timers | {rest:.0f} |",
            f"| **the gateway, CPU for one message** | **{own:.0f}** (goal: under {GOAL_US}) |",
            f"| the function's process: runtime client, Chalice, the app | {functions:.0f} |",
            "",
            NOTE,
        )
    )
