"""The management API: `POST`, `GET` and `DELETE /{stage}/@connections/{id}`."""

import time
from collections.abc import Mapping

from infra.gateway.core.connection import NORMAL
from infra.gateway.core.management import (
    ManagementError,
    bad_request,
    check_id,
    check_message,
    connection_document,
    forbidden,
    gone,
    limit_exceeded,
)
from infra.gateway.core.sigv4 import SignatureError
from infra.gateway.core.throttle import TokenBucket
from infra.gateway.shell.http import HttpRequest, HttpResponse, json_response
from infra.gateway.shell.signatures import SignatureCheck
from infra.gateway.shell.websocket import ClientSocket, SendBufferFullError

_SENT = HttpResponse(200)
_DELETED = HttpResponse(204)


class ManagementApi:
    """Reaches clients on behalf of signed callers."""

    def __init__(
        self,
        clients: Mapping[str, ClientSocket],
        signatures: SignatureCheck,
        requests: TokenBucket | None,
    ) -> None:
        self._clients = clients
        self._signatures = signatures
        self._requests = requests

    def answer(self, request: HttpRequest, connection_id: str) -> HttpResponse:
        """Do what the request asks for."""
        try:
            return self._answer(request, connection_id)
        except ManagementError as error:
            return json_response(error.status, error.body, ("x-amzn-ErrorType", error.type))

    def _answer(self, request: HttpRequest, connection_id: str) -> HttpResponse:
        try:
            self._signatures.check(request)
        except SignatureError as error:
            raise forbidden(str(error)) from None
        check_id(connection_id)
        if self._requests is not None and not self._requests.take(time.monotonic()):
            raise limit_exceeded()
        match request.method:
            case "POST":
                return self._post(request, connection_id)
            case "DELETE":
                self._client(connection_id).close(NORMAL)
                return _DELETED
            case "GET":
                return json_response(200, connection_document(self._client(connection_id).connection))
            case method:
                raise bad_request(f"Unsupported method: {method}")

    def _post(self, request: HttpRequest, connection_id: str) -> HttpResponse:
        check_message(request.body)
        try:
            self._client(connection_id).send(request.body)
        except SendBufferFullError:
            raise limit_exceeded() from None
        return _SENT

    def _client(self, connection_id: str) -> ClientSocket:
        client = self._clients.get(connection_id)
        # A connection enters the registry only once its $connect has answered.
        if client is None or not client.connection.is_open:
            raise gone()
        return client
