"""How long to try, and how."""

import os
from collections.abc import Callable
from typing import Any, Final, TypeVar

from hypothesis import HealthCheck, seed, settings

Test = TypeVar("Test", bound=Callable[..., Any])

SHORT: Final = 6
EXAMPLES: Final = int(os.environ.get("FUZZ_EXAMPLES", str(SHORT)))


def effort(examples: int, part: int = 0) -> Callable[[Test], Test]:
    """So many examples: the same ones each time, unless FUZZ_EXAMPLES is set; other ones for each part of a whole."""
    limits = settings(max_examples=examples, database=None, deadline=None, suppress_health_check=list(HealthCheck))

    def limited(test: Test) -> Test:
        return limits(test if "FUZZ_EXAMPLES" in os.environ else seed(part)(test))

    return limited
