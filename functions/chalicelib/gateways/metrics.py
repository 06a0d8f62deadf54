"""Metrics: lines of JSON on standard output, from which CloudWatch makes them by itself.

The embedded metric format (docs.aws.amazon.com/AmazonCloudWatch, "Embedded metric format specification") costs no call
and no permission; elsewhere it is a line of the log like any other (`infra/metrics` reads it there). Powertools writes
it. Importing that takes about as long as handling ten messages, so it happens with the first line, at the end of an
invocation whose answers are sent: neither a cold start nor anybody who waits pays for it.

One line a message would cost more processor time than all that is measured. So what is `held` waits in the environment
until HELD_SECONDS are over, a hundred values are there, or something else is to be told. An environment that is never
used again takes the values of its last seconds with it: they are samples, and whatever an alarm counts is not held.
"""

import json
import sys
from functools import cached_property
from typing import TYPE_CHECKING, Final

from chalicelib.gateways.base import Clock
from chalicelib.metrics import Metric

if TYPE_CHECKING:
    from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import AmazonCloudWatchEMFProvider

HELD_SECONDS: Final = 10.0

MOST_VALUES: Final = 100
"""Values of a metric on a line: the format takes no more."""


class LoggedMetrics:
    """Implements gateways.base.Metrics."""

    def __init__(self, namespace: str, clock: Clock) -> None:
        self._namespace = namespace
        self._clock = clock
        self._values: dict[Metric, list[float]] = {}
        self._due = False
        self._written = clock.monotonic()

    def record(self, metric: Metric, value: float = 1) -> None:
        """Keep the value for the next line."""
        values = self._values.setdefault(metric, [])
        values.append(value)
        if not metric.held or len(values) >= MOST_VALUES:
            self._due = True

    def write(self) -> None:
        """Write what was recorded, if it is time."""
        if not self._values or not (self._due or self._clock.monotonic() - self._written >= HELD_SECONDS):
            return
        values, self._values = self._values, {}
        self._due, self._written = False, self._clock.monotonic()
        longest = max(map(len, values.values()))
        for start in range(0, longest, MOST_VALUES):
            part = {metric: them[start : start + MOST_VALUES] for metric, them in values.items()}
            # One write, so that no other line gets between.
            sys.stdout.write(self._line(part) + "\n")
        sys.stdout.flush()

    def _line(self, values: dict[Metric, list[float]]) -> str:
        # Not add_metric, which takes 15 us for each value.
        metrics = {it.name: {"Unit": it.unit.value, "Value": them} for it, them in values.items() if them}
        return json.dumps(self._emf.serialize_metric_set(metrics), separators=(",", ":"))

    @cached_property
    def _emf(self) -> "AmazonCloudWatchEMFProvider":
        from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import (  # noqa: PLC0415 - see above
            AmazonCloudWatchEMFProvider,
        )

        return AmazonCloudWatchEMFProvider(namespace=self._namespace)
