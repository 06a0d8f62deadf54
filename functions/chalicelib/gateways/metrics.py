"""Metrics: a line of JSON on standard output, from which CloudWatch makes them by itself.

The embedded metric format (docs.aws.amazon.com/AmazonCloudWatch, "Embedded metric format specification") costs no call
and no permission; elsewhere it is a line of the log like any other.
"""

import json
import sys
from typing import Final

from chalicelib.gateways.base import Clock, Metric

NAMESPACE: Final = "Parley"


class LoggedMetrics:
    """Implements gateways.base.Metrics."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def record(self, *metrics: Metric) -> None:
        """Write one line with all of them."""
        definition = {
            "Namespace": NAMESPACE,
            "Dimensions": [[]],
            "Metrics": [{"Name": it.name, "Unit": it.unit} for it in metrics],
        }
        line = {
            "_aws": {"Timestamp": self._clock.now() // 1_000, "CloudWatchMetrics": [definition]},
            **{it.name: it.value for it in metrics},
        }
        # One write, so that no other line gets between.
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
