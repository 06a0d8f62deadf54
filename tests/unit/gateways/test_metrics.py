"""Metrics in CloudWatch's embedded format."""

import json
import time
from typing import Any

import pytest

from chalicelib.gateways.metrics import HELD_SECONDS, MOST_VALUES, LoggedMetrics
from chalicelib.metrics import ALL, FLUSH_BATCH, OLDEST_PENDING, ROOMS_BEHIND, SEND_TO_ACK, THROTTLED_POSTS
from tests.fakes.gateways import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def metrics(clock: FakeClock) -> LoggedMetrics:
    return LoggedMetrics("Parley", clock)


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """What was written since the last call."""
    return [json.loads(it) for it in capsys.readouterr().out.splitlines()]


def test_metrics_are_one_line_that_cloudwatch_reads(metrics: LoggedMetrics, capsys: pytest.CaptureFixture[str]) -> None:
    metrics.record(ROOMS_BEHIND, 3)
    metrics.record(OLDEST_PENDING, 61)
    metrics.record(OLDEST_PENDING, 62.5)
    before = time.time_ns() // 1_000_000
    metrics.write()
    (line,) = lines(capsys)
    assert before <= line["_aws"].pop("Timestamp") <= time.time_ns() // 1_000_000
    assert line == {
        "_aws": {
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
        "RoomsBehind": [3],
        "OldestPendingSeconds": [61, 62.5],
    }
    metrics.write()
    assert lines(capsys) == []


def test_what_is_held_waits_and_then_shares_a_line(
    metrics: LoggedMetrics, clock: FakeClock, capsys: pytest.CaptureFixture[str]
) -> None:
    metrics.record(SEND_TO_ACK, 5)
    metrics.write()
    clock.advance(HELD_SECONDS - 1)
    metrics.record(SEND_TO_ACK, 6)
    metrics.write()
    assert lines(capsys) == []
    clock.advance(1)
    metrics.write()
    (line,) = lines(capsys)
    assert line["SendToAck"] == [5, 6]


def test_what_is_held_goes_out_with_what_is_not(metrics: LoggedMetrics, capsys: pytest.CaptureFixture[str]) -> None:
    metrics.record(SEND_TO_ACK, 5)
    metrics.record(THROTTLED_POSTS)
    metrics.write()
    (line,) = lines(capsys)
    assert (line["SendToAck"], line["ThrottledPosts"]) == ([5], [1])


def test_as_many_values_as_a_line_takes_do_not_wait(metrics: LoggedMetrics, capsys: pytest.CaptureFixture[str]) -> None:
    for value in range(MOST_VALUES):
        metrics.record(SEND_TO_ACK, value)
    metrics.write()
    (line,) = lines(capsys)
    assert line["SendToAck"] == list(range(MOST_VALUES))


def test_more_values_than_a_line_takes_go_on_several(
    metrics: LoggedMetrics, capsys: pytest.CaptureFixture[str]
) -> None:
    metrics.record(ROOMS_BEHIND, 1)
    for value in range(2 * MOST_VALUES + 1):
        metrics.record(FLUSH_BATCH, value)
    metrics.write()
    found = lines(capsys)
    assert [len(it["FlushBatch"]) for it in found] == [MOST_VALUES, MOST_VALUES, 1]
    assert [value for it in found for value in it["FlushBatch"]] == list(range(2 * MOST_VALUES + 1))
    assert [it.get("RoomsBehind") for it in found] == [[1], None, None]


def test_no_two_metrics_share_a_name() -> None:
    assert len({it.name for it in ALL}) == len(ALL)
