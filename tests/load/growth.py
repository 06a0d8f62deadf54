"""Whether a figure grows over time: judged by its slope, so that neither noise nor one peak decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Trend:
    """A figure's course. `growth` is what the slope makes of the whole time, `allowed` what of it is no growth yet."""

    name: str
    first: float
    last: float
    growth: float
    allowed: float

    @property
    def grows(self) -> bool:
        """Whether it has grown by more than it may, both by its slope and from its first third to its last."""
        return self.growth > self.allowed and self.last - self.first > self.allowed / 2


def trend(name: str, samples: Sequence[tuple[float, float]], allowed: float) -> Trend:
    """The trend of (seconds, value) samples, at least three. The slope is Theil and Sen's: the median of all pairs'."""
    third = len(samples) // 3
    slopes = [
        (later - earlier) / (end - begin)
        for index, (begin, earlier) in enumerate(samples)
        for end, later in samples[index + 1 :]
        if end > begin
    ]
    lasted = samples[-1][0] - samples[0][0]
    first, last = (median(value for _, value in part) for part in (samples[:third], samples[-third:]))
    return Trend(name, first, last, median(slopes) * lasted, allowed)
