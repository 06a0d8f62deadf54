"""How long to try, and how."""

import os
from typing import Final

from hypothesis import HealthCheck, settings

SHORT: Final = 6
EXAMPLES: Final = int(os.environ.get("FUZZ_EXAMPLES", str(SHORT)))


def effort(examples: int) -> settings:
    """Settings for so many examples: the same ones each time, unless FUZZ_EXAMPLES is set."""
    return settings(
        max_examples=examples,
        derandomize="FUZZ_EXAMPLES" not in os.environ,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
