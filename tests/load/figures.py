"""Figures of many measurements."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from statistics import median, quantiles


def p95(times: Sequence[float]) -> float:
    """What 95 of 100 are below."""
    return quantiles(times, n=20, method="inclusive")[18]


def p99(times: Sequence[float]) -> float:
    """What 99 of 100 are below."""
    return quantiles(times, n=100, method="inclusive")[98]


async def in_turns(
    operations: Mapping[str, Callable[[], Awaitable[object]]], times: int, warm: int = 10
) -> dict[str, list[float]]:
    """Seconds that each operation took, all of them in turns, so that a noisy moment hits all alike."""
    found: dict[str, list[float]] = {name: [] for name in operations}
    for number in range(warm + times):
        for name, operation in operations.items():
            begun = time.perf_counter()
            await operation()
            if number >= warm:
                found[name].append(time.perf_counter() - begun)
        await asyncio.sleep(0)
    return found


def ms(seconds: float) -> str:
    """Milliseconds with one digit."""
    return f"{seconds * 1e3:.1f}"


__all__ = ["in_turns", "median", "ms", "p95", "p99"]
