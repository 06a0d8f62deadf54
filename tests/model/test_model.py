"""Whatever is done in a room, in whatever order, whatever fails meanwhile: everybody sees what the model says.

`make model` runs more of it, and something else each time.
"""

import os
from collections.abc import Iterator, Mapping

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.model.machine import machine
from tests.model.place import FakePlace, RealPlace

LONGER = int(os.environ.get("MODEL_TIMES", "0"))
"""So many times as many runs as usual, drawn anew each time; 0 is the usual ones, the same each time."""


def effort(runs: int, steps: int, *, shrink: bool) -> settings:
    """So many runs of so many steps at most; a failure is made small only where a step costs next to nothing."""
    return settings(
        max_examples=runs * max(1, LONGER),
        stateful_step_count=steps,
        deadline=None,
        derandomize=not LONGER,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, *([Phase.shrink] if shrink else [])],
    )


@pytest.fixture(params=["cassandra", "mongodb"])
def real(request: pytest.FixtureRequest, stores_environment: Mapping[str, str]) -> Iterator[RealPlace]:
    place = RealPlace(stores_environment, request.param)
    yield place
    place.close()


def test_everybody_sees_what_the_model_says_on_fakes() -> None:
    run_state_machine_as_test(machine(FakePlace), settings=effort(150, 50, shrink=True))


def test_everybody_sees_what_the_model_says_on_the_real_stores(real: RealPlace) -> None:
    run_state_machine_as_test(machine(lambda: real), settings=effort(4, 40, shrink=False))
