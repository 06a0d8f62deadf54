"""What a scenario is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.faults.stage import Stage

Scenario = Callable[[Stage], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Row:
    """A fault by its name, and how it is provoked. The scenario raises AssertionError where its own promise fails."""

    name: str
    play: Scenario


ROWS: list[Row] = []


def row(name: str) -> Callable[[Scenario], Scenario]:
    """Register the scenario under the fault's name."""

    def register(play: Scenario) -> Scenario:
        ROWS.append(Row(name, play))
        return play

    return register
