"""The management API: `POST`, `GET` and `DELETE /{stage}/@connections/{id}`."""

import time
from collections.abc import Mapping

from infra.gateway.core.connection import NORMAL
from infra.gateway.core.ids import new_uuid
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


class ManagementApi:
    """Reaches clients on behalf of signed callers."""

    def __init__(
        self,
        clients: Mapping[str, ClientSocket],
        signatures: SignatureCheck,
        requests: TokenBucket | None,
    ) -> None:
        #: A rate of its own for callbacks, beside what all requests share.
        self.callbacks: TokenBucket | None = None
        self._clients = clients
        self._signatures = signatures
        self._requests = requests

    def answer(self, request: HttpRequest, connection_id: str) -> HttpResponse:
        """Do what the request asks for."""
        # boto3 has it in the ResponseMetadata of answers and errors.
        request_id = ("x-amzn-RequestId", new_uuid())
        try:
            status, body = self._answer(request, connection_id)
        except ManagementError as error:
            return json_response(error.status, error.body, ("x-amzn-ErrorType", error.type), request_id)
        return json_response(status, body, request_id) if body else HttpResponse(status, b"", (request_id,))

    def _answer(self, request: HttpRequest, connection_id: str) -> tuple[int, bytes]:
        """Status and body; raises ManagementError."""
        try:
            self._signatures.check(request)
        except SignatureError as error:
            raise forbidden(str(error)) from None
        check_id(connection_id)
        buckets = [bucket for bucket in (self._requests, self.callbacks) if bucket is not None]
        if buckets and not all(bucket.take(time.monotonic()) for bucket in buckets):
            raise limit_exceeded()
        match request.method:
            case "POST":
                self._post(request, connection_id)
                return 200, b""
            case "DELETE":
                self._client(connection_id).close(NORMAL)
                return 204, b""
            case "GET":
                return 200, connection_document(self._client(connection_id).connection)
            case method:
                raise bad_request(f"Unsupported method: {method}")

    def _post(self, request: HttpRequest, connection_id: str) -> None:
        check_message(request.body)
        try:
            self._client(connection_id).send(request.body)
        except SendBufferFullError:
            raise limit_exceeded() from None

    def _client(self, connection_id: str) -> ClientSocket:
        client = self._clients.get(connection_id)
        # A connection enters the registry only once its $connect has answered.
        if client is None or not client.connection.is_open:
            raise gone()
        return client
