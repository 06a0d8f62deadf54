"""What has been measured so far: for Prometheus as its own types, for people as figures of the latest values."""

import re
import runpy
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from infra.metrics.lines import Values

_LIST: Final = Path(__file__).parents[2] / "functions" / "chalicelib" / "metrics.py"

LATEST: Final = 1_000
"""Values of each metric that figures are made of."""

_BUCKETS: Final = {
    "Milliseconds": (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    "Seconds": (1, 5, 15, 60, 120, 300, 900, 3_600, 14_400, 86_400, 604_800),
    "Count": (1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 100_000),
}


class Metric(Protocol):
    """A metric as functions/chalicelib/metrics.py lists it; `kind` and `unit` are texts."""

    name: str
    kind: str
    unit: str
    meaning: str


def listed() -> tuple[Metric, ...]:
    """All of Parley's metrics."""
    # By its path: functions are not importable here, and nothing else of them is wanted.
    found: tuple[Metric, ...] = runpy.run_path(str(_LIST))["ALL"]
    return found


@dataclass(frozen=True, slots=True)
class Figures:
    """The latest values of a metric, in its own unit; None where there are none."""

    count: int
    """Of all values so far."""
    total: float
    last: float | None
    median: float | None
    p99: float | None
    greatest: float | None


class Collection:
    """Takes values in; gives them out as a registry of Prometheus and as figures."""

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self.registry = CollectorRegistry()
        self._series = {it.name: _Series(it, self.registry) for it in metrics}

    def add(self, found: Values) -> None:
        """Take the values of one metric; one that is not listed is left out."""
        if (series := self._series.get(found.name)) is not None:
            series.add(found.values)

    def figures(self) -> Mapping[Metric, Figures]:
        """How it is now, in the order of the list."""
        return {series.metric: series.figures() for series in self._series.values()}


class _Series:
    def __init__(self, metric: Metric, registry: CollectorRegistry) -> None:
        self.metric = metric
        self._latest: deque[float] = deque(maxlen=LATEST)
        self._count = 0
        self._total = 0.0
        self._scale = 0.001 if metric.unit == "Milliseconds" else 1.0
        self._exposed = _exposed(metric, registry)

    def add(self, values: Iterable[float]) -> None:
        for value in values:
            self._latest.append(value)
            self._count += 1
            self._total += value
            self._expose(value * self._scale)

    def _expose(self, value: float) -> None:
        match self._exposed:
            case Counter():
                # A counter of Prometheus takes nothing else, and what counts here never goes down.
                self._exposed.inc(max(value, 0))
            case Gauge():
                self._exposed.set(value)
            case Histogram():
                self._exposed.observe(value)

    def figures(self) -> Figures:
        ordered = sorted(self._latest)
        if not ordered:
            return Figures(0, 0.0, None, None, None, None)
        median, p99 = (ordered[min(int(len(ordered) * part), len(ordered) - 1)] for part in (0.5, 0.99))
        return Figures(self._count, self._total, self._latest[-1], median, p99, ordered[-1])


def _exposed(metric: Metric, registry: CollectorRegistry) -> Counter | Gauge | Histogram:
    name, text = prometheus_name(metric), f"{metric.name}: {metric.meaning}"
    if metric.kind == "total":
        return Counter(name, text, registry=registry)
    if metric.kind == "level":
        return Gauge(name, text, registry=registry)
    return Histogram(name, text, registry=registry, buckets=_BUCKETS[metric.unit])


def prometheus_name(metric: Metric) -> str:
    """`parley_send_to_ack_seconds`: in base units (prometheus.io, "Metric and label naming").

    Counters get their `_total` from the library.
    """
    words = re.sub(r"(?<!^)(?=[A-Z])", "_", metric.name).lower()
    timed = metric.unit in {"Milliseconds", "Seconds"}
    return f"parley_{words.removesuffix('_seconds')}{'_seconds' if timed else ''}"


def figure(value: float | None) -> str:
    """A number for people."""
    if value is None:
        return ""
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 100 else f"{value:.1f}"


def unit(metric: Metric) -> str:
    """Its unit for people."""
    names: dict[str, Any] = {"Milliseconds": "ms", "Seconds": "s"}
    return str(names.get(metric.unit, ""))
