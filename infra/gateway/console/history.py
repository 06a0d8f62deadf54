"""What the console remembers of invocations: the last few hundred, and the last errors with their tracebacks."""

import time
from collections import deque
from dataclasses import dataclass
from itertools import count

from infra.gateway.core.failure import Failure, read_failure
from infra.gateway.core.finished import Finished, finished
from infra.gateway.core.invocation import Invocation, Result

INVOCATIONS_KEPT = 500
ERRORS_KEPT = 50
#: Of a traceback its end is kept: the innermost calls are there.
TRACE_LINES_KEPT = 60
TEXT_KEPT = 2000


@dataclass(frozen=True, slots=True)
class Past:
    """An invocation that is over. Times are seconds since the epoch; it waited until `ended` less its duration."""

    sequence: int
    submitted: float
    ended: float
    end: Finished


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something that went wrong: an invocation, or (`end` is None) a change of the project that does not load."""

    sequence: int
    at: float
    end: Finished | None
    failure: Failure


class InvocationHistory:
    """Observes invocations; its memory is bounded. `latest` is the sequence number of what happened last."""

    def __init__(self) -> None:
        self.running: dict[Invocation, float] = {}
        self.past: deque[Past] = deque(maxlen=INVOCATIONS_KEPT)
        self.mistakes: deque[Mistake] = deque(maxlen=ERRORS_KEPT)
        self.invocations = 0
        self.failures = 0
        self.latest = 0
        self._sequence = count(1)

    def invocation_started(self, invocation: Invocation) -> None:
        """It runs from now on."""
        self.running[invocation] = time.time()

    def invocation_ended(self, invocation: Invocation, result: Result) -> None:
        """Remember how it ended."""
        now = time.time()
        self.invocations += 1
        self.latest = next(self._sequence)
        end = finished(invocation, result)
        self.past.append(Past(self.latest, self.running.pop(invocation, now), now, end))
        if not result.ok:
            self.failures += 1
            self.mistakes.append(Mistake(self.latest, now, end, _shortened(read_failure(result.payload))))

    def project_broken(self, sentence: str, details: str) -> None:
        """A change of the code could not be loaded; `details` is what Python printed."""
        self.latest = next(self._sequence)
        failure = Failure("", sentence, tuple(details.rstrip().split("\n")))
        self.mistakes.append(Mistake(self.latest, time.time(), None, _shortened(failure)))


def _shortened(failure: Failure) -> Failure:
    trace = tuple(line[:TEXT_KEPT] for line in failure.trace[-TRACE_LINES_KEPT:])
    return Failure(failure.type[:TEXT_KEPT], failure.message[:TEXT_KEPT], trace)
