"""How long to wait before trying again."""

from random import Random
from typing import Final

_BASE_SECONDS: Final = 0.5
_CAP_SECONDS: Final = 30.0
_DOUBLINGS: Final = 16


def backoff(failures: int, random: Random) -> float:
    """Seconds to wait after `failures` failures (0 is the first).

    Exponential with full jitter, so that clients cut off together do not come back together.
    """
    return random.uniform(0.0, min(_CAP_SECONDS, _BASE_SECONDS * 2 ** min(failures, _DOUBLINGS)))  # nosec B311 # jitter, no secret
