"""What Lambda does with asynchronous invocations: queue, retries, maximum age, failure destination."""

from dataclasses import dataclass

from infra.gateway.core.events import Event
from infra.gateway.core.invocation import Invocation

DEFAULT_MAXIMUM_AGE = 6 * 3600.0
#: Seconds before the first and the second retry.
RETRY_DELAYS = (60.0, 120.0)
THROTTLE_DELAY = 1.0
THROTTLE_DELAY_LIMIT = 300.0


@dataclass(frozen=True, slots=True)
class AsyncPolicy:
    """A function's event invoke configuration. Seconds; `on_failure` names a function.

    `factor` multiplies every delay: it shortens the minutes between retries in tests.
    """

    retries: int = 2
    maximum_age: float = DEFAULT_MAXIMUM_AGE
    on_failure: str | None = None
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


def failure_record(
    invocation: Invocation, event: object, response: object, condition: str, attempts: int, timestamp: str
) -> Event:
    """The record Lambda sends to an on-failure destination."""
    return {
        "version": "1.0",
        "timestamp": timestamp,
        "requestContext": {
            "requestId": invocation.id,
            "functionArn": f"{invocation.function}:$LATEST",
            "condition": condition,
            "approximateInvokeCount": attempts,
        },
        "requestPayload": event,
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "responsePayload": response,
    }
