"""Around every invocation: the context of its log lines, and its metrics."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import TYPE_CHECKING

from chalice.app import Request

from chalicelib import log_context
from chalicelib.bootstrap import parley

if TYPE_CHECKING:
    from chalicelib.gateways.traces import XRay

log = logging.getLogger("parley")


def log_key() -> bytes:
    """What users are digested with in log lines: the pepper of new passwords."""
    return next(iter(parley().config.password_peppers.values()))


def observe(event: object, get_response: Callable[[object], object]) -> object:
    """Middleware of all functions. Metrics are written when the answer is there and all frames are sent.

    Raises what the function does, and ConfigError. It is logged here, since the runtime client prints it as text and
    knows nothing of the invocation.
    """
    context = event.lambda_context if isinstance(event, Request) else getattr(event, "context", None)
    with log_context.begun(getattr(context, "aws_request_id", "")), _traced(getattr(context, "function_name", "")):
        try:
            return get_response(event)
        except Exception:
            log.exception("the function failed")
            raise
        finally:
            parley().world.metrics.write()


def _traced(function: str) -> AbstractContextManager[None]:
    return _xray().invocation(function) if parley().config.tracing else nullcontext()


@cache
def _xray() -> "XRay":
    from chalicelib.gateways.traces import XRay  # noqa: PLC0415 - what it imports takes long

    return XRay(log_key)
