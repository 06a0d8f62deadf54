"""What an AWS account may do in one region before anybody has asked for more. Looked up 2026-11-24."""

from dataclasses import dataclass, replace
from typing import Final, Self


@dataclass(frozen=True, slots=True)
class Quotas:
    """The defaults are AWS's own, in its older regions.

    Sources: API Gateway developer guide, "Amazon API Gateway quotas" and "Quotas for configuring and running a
    WebSocket API"; Lambda developer guide, "Understanding Lambda function scaling".
    """

    connections_per_second: float = 500
    """New WebSocket connections, over all WebSocket APIs of the account."""

    requests_per_second: float = 10_000
    """Over all REST, HTTP and WebSocket APIs of the account and POSTs to @connections, together."""

    burst: float = 5_000
    """Requests at once, beyond the rate."""

    concurrency: int = 1_000
    """Invocations running at once, over all functions."""

    def times(self, factor: float) -> Self:
        """Quotas raised to a multiple: by asking, or by as many accounts or regions."""
        return replace(
            self,
            connections_per_second=self.connections_per_second * factor,
            requests_per_second=self.requests_per_second * factor,
            burst=self.burst * factor,
            concurrency=round(self.concurrency * factor),
        )


DEFAULT: Final = Quotas()
MESSAGE_BYTES: Final = 128 * 1024
"""The largest message; a larger one closes the connection. Cannot be raised."""

INTEGRATION_SECONDS: Final = 29
"""The longest that a function may take to answer. Cannot be raised for WebSocket APIs."""

CONNECTION_HOURS: Final = 2
"""How long a connection may last. Cannot be raised."""
