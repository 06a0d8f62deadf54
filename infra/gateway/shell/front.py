"""One port for everything: decides by the path who answers a request."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from infra.gateway.shell.events_api import TARGET_PREFIX, EventsApi
from infra.gateway.shell.http import Exchange, HttpConnection, HttpRequest, HttpResponse, json_response
from infra.gateway.shell.lambda_api import PREFIX as LAMBDA_PREFIX
from infra.gateway.shell.lambda_api import LambdaApi
from infra.gateway.shell.management import ManagementApi
from infra.gateway.shell.rest import RestFrontend
from infra.gateway.shell.static import StaticFiles
from infra.gateway.shell.status import OWN_PATHS
from infra.gateway.shell.websocket_api import WebSocketFrontend

LOG = logging.getLogger("gateway")
CONNECTIONS = "@connections"
_FAILED = "%s %s could not be answered"
_INTERNAL_SERVER_ERROR = json_response(500, b'{"message":"Internal server error"}')
_FORBIDDEN = json_response(403, b'{"message":"Forbidden"}', ("x-amzn-ErrorType", "ForbiddenException"))


@dataclass(frozen=True, slots=True)
class Surfaces:
    """Everything that is served; the two stages may have the same name."""

    rest_stage: str
    websocket_stage: str
    rest: RestFrontend
    websocket: WebSocketFrontend
    management: ManagementApi
    functions: LambdaApi
    events: EventsApi
    static: StaticFiles | None
    #: What is below /_gateway/, by the next part of the path.
    own: Mapping[str, Callable[[HttpRequest], HttpResponse]]


class Front:
    """The request handler of the gateway's port."""

    def __init__(self, surfaces: Surfaces, keep_alive: float, loop: asyncio.AbstractEventLoop) -> None:
        self._surfaces = surfaces
        self._keep_alive = keep_alive
        self._loop = loop
        self._tasks: set[asyncio.Task[None]] = set()
        self._connections: set[HttpConnection] = set()

    def handle(self, request: HttpRequest, exchange: Exchange) -> None:
        """Callbacks to connections are answered at once, what waits for a function or a file in a task."""
        try:
            answer = self._answer(request)
        except Exception:  # the edge of the protocol, as in _finish
            LOG.exception(_FAILED, request.method, request.path)
            answer = _INTERNAL_SERVER_ERROR
        if isinstance(answer, HttpResponse):
            exchange.respond(answer)
            return
        task = self._loop.create_task(self._finish(request, exchange, answer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def upgrade(self, request: HttpRequest, transport: asyncio.Transport, early: bytes) -> None:
        """A WebSocket, if the path is that of its stage."""
        if request.segments in ([self._surfaces.websocket_stage], [self._surfaces.websocket_stage, ""]):
            self._surfaces.websocket.upgrade(request, transport, early)
        else:
            transport.write(_FORBIDDEN.encode(close=True))
            transport.close()

    def opened(self, connection: HttpConnection) -> None:
        """Remember it, to close it when it is idle or the gateway stops."""
        self._connections.add(connection)

    def lost(self, connection: HttpConnection) -> None:
        """Forget it."""
        self._connections.discard(connection)

    def sweep(self) -> None:
        """Close connections on which nothing has happened for a while."""
        before = self._loop.time() - self._keep_alive
        for connection in [each for each in self._connections if not each.busy and each.last_active < before]:
            connection.close()

    async def close(self) -> None:
        """Close every HTTP connection and drop what is being answered."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for connection in list(self._connections):
            connection.close()

    def _answer(self, request: HttpRequest) -> HttpResponse | Coroutine[Any, Any, HttpResponse]:
        surfaces = self._surfaces
        # The target of CONNECT and of OPTIONS * is no path.
        segments = request.segments or [""]
        if len(segments) == 3 and segments[0] == surfaces.websocket_stage and segments[1] == CONNECTIONS:
            return surfaces.management.answer(request, segments[2])
        if request.path.startswith(LAMBDA_PREFIX):
            return surfaces.functions.answer(request)
        if request.path == "/" and request.headers.get("x-amz-target", "").startswith(TARGET_PREFIX):
            return surfaces.events.answer(request)
        if segments[0] == surfaces.rest_stage:
            return surfaces.rest.answer(request)
        return self._answer_page(request, segments)

    def _answer_page(
        self, request: HttpRequest, segments: list[str]
    ) -> HttpResponse | Coroutine[Any, Any, HttpResponse]:
        """Of the paths that are no API's: the gateway's own, and those of the web app."""
        surfaces = self._surfaces
        if segments[0] == OWN_PATHS:
            own = surfaces.own.get(segments[1]) if len(segments) > 1 else None
            return own(request) if own is not None else _FORBIDDEN
        if segments[0] == surfaces.websocket_stage or surfaces.static is None:
            return _FORBIDDEN
        return surfaces.static.answer(request)

    async def _finish(
        self, request: HttpRequest, exchange: Exchange, answer: Coroutine[Any, Any, HttpResponse]
    ) -> None:
        try:
            response = await answer
        except Exception:  # the edge of the protocol: one request's failure must not end the others
            LOG.exception(_FAILED, request.method, request.path)
            response = _INTERNAL_SERVER_ERROR
        exchange.respond(response)
