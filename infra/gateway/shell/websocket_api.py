"""The WebSocket API: upgrades, routes, functions, and the registry of live connections."""

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from websockets.datastructures import Headers
from websockets.http11 import Request, Response
from websockets.server import ServerProtocol

from infra.gateway.core.answers import BAD_GATEWAY, BAD_GATEWAY_BODY, connect_answer, parse_answer
from infra.gateway.core.connection import THROTTLED, URL_LIMIT, Close, Connection
from infra.gateway.core.events import (
    Api,
    Caller,
    connect_event,
    disconnect_event,
    message_event,
    with_forwarding,
)
from infra.gateway.core.faults import Faults
from infra.gateway.core.ids import new_connection_id, new_request_id, new_trace_root
from infra.gateway.core.routing import FORBIDDEN, INTERNAL_SERVER_ERROR, RouteSelection, error_frame
from infra.gateway.core.throttle import TokenBucket
from infra.gateway.settings import Limits
from infra.gateway.shell.departures import DISCONNECT, Departures
from infra.gateway.shell.held_messages import HeldMessages
from infra.gateway.shell.http import HttpRequest, HttpResponse, json_response
from infra.gateway.shell.integration import Integration
from infra.gateway.shell.patience import Answered
from infra.gateway.shell.websocket import ClientSocket, SendBufferFullError

LOG = logging.getLogger("gateway")
CONNECT = "$connect"


@dataclass(frozen=True, slots=True)
class WebSocketSettings:
    """What shapes a WebSocket API. `route_responses` are the routes whose function's body reaches the client."""

    api: Api
    selection: RouteSelection
    route_responses: frozenset[str]
    limits: Limits


