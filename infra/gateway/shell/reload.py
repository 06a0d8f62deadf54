"""Notices changes of a project's code."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

INTERVAL = 0.5
_SUFFIXES = {".py", ".json"}
_SKIPPED = {"__pycache__", ".git", ".venv", "node_modules", "deployments", "deployed"}


#: Every source file with its modification time (ns) and size.
Fingerprint = dict[Path, tuple[int, int]]


def fingerprint(project: Path) -> Fingerprint:
    """What a project's code is now."""
    found = {}
    for folder, folders, files in os.walk(project):
        folders[:] = [name for name in folders if name not in _SKIPPED]
        for name in files:
            path = Path(folder, name)
            if path.suffix in _SUFFIXES:
                try:
                    status = path.stat()
                except OSError:  # removed meanwhile
                    continue
                found[path] = (status.st_mtime_ns, status.st_size)
    return found


async def changed_since(project: Path, known: Fingerprint, interval: float = INTERVAL) -> None:
    """Wait until the files are others than those of an earlier `fingerprint`, and still for an interval."""
    before, now = known, known
    while now == known or now != before:
        await asyncio.sleep(interval)
        before, now = now, await asyncio.to_thread(fingerprint, project)


async def watch(
    project: Path, known: Fingerprint, changed: Callable[[], Awaitable[None]], interval: float = INTERVAL
) -> None:
    """Call `changed` after every change since `known`, once files have been still for an interval.

    Runs until cancelled. A change while `changed` runs is one more.
    """
    pending = False
    while True:
        await asyncio.sleep(interval)
        seen = await asyncio.to_thread(fingerprint, project)
        if seen != known:
            known, pending = seen, True
        elif pending:
            pending = False
            await changed()
