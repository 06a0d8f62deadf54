"""An invocation that is over, as the log, the console and a test's log of events tell of it."""

from dataclasses import dataclass

import orjson

from infra.gateway.core.invocation import Invocation, Result

#: A larger answer is not parsed for its status: that would cost more than the line is worth.
STATUS_LIMIT = 16 * 1024


@dataclass(frozen=True, slots=True)
class Finished:
    """Durations in ms. `status` is the HTTP status in a proxy response, None where the answer has none."""

    id: str
    function: str
    route: str
    connection_id: str
    #: The process that ran it, 0 when none did.
    environment: int
    cold: bool
    init_duration: float
    duration: float
    outcome: str
    status: int | None
    ok: bool


def finished(invocation: Invocation, result: Result) -> Finished:
    """Sum an invocation up."""
    return Finished(
        id=invocation.id,
        function=invocation.function,
        route=invocation.origin,
        connection_id=invocation.connection_id,
        environment=invocation.environment,
        cold=invocation.cold,
        init_duration=invocation.init_duration,
        duration=result.duration,
        outcome=result.outcome.value,
        status=_status(result.payload) if result.ok else None,
        ok=result.ok,
    )


def _status(payload: bytes) -> int | None:
    if len(payload) > STATUS_LIMIT or b'"statusCode"' not in payload:
        return None
    try:
        document = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return None
    status = document.get("statusCode") if isinstance(document, dict) else None
    return status if isinstance(status, int) else None
