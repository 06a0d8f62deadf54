"""One port for everything: decides by the path who answers a request."""

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from infra.gateway.shell.http import Exchange, HttpConnection, HttpRequest, HttpResponse, json_response
from infra.gateway.shell.lambda_api import PREFIX as LAMBDA_PREFIX
from infra.gateway.shell.lambda_api import LambdaApi
from infra.gateway.shell.management import ManagementApi
from infra.gateway.shell.rest import RestFrontend
from infra.gateway.shell.static import StaticFiles
from infra.gateway.shell.websocket_api import WebSocketFrontend

LOG = logging.getLogger("gateway")
CONNECTIONS = "@connections"
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
    static: StaticFiles | None


class Front:
    """The request handler of the gateway's port."""

    def __init__(self, surfaces: Surfaces, keep_alive: float, loop: asyncio.AbstractEventLoop) -> None:
        self._surfaces = surfaces
        self._keep_alive = keep_alive
        self._loop = loop
        self._tasks: set[asyncio.Task[None]] = set()
        self._connections: set[HttpConnection] = set()

    def handle(self, request: HttpRequest, exchange: Exchange) -> None:
        """Callbacks to connections are answered at once, everything else in a task."""
        surfaces = self._surfaces
        segments = request.segments
        if len(segments) == 3 and segments[0] == surfaces.websocket_stage and segments[1] == CONNECTIONS:
            exchange.respond(surfaces.management.answer(request, segments[2]))
        elif request.path.startswith(LAMBDA_PREFIX):
            self._answer(request, exchange, surfaces.functions.answer(request))
        elif segments[0] == surfaces.rest_stage:
            self._answer(request, exchange, surfaces.rest.answer(request))
        elif segments[0] == surfaces.websocket_stage or surfaces.static is None:
            exchange.respond(_FORBIDDEN)
        else:
            self._answer(request, exchange, surfaces.static.answer(request))

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

    def _answer(self, request: HttpRequest, exchange: Exchange, answer: Coroutine[Any, Any, HttpResponse]) -> None:
        task = self._loop.create_task(self._run(request, exchange, answer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, request: HttpRequest, exchange: Exchange, answer: Coroutine[Any, Any, HttpResponse]) -> None:
        try:
            response = await answer
        except Exception:  # the edge of the protocol: one request's failure must not end the others
            LOG.exception("%s %s could not be answered", request.method, request.path)
            response = json_response(500, b'{"message":"Internal server error"}')
        exchange.respond(response)
