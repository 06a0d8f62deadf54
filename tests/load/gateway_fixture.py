"""How long a test waits for the `gateway` fixture, and for its first answer."""

import asyncio
import time
from statistics import median
from typing import Final

from infra.gateway.testing import local_gateway
from tests.load.process import ECHO

ROUNDS: Final = 10
GOAL_MS: Final = 1_000


async def _once() -> tuple[float, float, float]:
    """Seconds until it is ready, until the first message is echoed, and of a second one."""
    begun = time.perf_counter()
    async with local_gateway(ECHO, route_responses=frozenset({"$default"})) as gateway:
        ready = time.perf_counter()
        async with gateway.connect() as client:
            await client.send("answer hello")
            await client.recv()
            first = time.perf_counter()
            await client.send("answer hello")
            await client.recv()
            return ready - begun, first - ready, time.perf_counter() - first


async def _measure() -> list[tuple[float, float, float]]:
    return [await _once() for _ in range(ROUNDS)]


def report() -> str:
    """The section of docs/benchmarks.md."""
    rounds = asyncio.run(_measure())
    ready, first, second = (median(each) for each in zip(*rounds, strict=True))
    return "\n".join(
        (
            "| `await gateway(project)` | ms |",
            "|---|---|",
            f"| until it is ready, the app loaded once for its routes | {ready * 1e3:.0f} (goal: under {GOAL_MS:,}) |",
            f"| until the first echo: `$connect` and the message each start an environment | {first * 1e3:.0f} |",
            f"| the second echo | {second * 1e3:.1f} |",
            "",
            f"Medians of {ROUNDS} starts; the app imports Chalice and boto3.",
        )
    )
