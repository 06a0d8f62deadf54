"""`make soak`: minutes of churn, clients that make trouble and functions that misbehave; exit 1 if anything grows.

SECONDS sets how long, 600 by default. The first quarter warms up and is not judged.
"""

import asyncio
import os
import resource
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from statistics import quantiles
from typing import IO, Final

import aiohttp
import uvloop

from tests.load.crowd import TROUBLE, Crowd
from tests.load.growth import Trend, trend
from tests.load.process import ROOT, Served, descendants, resident_bytes, served

PROJECT: Final = ROOT / "tests" / "load" / "apps" / "rough"
SECONDS: Final = float(os.environ.get("SECONDS") or 600)
CHURNING: Final = 8
SAMPLE_SECONDS: Final = 1.0
MEGABYTE: Final = 1024 * 1024
ALLOWED: Final = {"memory, MB": 6.0, "descriptors but clients'": 12.0, "asyncio tasks": 6.0, "processes": 6.0}
"""What may be there at the end that was not after the warm-up: less than one client or one environment a minute."""

DRAINED_SECONDS: Final = 60
EXPECTED: Final = (b"exit status 1", b"timed out after 3", b"RuntimeError: raise", b" | ")


def _sample(gateway: Served, state: dict[str, int]) -> dict[str, float]:
    return {
        "memory, MB": resident_bytes(gateway.pid) / MEGABYTE,
        # Clients come and go; what is left of them must not.
        "descriptors but clients'": sum(1 for _ in Path("/proc", str(gateway.pid), "fd").iterdir())
        - state["connections"],
        "asyncio tasks": state["tasks"],
        "processes": len(descendants(gateway.pid)),
    }


async def _watch(gateway: Served, until: float) -> dict[str, list[tuple[float, float]]]:
    begun = time.monotonic()
    samples: dict[str, list[tuple[float, float]]] = {name: [] for name in ALLOWED}
    while time.monotonic() < until:
        await asyncio.sleep(SAMPLE_SECONDS)
        state = await gateway.state()
        after = time.monotonic() - begun
        if after > SECONDS / 4:
            for name, value in _sample(gateway, state).items():
                samples[name].append((after, value))
    return samples


async def _drained(gateway: Served) -> dict[str, int]:
    """What is left once everybody has gone: only those who vanished have to be found out first."""
    state = await gateway.state()
    for _ in range(DRAINED_SECONDS):
        if not state["connections"]:
            break
        await asyncio.sleep(1)
        state = await gateway.state()
    return state


async def _soak(log: IO[bytes]) -> tuple[list[Trend], Crowd, dict[str, int], int]:
    async with served(PROJECT, "--brief-life", "--quiet", log=log) as gateway, aiohttp.ClientSession() as http:
        crowd, until = Crowd(gateway, http), time.monotonic() + SECONDS
        before = (await gateway.state())["tasks"]
        async with asyncio.TaskGroup() as group:
            watching = group.create_task(_watch(gateway, until))
            for _ in range(CHURNING):
                group.create_task(crowd.keep("churn", crowd.churn, until, 0.05))
            for what in TROUBLE:
                group.create_task(crowd.keep(what, partial(crowd.trouble, what), until, 1.0))
            group.create_task(crowd.keep("vanish", crowd.vanish, until, 0.3))
            group.create_task(crowd.keep("read slowly", crowd.read_slowly, until, 0.5))
            group.create_task(crowd.keep("never read", crowd.never_read, until, 0.5))
        left = await _drained(gateway)
    trends = [trend(name, samples, ALLOWED[name]) for name, samples in watching.result().items()]
    return trends, crowd, left, before


def _print(trends: list[Trend], crowd: Crowd, left: dict[str, int], before: int) -> bool:
    print(f"{'the gateway':<26}{'first':>9}{'last':>9}{'growth':>9}{'allowed':>9}")
    for each in trends:
        verdict = "  GROWS" if each.grows else ""
        print(f"{each.name:<26}{each.first:>9.1f}{each.last:>9.1f}{each.growth:>9.2f}{each.allowed:>9.1f}{verdict}")
    print(f"left when all had gone: {left['connections']} connections, {left['tasks']} tasks ({before} before)")
    print("what was done: " + ", ".join(f"{number} {name}" for name, number in crowd.did.items()))
    cuts = quantiles(crowd.echoes, n=100)
    print(f"echoes: {len(crowd.echoes)}, p50 {cuts[49] * 1e3:.1f} ms, p99 {cuts[98] * 1e3:.0f} ms")
    for failure in crowd.failures[:10]:
        print(f"FAILED: {failure}")
    stays = left["connections"] > 0 or left["tasks"] > before + ALLOWED["asyncio tasks"]
    return not (any(each.grows for each in trends) or crowd.failures or stays)


def _print_surprises(log: IO[bytes]) -> None:
    """What the gateway said of functions that were told to behave, and of itself."""
    log.seek(0)
    lines = [line.decode().rstrip() for line in log if not any(each in line for each in EXPECTED)]
    print("\n".join(["the gateway's log, without what was asked for:", *lines[-20:]]))


def main() -> int:
    """Soak and judge; the exit status."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryFile() as log:
        sound = _print(*uvloop.run(_soak(log)))
        if not sound:
            _print_surprises(log)
    print("nothing grows" if sound else "the soak failed: something grows, stays or was not served")
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
