"""The Lambda Runtime API (version 2018-06-01) of one execution environment.

Each environment has a port of its own, as it has on Lambda, and a socket that its runtime was born with: what arrives
there needs no further identification.
Paths and answers follow "Using the Lambda runtime API for custom runtimes" in the Lambda developer guide.
"""

from typing import Protocol

from infra.gateway.core.invocation import Invocation
from infra.gateway.pool.runtime_connection import RuntimeConnection

PREFIX = "/2018-06-01/runtime/"
_NEXT = PREFIX + "invocation/next"
_INIT_ERROR = PREFIX + "init/error"
_INVOCATION = PREFIX + "invocation/"


def _json_response(status: bytes, body: bytes) -> bytes:
    head = b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % (status, len(body))
    return head + body


_ACCEPTED = _json_response(b"202 Accepted", b'{"status":"OK"}\n')
_NO_SUCH_PATH = _json_response(b"404 Not Found", b'{"errorType":"NotFound","errorMessage":"No such path."}')
_NO_SUCH_REQUEST = _json_response(
    b"400 Bad Request", b'{"errorType":"InvalidRequestID","errorMessage":"Invalid request ID"}'
)


class RuntimeObserver(Protocol):
    """The environment behind a Runtime API."""

    def runtime_ready(self) -> None:
        """The runtime asks for an event: it has started, or finished the one before."""

    def runtime_answered(self, request_id: str, payload: bytes, *, error: bool) -> bool:
        """The runtime sent a result or an error; False when it has no such invocation."""

    def runtime_failed_to_start(self, payload: bytes) -> None:
        """The handler could not be loaded."""


class RuntimeApi:
    """Answers the runtime of one environment; events are handed over through `hand`."""

    def __init__(self, observer: RuntimeObserver) -> None:
        self._observer = observer
        self._waiting: RuntimeConnection | None = None

    def hand(self, invocation: Invocation, deadline_ms: int, arn: str) -> None:
        """Answer the runtime's pending request for an event. Only between `runtime_ready` and the next `hand`."""
        waiting, self._waiting = self._waiting, None
        if waiting is None:
            return
        client = f"Lambda-Runtime-Client-Context: {invocation.client_context}\r\n" if invocation.client_context else ""
        head = (
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            f"Lambda-Runtime-Aws-Request-Id: {invocation.id}\r\n"
            f"Lambda-Runtime-Deadline-Ms: {deadline_ms}\r\n"
            f"Lambda-Runtime-Invoked-Function-Arn: {arn}\r\n"
            f"Lambda-Runtime-Trace-Id: {invocation.trace_id}\r\n"
            f"{client}Content-Length: {len(invocation.payload)}\r\n\r\n"
        )
        waiting.respond(head.encode("latin-1", "replace") + invocation.payload)

    # RuntimeRequests

    def handle(self, path: str, body: bytes, connection: RuntimeConnection) -> None:
        """Serve next, response, error and init error."""
        if path == _NEXT:
            self._waiting = connection
            self._observer.runtime_ready()
        elif path == _INIT_ERROR:
            connection.respond(_ACCEPTED)
            self._observer.runtime_failed_to_start(body)
        else:
            request_id, _, verb = path.removeprefix(_INVOCATION).partition("/")
            if not path.startswith(_INVOCATION) or verb not in ("response", "error"):
                connection.respond(_NO_SUCH_PATH)
                return
            # The caller is answered first: the runtime's next request is not waited for by anybody.
            known = self._observer.runtime_answered(request_id, body, error=verb == "error")
            connection.respond(_ACCEPTED if known else _NO_SUCH_REQUEST)
