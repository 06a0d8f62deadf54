"""Ten thousand connections that only wait: what they cost the gateway, and what happens when all leave at once."""

import asyncio
import resource
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import uvloop

from tests.load.process import ROOT, cpu_seconds, resident_bytes, served
from tests.load.web_socket import LoadSocket

PROJECT: Final = ROOT / "tests" / "load" / "apps" / "crowd"
CONNECTIONS: Final = 10_000
AT_ONCE: Final = 100
"""Handshakes under way: each runs `$connect` in one of ten environments."""

IDLE_SECONDS: Final = 10.0
GOAL_KB: Final = 10
PATIENCE: Final = 120.0


@dataclass(frozen=True, slots=True)
class Crowd:
    """Seconds and bytes; `left` are the `$disconnect` events that arrived."""

    connecting: float
    connecting_cpu: float
    bytes_each: float
    idle_cpu_share: float
    leaving: float
    left: int


async def _connect_all(url: str) -> list[LoadSocket]:
    slots = asyncio.Semaphore(AT_ONCE)

    async def one() -> LoadSocket:
        async with slots:
            return await LoadSocket.connect(url)

    return await asyncio.gather(*(one() for _ in range(CONNECTIONS)))


class Departed:
    """The file in which the function notes who has left."""

    def __init__(self, folder: str) -> None:
        self.path = Path(folder, "left")
        self.path.touch()

    def number(self) -> int:
        """How many `$disconnect` events have arrived."""
        return self.path.read_bytes().count(b"\n")

    def names(self) -> set[str]:
        """The connections that left."""
        return set(self.path.read_text().splitlines())

    async def wait(self, number: int) -> None:
        """Until so many have left; raises TimeoutError."""
        until = time.perf_counter() + PATIENCE
        while self.number() < number:
            if time.perf_counter() > until:
                message = f"{self.number()} of {number} have left in {PATIENCE} s"
                raise TimeoutError(message)
            await asyncio.sleep(0.05)


async def _measure() -> Crowd:
    with tempfile.TemporaryDirectory() as folder:
        departed = Departed(folder)
        async with served(PROJECT, f"--env=LEFT={departed.path}") as gateway:
            first = await LoadSocket.connect(gateway.websocket_url)
            first.transport.abort()
            await departed.wait(1)
            memory, cpu, begun = resident_bytes(gateway.pid), cpu_seconds(gateway.pid), time.perf_counter()
            crowd = await _connect_all(gateway.websocket_url)
            connecting, connecting_cpu = time.perf_counter() - begun, cpu_seconds(gateway.pid) - cpu
            bytes_each = (resident_bytes(gateway.pid) - memory) / CONNECTIONS
            cpu = cpu_seconds(gateway.pid)
            await asyncio.sleep(IDLE_SECONDS)
            idle = (cpu_seconds(gateway.pid) - cpu) / IDLE_SECONDS
            begun = time.perf_counter()
            for client in crowd:
                client.transport.abort()
            await departed.wait(CONNECTIONS + 1)
            leaving = time.perf_counter() - begun
        return Crowd(connecting, connecting_cpu, bytes_each, idle, leaving, len(departed.names()) - 1)


def report() -> str:
    """The section of docs/benchmarks.md."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    crowd = uvloop.run(_measure())
    return "\n".join(
        (
            f"| {CONNECTIONS:,} idle connections | |",
            "|---|---|",
            f"| to accept them, `$connect` in a Python function each | {crowd.connecting:.1f} s |",
            f"| the gateway's CPU for that | {crowd.connecting_cpu:.1f} s |",
            f"| memory of the gateway for each | {crowd.bytes_each / 1024:.1f} KB (goal: under {GOAL_KB}) |",
            f"| CPU of the gateway while they are idle | {crowd.idle_cpu_share:.2%} of a core |",
            f"| all vanish at once: until the last `$disconnect` has run | {crowd.leaving:.1f} s |",
            f"| `$disconnect` events that arrived | {crowd.left:,} |",
            "",
            f"The clients are one process, allowed {soft:,} open files, raised to {hard:,}, as the gateway does.",
        )
    )
