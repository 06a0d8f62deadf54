"""The Lambda Runtime API (version 2018-06-01) of one execution environment.

Each environment has a port of its own, as it has on Lambda: what arrives there needs no further identification.
Paths and answers follow "Using the Lambda runtime API for custom runtimes" in the Lambda developer guide.
"""

import asyncio
from typing import Protocol

from infra.gateway.core.invocation import Invocation
from infra.gateway.shell.http import Exchange, HttpConnection, HttpRequest, HttpResponse, json_response

PREFIX = "/2018-06-01/runtime/"
_NEXT = PREFIX + "invocation/next"
_INIT_ERROR = PREFIX + "init/error"
_INVOCATION = PREFIX + "invocation/"
_ACCEPTED = json_response(202, b'{"status":"OK"}\n')


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
        self._waiting: Exchange | None = None

    def hand(self, invocation: Invocation, deadline_ms: int, arn: str) -> None:
        """Answer the runtime's pending request for an event. Only between `runtime_ready` and the next `hand`."""
        headers = [
            ("Content-Type", "application/json"),
            ("Lambda-Runtime-Aws-Request-Id", invocation.id),
            ("Lambda-Runtime-Deadline-Ms", str(deadline_ms)),
            ("Lambda-Runtime-Invoked-Function-Arn", arn),
            ("Lambda-Runtime-Trace-Id", invocation.trace_id),
        ]
        if invocation.client_context:
            headers.append(("Lambda-Runtime-Client-Context", invocation.client_context))
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            waiting.respond(HttpResponse(200, invocation.payload, headers))

    # RequestHandler

    def handle(self, request: HttpRequest, exchange: Exchange) -> None:
        """Serve next, response, error and init error."""
        path = request.path
        if path == _NEXT:
            self._waiting = exchange
            self._observer.runtime_ready()
        elif path == _INIT_ERROR:
            exchange.respond(_ACCEPTED)
            self._observer.runtime_failed_to_start(request.body)
        elif path.startswith(_INVOCATION):
            request_id, _, verb = path.removeprefix(_INVOCATION).partition("/")
            self._answer(request, exchange, request_id, verb)
        else:
            exchange.respond(json_response(404, b'{"errorType":"NotFound","errorMessage":"No such path."}'))

    def upgrade(self, _request: HttpRequest, transport: asyncio.Transport, _early: bytes) -> None:
        """No runtime asks for WebSocket."""
        transport.abort()

    def opened(self, connection: HttpConnection) -> None:
        """Runtimes keep one connection; nothing to note."""

    def lost(self, connection: HttpConnection) -> None:
        """The process's end is seen elsewhere."""

    def _answer(self, request: HttpRequest, exchange: Exchange, request_id: str, verb: str) -> None:
        if verb not in ("response", "error"):
            exchange.respond(json_response(404, b'{"errorType":"NotFound","errorMessage":"No such path."}'))
            return
        # The caller is answered first: the runtime's next request is not waited for by anybody.
        known = self._observer.runtime_answered(request_id, request.body, error=verb == "error")
        if known:
            exchange.respond(_ACCEPTED)
        else:
            exchange.respond(
                json_response(400, b'{"errorType":"InvalidRequestID","errorMessage":"Invalid request ID"}')
            )
