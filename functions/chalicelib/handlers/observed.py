"""Around every invocation: the context of its log lines, and its metrics."""

from collections.abc import Callable

from chalice.app import Request

from chalicelib import log_context
from chalicelib.bootstrap import parley


def log_key() -> bytes:
    """What users are digested with in log lines: the pepper of new passwords."""
    return next(iter(parley().config.password_peppers.values()))


def observe(event: object, get_response: Callable[[object], object]) -> object:
    """Middleware of all functions. Metrics are written when the answer is there and all frames are sent."""
    context = event.lambda_context if isinstance(event, Request) else getattr(event, "context", None)
    with log_context.begun(getattr(context, "aws_request_id", "")):
        try:
            return get_response(event)
        finally:
            parley().world.metrics.write()
