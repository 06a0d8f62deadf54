"""Samples: what flushes did and found, minute by minute, from which the last days are drawn."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MINUTE_US: Final = 60 * 1_000_000
HOUR_US: Final = 60 * MINUTE_US
KEPT_US: Final = 7 * 24 * HOUR_US


class Period(StrEnum):
    """How far back somebody looks, and how closely: at 60 to 168 spans."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"

    @property
    def length(self) -> int:
        """In microseconds."""
        return {Period.HOUR: HOUR_US, Period.DAY: 24 * HOUR_US, Period.WEEK: KEPT_US}[self]

    @property
    def step(self) -> int:
        """What is shown as one, in microseconds."""
        return {Period.HOUR: MINUTE_US, Period.DAY: 10 * MINUTE_US, Period.WEEK: HOUR_US}[self]


@dataclass(frozen=True, slots=True)
class Sample:
    """What is known of a minute, or of several. Approximate: a flush that dies may count twice, or not at all."""

    messages: int = 0
    """Said in that time; counted once they are in history."""
    events: int = 0
    """Moved into history in that time."""
    failures: int = 0
    """Times that a room could not be flushed."""
    behind: int | None = None
    """Rooms left behind by a scheduled flush, at most; None where none has ended."""
    buffer_age: int | None = None
    """Seconds that an event had waited for its flush, at most; None where no flush looked."""

    def __add__(self, other: "Sample") -> "Sample":
        return Sample(
            self.messages + other.messages,
            self.events + other.events,
            self.failures + other.failures,
            _most(self.behind, other.behind),
            _most(self.buffer_age, other.buffer_age),
        )


def added(samples: Iterable[tuple[int, Sample]], step: int) -> dict[int, Sample]:
    """Samples, each with a time in it, added up by when their spans of `step` microseconds began."""
    sums: dict[int, Sample] = {}
    for at, sample in samples:
        begun = start_of(at, step)
        sums[begun] = sums.get(begun, Sample()) + sample
    return sums


def start_of(at: int, step: int) -> int:
    """When the span of `step` microseconds began in which `at` is; all count from 1970."""
    return at - at % step


def _most(one: int | None, other: int | None) -> int | None:
    return max((it for it in (one, other) if it is not None), default=None)
