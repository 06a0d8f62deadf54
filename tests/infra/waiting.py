"""Waiting for what other processes do."""

import time
from collections.abc import Callable
from pathlib import Path

from infra.processes import is_alive

_POLL_SECONDS = 0.02


def wait_until(condition: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Whether the condition became true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True


def is_running(pid: int) -> bool:
    """Whether the process is there; one that only waits to be collected by its parent is not."""
    return is_alive(str(pid))


def descendants(pid: int) -> list[int]:
    """The process ids of all children, their children and so on."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(path.parent.name))
    found = list(children.get(pid, []))
    for child in found:
        found.extend(children.get(child, []))
    return found


def command_of(pid: int) -> str:
    """The command line, empty when the process is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""
