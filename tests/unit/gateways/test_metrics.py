"""Metrics in CloudWatch's embedded format."""

import json

import pytest

from chalicelib.gateways.base import Metric
from chalicelib.gateways.metrics import LoggedMetrics
from tests.fakes.gateways import START_US, FakeClock


def test_metrics_are_one_line_that_cloudwatch_reads(capsys: pytest.CaptureFixture[str]) -> None:
    LoggedMetrics(FakeClock()).record(Metric("RoomsBehind", 3, "Count"), Metric("OldestPendingSeconds", 61, "Seconds"))
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line) == {
        "_aws": {
            "Timestamp": START_US // 1_000,
            "CloudWatchMetrics": [
                {
                    "Namespace": "Parley",
                    "Dimensions": [[]],
                    "Metrics": [
                        {"Name": "RoomsBehind", "Unit": "Count"},
                        {"Name": "OldestPendingSeconds", "Unit": "Seconds"},
                    ],
                }
            ],
        },
        "RoomsBehind": 3,
        "OldestPendingSeconds": 61,
    }