class WebSocketFrontend:
    """Holds every live connection. `routes` (route key to function name) may be replaced at any time."""

    def __init__(
        self,
        settings: WebSocketSettings,
        routes: Mapping[str, str],
        integration: Integration,
        requests: TokenBucket | None,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self.routes = routes
        self.clients: dict[str, ClientSocket] = {}
        self._settings = settings
        self._api = settings.api
        self._integration = integration
        self._requests = requests
        self._loop = loop
        rate = settings.limits.connections_per_second
        self._connects = TokenBucket(rate, max(rate, 1.0), time.monotonic()) if rate else None
        self._held = HeldMessages(loop)
        self._departures = Departures(integration, loop)
        self._faults = Faults()
        self._emptied: asyncio.Event = asyncio.Event()
        self._closing = False

    def provoke(self, faults: Faults) -> None:
        """Provoke these faults from now on, and no others."""
        self._faults = self._held.faults = faults
        for client in self.clients.values():
            client.limit_life(faults.lifetimes(self._settings.limits.lifetimes))

    # connecting

    def upgrade(self, request: HttpRequest, transport: asyncio.Transport, early: bytes) -> None:
        """Run `$connect` inside the upgrade: the socket exists only if it answers 2xx."""
        refusal = self._refusal(request)
        if refusal is not None:
            _reject(transport, refusal)
            return
        accepted = ServerProtocol().accept(Request(request.target, Headers(request.header_pairs)))
        if accepted.status_code != 101:
            _reject_handshake(transport, accepted)
            return
        now = time.time()
        caller = Caller(new_connection_id(), int(now * 1000), request.source_ip, request.headers.get("user-agent", ""))
        connection = Connection(caller, now, self._faults.lifetimes(self._settings.limits.lifetimes))
        function = self.routes.get(CONNECT)
        if function is None:
            self._open(connection, transport, accepted, early)
            return
        trace_id = request.headers.get("x-amzn-trace-id") or new_trace_root()
        headers = with_forwarding(request.header_pairs, request.source_ip, self._api, trace_id)
        event = connect_event(self._api, caller, new_request_id(), now, headers, request.query)

        def answered(payload: bytes | None) -> None:
            status, subprotocol = (BAD_GATEWAY, None) if payload is None else connect_answer(payload)
            status = self._faults.fail_connect or status
            if not 200 <= status < 300:
                # Neither headers nor body of the function's answer reach the client.
                body = BAD_GATEWAY_BODY if status == BAD_GATEWAY else b""
                _reject(transport, json_response(status, body))
                return
            if subprotocol is not None:
                accepted.headers["Sec-WebSocket-Protocol"] = subprotocol
            self._open(connection, transport, accepted, early)

        self._integration.call(function, orjson.dumps(event), CONNECT, answered, caller.connection_id, trace_id)

    def _refusal(self, request: HttpRequest) -> HttpResponse | None:
        if self._closing:
            return json_response(503, b'{"message": "Service Unavailable"}')
        if len(request.target) > URL_LIMIT:
            return json_response(414, b'{"message": "URI Too Long"}')
        buckets = [bucket for bucket in (self._connects, self._requests) if bucket is not None]
        if not all(bucket.take(time.monotonic()) for bucket in buckets):
            return json_response(429, b'{"message": "Too Many Requests"}')
        return None

    def _open(self, connection: Connection, transport: asyncio.Transport, accepted: Response, early: bytes) -> None:
        if transport.is_closing() or self._closing:
            # The client left while $connect ran. It was connected as far as the function knows.
            transport.abort()
            self._send_disconnect(connection, Close(1006, "Connection closed abnormally"))
            return
        connection.open(time.time())
        transport.write(accepted.serialize())
        client = ClientSocket(connection, transport, self, self._settings.limits, self._loop)
        self.clients[connection.id] = client
        transport.set_protocol(client)
        if early:
            client.data_received(early)
        transport.resume_reading()

    # SocketOwner

    def message_received(self, client: ClientSocket, text: str) -> None:
        """Choose the route and invoke its function; messages of one connection run at the same time."""
        if self._requests is not None and not self._requests.take(time.monotonic()):
            client.close(THROTTLED)
            return
        caller = client.connection.caller
        request_id = new_request_id()
        route_key = self._settings.selection.choose(text, self.routes)
        if route_key is None:
            _send(client, error_frame(FORBIDDEN, caller.connection_id, request_id))
            return
        event = message_event(self._api, caller, route_key, request_id, new_request_id(), time.time(), text)

        def answered(payload: bytes | None) -> None:
            client.invocation_ended()
            if payload is None:
                _send(client, error_frame(INTERNAL_SERVER_ERROR, caller.connection_id, request_id))
            elif route_key in self._settings.route_responses:
                answer = parse_answer(payload)
                if answer is not None and answer.body:
                    _send(client, answer.body.decode("utf-8", "replace"))

        client.invocation_started()
        function, payload = self.routes[route_key], orjson.dumps(event)
        self._held.deliver(
            caller.connection_id,
            lambda: self._invoke(function, payload, route_key, answered, caller.connection_id),
        )

    def _invoke(self, function: str, payload: bytes, route_key: str, answered: Answered, connection_id: str) -> None:
        self._integration.call(function, payload, route_key, answered, connection_id)
        if self._faults.duplicate_invocations:
            self._integration.call(function, payload, route_key, _ignore, connection_id)

    def socket_closed(self, client: ClientSocket, close: Close) -> None:
        """Forget the connection and run `$disconnect`, whoever closed."""
        self.clients.pop(client.connection.id, None)
        if self._closing and not self.clients:
            self._emptied.set()
        self._send_disconnect(client.connection, close)

    def _send_disconnect(self, connection: Connection, close: Close) -> None:
        function = self.routes.get(DISCONNECT)
        if function is None or self._faults.drop_disconnect or self._closing:
            return
        event = disconnect_event(self._api, connection.caller, new_request_id(), time.time(), close.code, close.reason)
        self._departures.send(function, orjson.dumps(event), connection.id)

    async def close(self, close: Close) -> None:
        """Close every connection, as far as the clients let us within the closing timeout."""
        self._closing = True
        self._held.close()
        self._departures.close()
        for client in list(self.clients.values()):
            client.close(close)
        if self.clients:
            await self._emptied.wait()


def _send(client: ClientSocket, text: str) -> None:
    """Send a frame of the gateway's own; a client that is gone or does not read misses it."""
    if client.connection.is_open:
        try:
            client.send(text.encode())
        except SendBufferFullError:
            LOG.warning("%s reads too slowly: an error frame was dropped", client.connection.id)


def _ignore(_payload: bytes | None) -> None:
    """What runs twice answers once."""


def _reject(transport: asyncio.Transport, response: HttpResponse) -> None:
    transport.write(response.encode(close=True))
    transport.close()


def _reject_handshake(transport: asyncio.Transport, response: Response) -> None:
    transport.write(response.serialize())
    transport.close()
