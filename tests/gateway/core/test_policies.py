"""Retries of asynchronous invocations, token buckets, and the errors Lambda answers."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.gateway.core.async_policy import AsyncPolicy, Delivered, invocation_record
from infra.gateway.core.invocation import Invocation, Outcome, Result, exited, timed_out
from infra.gateway.core.throttle import TokenBucket


@pytest.mark.parametrize(("payload", "told"), [(b'"x"', "x"), (b"", None), (b"[NaN]", "[NaN]"), (b"\xff", "\ufffd")])
def test_a_destination_is_told_whatever_a_function_returned(payload: bytes, told: object) -> None:
    result = Result(Outcome.OK, payload)
    record = invocation_record(Delivered("r", "arn", "Success", 1, {}, result), "now")
    assert record["responsePayload"] == told


def test_an_event_is_retried_after_one_minute_and_after_two() -> None:
    policy = AsyncPolicy()
    assert [policy.retry_delay(attempt, 0) for attempt in (1, 2, 3)] == [60, 120, None]


def test_a_factor_shortens_the_minutes() -> None:
    assert AsyncPolicy(factor=0.01).retry_delay(1, 0) == pytest.approx(0.6)


def test_an_event_that_would_be_too_old_is_not_retried() -> None:
    assert AsyncPolicy(maximum_age=60).retry_delay(1, 1) is None
    assert AsyncPolicy(maximum_age=60).throttle_delay(1, 59.5) is None


def test_a_throttled_event_backs_off_to_five_minutes() -> None:
    policy = AsyncPolicy()
    assert [policy.throttle_delay(count, 0) for count in (1, 2, 3, 30)] == [1, 2, 4, 300]


def test_a_bucket_gives_its_burst_and_then_its_rate() -> None:
    bucket = TokenBucket(rate=10, burst=3, now=0.0)
    assert [bucket.take(0.0) for _ in range(4)] == [True, True, True, False]
    assert not bucket.take(0.05)
    assert bucket.take(0.15)


@given(st.lists(st.floats(0, 1), max_size=200))
def test_a_bucket_never_gives_more_than_burst_and_rate_allow(pauses: list[float]) -> None:
    bucket = TokenBucket(rate=5, burst=2, now=0.0)
    now = 0.0
    given_out = 0
    for pause in pauses:
        now += pause
        given_out += bucket.take(now)
    assert given_out <= 2 + 5 * now + 1e-6


def test_the_errors_of_an_environment_name_the_request() -> None:
    invocation = Invocation("f", b"", lambda _result: None)
    message = json.loads(timed_out(invocation, 3).payload)["errorMessage"]
    assert message == f"RequestId: {invocation.id} Error: Task timed out after 3.00 seconds"
    assert "signal: segmentation fault" in json.loads(exited(invocation, -11, 0).payload)["errorMessage"]
    assert "signal: 33" in json.loads(exited(invocation, -33, 0).payload)["errorMessage"]
