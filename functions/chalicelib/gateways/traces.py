"""Traces in AWS X-Ray, where they are on: what an invocation took, found by room, message, connection or user.

X-Ray's client imports botocore, which takes longer than all else in a cold start. So it is not even looked for unless
TRACING says so. Lambda times the invocation by itself; this adds a subsegment that carries what the log lines say.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from chalicelib.gateways.logs import user_digest
from chalicelib.log_context import known


class XRay:
    """Traces on Lambda with active tracing; elsewhere Powertools records nothing."""

    def __init__(self, key: Callable[[], bytes]) -> None:
        """`key` is asked for once a trace names a user."""
        from aws_lambda_powertools.tracing import Tracer  # noqa: PLC0415 - see above

        self._key = key
        # Nothing is patched: of the libraries that X-Ray knows, the functions use none.
        self._tracer = Tracer(service="parley", auto_patch=False)

    @contextmanager
    def invocation(self, name: str) -> Iterator[None]:
        """Record what happens within as `name`."""
        if self._tracer.disabled:
            yield
            return
        with self._tracer.provider.in_subsegment(name=f"## {name}") as subsegment:
            try:
                yield
            finally:
                for field, value in known().items():
                    subsegment.put_annotation(field, user_digest(value, self._key()) if field == "user" else value)
