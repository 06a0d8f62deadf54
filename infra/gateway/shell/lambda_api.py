"""Lambda's Invoke: `POST /2015-03-31/functions/{name}/invocations`; answers as botocore's model of lambda has them."""

import base64
import binascii
import re
from urllib.parse import parse_qs, unquote

import orjson

from infra.gateway.core.ids import new_uuid
from infra.gateway.core.invocation import EVENT_PAYLOAD_LIMIT, SYNC_PAYLOAD_LIMIT, Invocation
from infra.gateway.core.manifest import Function
from infra.gateway.core.sigv4 import SignatureError
from infra.gateway.pool.functions import FunctionNotFoundError, Functions, TooManyRequestsError
from infra.gateway.shell.async_queue import AsyncQueue
from infra.gateway.shell.http import HttpRequest, HttpResponse, json_response
from infra.gateway.shell.signatures import SignatureCheck

PREFIX = "/2015-03-31/functions/"
_SUFFIX = "/invocations"
CLIENT_CONTEXT_LIMIT = 3583
#: Without their version, which is checked apart: the pattern of FunctionName in botocore's model of lambda.
_NAME = re.compile(
    r"(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-[a-z]+)+-\d{1}:)?(\d{12}:)?(function:)?[a-zA-Z0-9-_\.]+"
    r"(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?"
)


class _LambdaError(Exception):
    """An error of the API; `fields` are added to the error document."""

    def __init__(self, status: int, error_type: str, message: str, **fields: str) -> None:
        super().__init__(message)
        self.status = status
        self.type = error_type
        self.fields = fields


class LambdaApi:
    """Invokes functions for signed callers, synchronously or through the queue."""

    def __init__(
        self,
        functions: Functions,
        queue: AsyncQueue,
        signatures: SignatureCheck,
    ) -> None:
        self._functions = functions
        self._queue = queue
        self._signatures = signatures

    async def answer(self, request: HttpRequest) -> HttpResponse:
        """Do what the request asks for."""
        try:
            return await self._answer(request)
        except _LambdaError as error:
            document = {"Type": "User", "message": str(error), "Message": str(error), **error.fields}
            body = orjson.dumps(document)
            return json_response(error.status, body, ("x-amzn-ErrorType", error.type), ("x-amzn-RequestId", new_uuid()))

    async def _answer(self, request: HttpRequest) -> HttpResponse:
        try:
            self._signatures.check(request)
        except SignatureError as error:
            raise _LambdaError(403, error.type, str(error)) from None
        function = self._function(request)
        payload = request.body or b"{}"
        kind = request.headers.get("x-amz-invocation-type", "RequestResponse")
        if kind not in ("RequestResponse", "Event", "DryRun"):
            raise _LambdaError(400, "InvalidParameterValueException", f"Unknown invocation type: {kind}")
        _check_payload(payload, kind)
        context = _client_context(request.headers.get("x-amz-client-context", ""))
        if kind == "DryRun":
            return HttpResponse(204, b"", (("x-amzn-RequestId", new_uuid()),))
        try:
            if kind == "Event":
                return self._enqueue(function, payload, request)
            return await self._invoke(function, payload, context, request)
        except TooManyRequestsError as error:
            raise _LambdaError(429, "TooManyRequestsException", str(error), Reason=error.reason) from None

    def _function(self, request: HttpRequest) -> Function:
        name, _, rest = unquote(request.path.removeprefix(PREFIX)).partition("/")
        if f"/{rest}" != _SUFFIX or request.method != "POST":
            raise _LambdaError(404, "ResourceNotFoundException", "Only Invoke is served here.")
        if not _NAME.fullmatch(name) or len(name) > 170:
            message = f"1 validation error detected: Value '{name}' at 'functionName' failed to satisfy constraint"
            raise _LambdaError(400, "ValidationException", message)
        qualifier = parse_qs(request.query).get("Qualifier", ["$LATEST"])[0]
        try:
            if qualifier != "$LATEST":  # there are no versions and aliases here
                raise FunctionNotFoundError(qualifier)
            return self._functions.resolve(name)
        except FunctionNotFoundError:
            suffix = "" if qualifier == "$LATEST" else f":{qualifier}"
            message = f"Function not found: {name}{suffix}"
            raise _LambdaError(404, "ResourceNotFoundException", message) from None

    def _enqueue(self, function: Function, payload: bytes, request: HttpRequest) -> HttpResponse:
        # The client context is for synchronous invocations only.
        trace_id = request.headers.get("x-amzn-trace-id", "")
        invocation = Invocation(function.name, payload, trace_id=trace_id, origin="event")
        self._queue.accept(invocation)
        return HttpResponse(202, b"", (("x-amzn-RequestId", invocation.id),))

    async def _invoke(
        self, function: Function, payload: bytes, client_context: str, request: HttpRequest
    ) -> HttpResponse:
        invocation = Invocation(
            function.name,
            payload,
            trace_id=request.headers.get("x-amzn-trace-id", ""),
            client_context=client_context,
            origin="invoke",
            tail=bytearray() if request.headers.get("x-amz-log-type") == "Tail" else None,
        )
        result = await self._functions.run(invocation)
        headers = [("x-amzn-RequestId", invocation.id), ("X-Amz-Executed-Version", "$LATEST")]
        if not result.ok:
            headers.append(("X-Amz-Function-Error", "Unhandled"))
        if invocation.tail is not None:
            headers.append(("X-Amz-Log-Result", base64.b64encode(invocation.tail).decode()))
        return json_response(200, result.payload, *headers)


def _check_payload(payload: bytes, kind: str) -> None:
    if kind == "Event" and len(payload) > EVENT_PAYLOAD_LIMIT:
        message = (
            f"{len(payload)} byte payload is too large for the Event invocation type "
            f"(limit {EVENT_PAYLOAD_LIMIT} bytes)"
        )
        raise _LambdaError(413, "RequestTooLargeException", message)
    if len(payload) > SYNC_PAYLOAD_LIMIT:
        message = f"Request must be smaller than {SYNC_PAYLOAD_LIMIT} bytes for the InvokeFunction operation"
        raise _LambdaError(413, "RequestTooLargeException", message)
    try:
        orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        message = f"Could not parse request body into json: {error}"
        raise _LambdaError(400, "InvalidRequestContentException", message) from None


def _client_context(encoded: str) -> str:
    """The JSON of a client context; its limit and form are those of ClientContext in the API reference of Invoke."""
    if not encoded:
        return ""
    if len(encoded) > CLIENT_CONTEXT_LIMIT:
        message = f"Client context must be no longer than {CLIENT_CONTEXT_LIMIT} bytes when base64-encoded."
        raise _LambdaError(400, "InvalidRequestContentException", message)
    try:
        context = base64.b64decode(encoded, validate=True)
        orjson.loads(context)
        return context.decode()
    except (binascii.Error, ValueError):
        message = "Client context must be a valid Base64-encoded JSON object."
        raise _LambdaError(400, "InvalidRequestContentException", message) from None
