"""What Lambda does with asynchronous invocations: queue, retries, maximum age, destinations."""

from dataclasses import dataclass

import orjson

from infra.gateway.core.events import Event
from infra.gateway.core.invocation import Result

DEFAULT_MAXIMUM_AGE = 6 * 3600.0
#: Seconds before the first and the second retry.
RETRY_DELAYS = (60.0, 120.0)
THROTTLE_DELAY = 1.0
THROTTLE_DELAY_LIMIT = 300.0


@dataclass(frozen=True, slots=True)
class AsyncPolicy:
    """A function's event invoke configuration. Seconds; `on_success` and `on_failure` name functions.

    `factor` multiplies every delay: it shortens the minutes between retries in tests.
    """

    retries: int = 2
    maximum_age: float = DEFAULT_MAXIMUM_AGE
    on_failure: str | None = None
    on_success: str | None = None
    factor: float = 1.0

    def retry_delay(self, attempt: int, age: float) -> float | None:
        """Seconds until the next attempt after `attempt` (from 1) failed, None when it was the last one.

        `age` is the seconds since the event was accepted: an event that would be too old is not tried again.
        """
        if attempt > self.retries:
            return None
        delay = RETRY_DELAYS[min(attempt, len(RETRY_DELAYS)) - 1] * self.factor
        return None if age + delay > self.maximum_age else delay

    def throttle_delay(self, throttled: int, age: float) -> float | None:
        """Seconds until a throttled attempt is repeated (1 s, doubling, at most 5 min); None when too old.

        Throttling does not count as an attempt.
        """
        delay = min(THROTTLE_DELAY * float(2 ** min(throttled - 1, 20)), THROTTLE_DELAY_LIMIT) * self.factor
        return None if age + delay > self.maximum_age else delay


@dataclass(frozen=True, slots=True)
class Delivered:
    """An asynchronous event that has run or was given up. `result` is that of its last attempt, None without one."""

    request_id: str
    arn: str
    condition: str
    attempts: int
    event: object
    result: Result | None


def invocation_record(delivered: Delivered, timestamp: str) -> Event:
    """What a destination is sent; see "Capturing records of Lambda asynchronous invocations", developer guide."""
    record: Event = {
        "version": "1.0",
        "timestamp": timestamp,
        "requestContext": {
            "requestId": delivered.request_id,
            "functionArn": f"{delivered.arn}:$LATEST",
            "condition": delivered.condition,
            "approximateInvokeCount": delivered.attempts,
        },
        "requestPayload": delivered.event,
    }
    result = delivered.result
    if result is not None:
        context: Event = {"statusCode": 200, "executedVersion": "$LATEST"}
        if not result.ok:
            context["functionError"] = "Unhandled"
        record["responseContext"] = context
        record["responsePayload"] = _json(result.payload)
    return record


def _json(payload: bytes) -> object:
    """A result as JSON. A function may return what is none, NaN or bytes: that is told as text."""
    if not payload:
        return None
    try:
        return orjson.loads(payload)
    except orjson.JSONDecodeError:
        return payload.decode("utf-8", "replace")
