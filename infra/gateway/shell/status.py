"""`GET /_gateway/status`: what runs here and who is connected, for the gateway's own commands.

API Gateway has no list of connections, so this has no counterpart on AWS. Requests are signed, for service `gateway`.
"""

from collections.abc import Mapping
from typing import Any

import orjson

from infra.gateway.core.sigv4 import SignatureError
from infra.gateway.shell.http import HttpRequest, HttpResponse, json_response
from infra.gateway.shell.signatures import SignatureCheck
from infra.gateway.shell.websocket import ClientSocket

#: The first part of every path that is the gateway's own.
OWN_PATHS = "_gateway"
STATUS_PATH = f"/{OWN_PATHS}/status"
STATUS_SERVICE = "gateway"


class StatusApi:
    """Answers signed callers. `project` is an absolute path, `management_url` where callbacks go."""

    def __init__(
        self,
        project: str,
        management_url: str,
        clients: Mapping[str, ClientSocket],
        signatures: SignatureCheck,
    ) -> None:
        self._project = project
        self._management_url = management_url
        self._clients = clients
        self._signatures = signatures

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The status, or why not."""
        try:
            self._signatures.check(request)
        except SignatureError as error:
            message = orjson.dumps({"message": str(error)})
            return json_response(403, message, ("x-amzn-ErrorType", "ForbiddenException"))
        if request.method != "GET":
            return json_response(405, b'{"message":"Method Not Allowed"}', ("Allow", "GET"))
        connections = [connection_summary(client) for client in self._clients.values()]
        connections.sort(key=lambda each: each["lastActiveAt"], reverse=True)
        document = {"project": self._project, "managementUrl": self._management_url, "connections": connections}
        return json_response(200, orjson.dumps(document))


def connection_summary(client: ClientSocket) -> dict[str, Any]:
    """One connection; times in ms since the epoch."""
    connection = client.connection
    return {
        "connectionId": connection.id,
        "sourceIp": connection.caller.source_ip,
        "userAgent": connection.caller.user_agent,
        "connectedAt": connection.caller.connected_at,
        "lastActiveAt": int(connection.last_active * 1000),
        "state": connection.state.value,
    }
