"""Failpoints: kill a function at a named step of its stores or callbacks, once, when a test says so.

The folder is put on the functions' PYTHONPATH by tests only; Python then imports its sitecustomize at start. What
ships knows nothing of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Failpoint:
    """Arms and disarms one failpoint for all execution environments of a system."""

    trigger: Path

    def environment(self, functions: Path) -> Mapping[str, str]:
        """What the functions must be started with."""
        return {"PYTHONPATH": f"{functions}:{Path(__file__).parent}", "FAILPOINT_TRIGGER": str(self.trigger)}

    def arm(self, step: str) -> None:
        """Kill the next function that comes to `step`: "before events.insert", "after callbacks.post", ..."""
        self.trigger.write_text(step)

    @property
    def fired(self) -> bool:
        """Whether a function was killed since it was armed."""
        return not self.trigger.exists()
