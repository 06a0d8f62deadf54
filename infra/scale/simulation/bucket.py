"""API Gateway's throttle."""

from collections import defaultdict
from math import inf

import simpy


class TokenBucket:
    """`rate` tokens a second are added, up to `burst`; one token admits one request.

    The algorithm AWS names for its throttle ("Throttle requests to your WebSocket APIs", API Gateway developer guide).
    """

    def __init__(self, environment: simpy.Environment, rate: float, burst: float) -> None:
        self._environment = environment
        self._rate = rate
        self._burst = burst
        self._tokens = burst
        self._filled_at = environment.now
        self.granted: defaultdict[int, float] = defaultdict(float)
        """Tokens taken, by the second in which they were."""

    def take(self, tokens: float) -> bool:
        """Take all of `tokens`, or none and say so."""
        self._fill()
        # Sums of many small fractions: a whole token may be a billionth short.
        if self._tokens + 1e-9 < tokens:
            return False
        self._spend(tokens)
        return True

    def take_up_to(self, tokens: float) -> float:
        """Take as much of `tokens` as there is; how much that was."""
        self._fill()
        taken = min(tokens, self._tokens)
        self._spend(taken)
        return taken

    def _fill(self) -> None:
        now = self._environment.now
        if now > self._filled_at:
            self._tokens = min(self._burst, self._tokens + (now - self._filled_at) * self._rate)
            self._filled_at = now

    def _spend(self, tokens: float) -> None:
        if self._burst != inf:
            self._tokens -= tokens
        self.granted[int(self._environment.now)] += tokens
