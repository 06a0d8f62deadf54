"""Plays a scenario and says how it ended."""

import traceback
from dataclasses import dataclass
from typing import Final

from infra.client import ClientError
from tests.faults.checker import Verdict
from tests.faults.history import Outcome
from tests.faults.rows import Row
from tests.faults.stage import Arena, open_stage

COLUMNS: Final = ("fault", "operations", "faults injected", "lost", "duplicated", "disordered", "diverged")


@dataclass(frozen=True, slots=True)
class Result:
    """How one scenario ended; `broken` is the promise of the scenario's own that was not kept."""

    fault: str
    operations: int
    unknown: int
    injected: int
    verdict: Verdict
    broken: str = ""

    @property
    def good(self) -> bool:
        """Whether everything held, and there was something to hold."""
        return self.verdict.good and not self.broken and self.injected > 0

    @property
    def cells(self) -> tuple[str, ...]:
        """The result under COLUMNS."""
        verdict = self.verdict
        counts = [verdict.lost, verdict.duplicated, verdict.disordered, verdict.diverged]
        return (self.fault, str(self.operations), str(self.injected), *(str(len(it)) for it in counts))


async def play(row: Row, arena: Arena, seed: int, seconds: float) -> Result:
    """Play it for about so many seconds (one round at least), let everything settle, and judge."""
    async with open_stage(arena, seed, seconds) as stage:
        broken = ""
        try:
            await row.play(stage)
        except (AssertionError, TimeoutError, ClientError, ExceptionGroup):
            # The readings are judged all the same: they may say what went wrong.
            broken = traceback.format_exc()
        verdict = await stage.verdict()
        history = stage.history
        return Result(row.name, len(history.operations), history.done(Outcome.UNKNOWN), stage.injected, verdict, broken)
