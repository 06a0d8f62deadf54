"""One echo through a function: the gateway against serverless-offline and MiniStack, in turns."""

import asyncio
import os
import time
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from functools import partial
from statistics import median
from typing import Final

import uvloop

from tests.load.peers.install import install
from tests.load.peers.ministack import ministack
from tests.load.peers.offline import NODE_JS, PYTHON, offline
from tests.load.process import ECHO, cpu_seconds, descendants, served
from tests.load.web_socket import LoadSocket, text_frame

ROUNDS: Final = 5
SECONDS: Final = 1.0
"""Of one client in each round; the crowd runs as long."""

CROWD: Final = 50
WARM: Final = 20
MODES: Final = ("answer", "send")
PATIENCE: Final = 120.0
LOST_AFTER: Final = 5.0
WARM_SECONDS: Final = 8.0
"""Until all processes have started and loaded the AWS SDK."""

CALM_SECONDS: Final = 0.2
CALM_SHARE: Final = 0.1
"""Of one core, by all servers together: so little is no work that was left behind."""
CALM_PATIENCE: Final = 10.0

OURS: Final = "this gateway, Python function"
OFFLINE: Final = "serverless-offline, Python function"
MINISTACK: Final = "MiniStack, Python function"


@dataclass
class Measured:
    """Seconds of each echo, and echoes a second of the crowd in each round, by mode."""

    latencies: dict[str, list[float]] = field(default_factory=lambda: {mode: [] for mode in MODES})
    rates: dict[str, list[float]] = field(default_factory=lambda: {mode: [] for mode in MODES})


async def latencies(url: str, mode: str, seconds: float) -> list[float]:
    """What one client waits for each echo, one after the other."""
    came = asyncio.Event()
    client = await LoadSocket.connect(url, lambda _: came.set())
    frame, times = text_frame(f"{mode} hello".encode()), []
    for number in range(WARM + 100_000):
        begun = time.perf_counter()
        came.clear()
        client.send(frame)
        async with asyncio.timeout(PATIENCE):
            await came.wait()
        if number >= WARM:
            times.append(time.perf_counter() - begun)
        if sum(times) > seconds:
            break
    client.transport.abort()
    return times


async def rate(url: str, mode: str, seconds: float, patience: float = LOST_AFTER) -> float:
    """Echoes a second of the crowd, each of which waits for its echo before it sends again."""
    frame, echoes, until = text_frame(f"{mode} hello".encode()), 0, time.perf_counter() + seconds
    waiting, finished = CROWD, asyncio.Event()
    crowd: list[LoadSocket] = []

    def answered(client: LoadSocket) -> None:
        nonlocal echoes, waiting
        if time.perf_counter() < until:
            echoes += 1
            client.send(frame)
        else:
            waiting -= 1
            if waiting == 0:
                finished.set()

    for _ in range(CROWD):
        client = await LoadSocket.connect(url)
        client.received = partial(_first, client, answered)
        crowd.append(client)
    until = time.perf_counter() + seconds
    for client in crowd:
        client.send(frame)
    with suppress(TimeoutError):  # some lose answers: what counts is what came in time
        await asyncio.wait_for(finished.wait(), seconds + patience)
    for client in crowd:
        client.transport.abort()
    return echoes / seconds


def _first(client: LoadSocket, answered: Callable[[LoadSocket], None], _payload: bytes) -> None:
    answered(client)


async def _calm() -> None:
    """Wait until the servers have done what the last crowd left behind, its $disconnects: they are no one else's cost.

    Some take seconds for that, and the one whose turn is next would be measured beside them.
    """
    with suppress(TimeoutError):
        async with asyncio.timeout(CALM_PATIENCE):
            while await _share() > CALM_SHARE:
                pass


async def _share() -> float:
    """What all servers take of one core, measured for a moment."""
    before = {pid: cpu_seconds(pid) for pid in descendants(os.getpid())}
    await asyncio.sleep(CALM_SECONDS)
    spent = 0.0
    for pid, seconds in before.items():
        with suppress(OSError):  # it has ended
            spent += cpu_seconds(pid) - seconds
    return spent / CALM_SECONDS


async def _measure() -> dict[str, Measured]:
    async with AsyncExitStack() as stack:
        gateway = await stack.enter_async_context(served(ECHO))
        urls = {
            OURS: gateway.websocket_url,
            OFFLINE: await stack.enter_async_context(offline(PYTHON)),
            "serverless-offline, Node function": await stack.enter_async_context(offline(NODE_JS)),
            MINISTACK: await stack.enter_async_context(ministack()),
        }
        for url in urls.values():
            await rate(url, "send", WARM_SECONDS, PATIENCE)
        measured = {name: Measured() for name in urls}
        for _ in range(ROUNDS):
            for name, url in urls.items():
                for mode in MODES:
                    await _calm()
                    measured[name].latencies[mode] += await latencies(url, mode, SECONDS)
        for _ in range(ROUNDS):
            for name, url in urls.items():
                for mode in MODES:
                    await _calm()
                    measured[name].rates[mode].append(await rate(url, mode, SECONDS))
    return measured


def _rows(measured: Mapping[str, Measured]) -> list[str]:
    rows = []
    for name, each in measured.items():
        cells = []
        for mode in MODES:
            ours, theirs = (median(it.latencies[mode]) for it in (measured[OURS], each))
            cells.append(f"{theirs * 1e3:.2f} | {theirs / ours:.2f}")
        for mode in MODES:
            ours, theirs = (median(it.rates[mode]) for it in (measured[OURS], each))
            cells.append(f"{theirs:,.0f} | {theirs / ours:.3f}")
        rows.append(f"| {name} | {' | '.join(cells)} |")
    return rows


NOTE: Final = f"""\
Returned: the function returns the text, and the route response carries it. Sent: it sends the text through the
management API (`app.websocket_api.send`, which is boto3; or the AWS SDK for Node).

One client that waits for each echo, {ROUNDS} rounds of {SECONDS} s in turns, then a crowd of {CROWD} such clients; a
turn begins when all servers are idle. The same Chalice app runs in all but the Node function. All servers run all the
time; the idle ones cost little. The gateway runs at most 10 environments of a function, serverless-offline as many
processes as there are invocations, MiniStack one invocation of a function after the other. Of these only the gateway
checks signatures and runs AWS's runtime client."""


def report() -> str:
    """The section of docs/benchmarks.md."""
    install()
    measured = uvloop.run(_measure())
    return "\n".join(
        (
            "| | p50 ms, returned | ratio | sent | ratio | crowd: echoes/s, returned | ratio | sent | ratio |",
            "|---|---|---|---|---|---|---|---|---|",
            *_rows(measured),
            "",
            NOTE,
        )
    )
