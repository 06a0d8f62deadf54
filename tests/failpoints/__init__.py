"""Failpoints: kill or stop a function at a named step of its stores or callbacks, when a test says so.

A step is `before noun.method` or `after noun.method` of any repository, of the callbacks, the invoker, or the session
with Cassandra ("before events.insert", "after callbacks.post", "after cassandra.write"). The folder of this package is
put on the functions' PYTHONPATH by tests only; Python then imports its sitecustomize at start. What ships knows nothing
of it.
"""

import os
import signal
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.waiting import process_state, until

KILL: Final = "kill"
STOP: Final = "stop"
_PATIENCE_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Stopped:
    """A function's process that has stopped itself at a step (SIGSTOP), until it is told to go on."""

    pid: int

    def go_on(self) -> None:
        """SIGCONT. Nothing happens if the gateway has killed it meanwhile."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGCONT)


@dataclass(frozen=True, slots=True)
class Failpoints:
    """Arms and disarms failpoints for all execution environments of a system; `folder` is where they are written."""

    folder: Path

    def environment(self, functions: Path) -> Mapping[str, str]:
        """What the functions must be started with."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return {"PYTHONPATH": f"{functions}:{Path(__file__).parent}", "FAILPOINTS": str(self.folder)}

    def arm(self, step: str, action: str = KILL, *, function: str = "") -> None:
        """Kill (or stop) the next process that comes to the step, one of the function's if it is named."""
        draft = self.folder / "draft"
        draft.write_text(action)
        draft.rename(self.folder / f"{function} {step}".strip())

    def armed(self, step: str, *, function: str = "") -> bool:
        """Whether no process has come to the step yet."""
        return (self.folder / f"{function} {step}".strip()).exists()

    async def fired(self, step: str, *, function: str = "") -> None:
        """Wait until a process was killed or stopped at the step."""

        async def gone() -> bool:
            return not self.armed(step, function=function)

        await until(gone, within=_PATIENCE_SECONDS)

    def disarm(self) -> int:
        """Take back what nobody came to; how many that were."""
        left = [it for it in self.folder.iterdir() if it.suffix != ".pid"]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    async def stopped(self, step: str) -> Stopped:
        """Wait until a process stands still at the step; it is in nobody's way when this returns."""
        mark = self.folder / f"{step}.pid"

        async def still() -> bool:
            return mark.exists() and process_state(int(mark.read_text())) == "T"

        await until(still, within=_PATIENCE_SECONDS)
        pid = int(mark.read_text())
        mark.unlink()
        return Stopped(pid)


async def stop(pids: Iterable[int]) -> list[Stopped]:
    """Stop the processes from outside, wherever they are; they stand still when this returns."""
    stopped = [Stopped(pid) for pid in pids]
    for it in stopped:
        os.kill(it.pid, signal.SIGSTOP)

    async def still() -> bool:
        return all(process_state(it.pid) in {"T", ""} for it in stopped)

    await until(still, within=_PATIENCE_SECONDS)
    return stopped
