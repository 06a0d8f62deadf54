"""Waiting for a condition, not for time."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

PATIENCE_SECONDS: Final = 20.0
_BETWEEN_SECONDS: Final = 0.02


async def until(holds: Callable[[], Awaitable[bool]], within: float = PATIENCE_SECONDS) -> None:
    """Return once the condition holds. Raises TimeoutError when it does not come to in so many seconds."""
    async with asyncio.timeout(within):
        while True:
            if await holds():
                return
            await asyncio.sleep(_BETWEEN_SECONDS)


def process_state(pid: int) -> str:
    """A process's state as proc(5) has it: T is stopped by a signal, Z ended and not collected; "" when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""
