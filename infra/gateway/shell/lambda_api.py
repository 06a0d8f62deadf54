"""Lambda's Invoke: `POST /2015-03-31/functions/{name}/invocations`; answers as botocore's model of lambda has them."""

import asyncio
import base64
from urllib.parse import unquote
from uuid import uuid4

import orjson

from infra.gateway.core.invocation import EVENT_PAYLOAD_LIMIT, SYNC_PAYLOAD_LIMIT, Invocation, Result
from infra.gateway.core.manifest import Function
from infra.gateway.core.sigv4 import SignatureError
from infra.gateway.pool.functions import FunctionNotFoundError, Functions, TooManyRequestsError
from infra.gateway.shell.async_queue import AsyncQueue
from infra.gateway.shell.http import HttpRequest, HttpResponse, json_response
from infra.gateway.shell.signatures import SignatureCheck

PREFIX = "/2015-03-31/functions/"
_SUFFIX = "/invocations"


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
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self._functions = functions
        self._queue = queue
        self._signatures = signatures
        self._loop = loop

    async def answer(self, request: HttpRequest) -> HttpResponse:
        """Do what the request asks for."""
        try:
            return await self._answer(request)
        except _LambdaError as error:
            document = {"Type": "User", "message": str(error), "Message": str(error), **error.fields}
            body = orjson.dumps(document)
            return json_response(
                error.status, body, ("x-amzn-ErrorType", error.type), ("x-amzn-RequestId", str(uuid4()))
            )

    async def _answer(self, request: HttpRequest) -> HttpResponse:
        try:
            self._signatures.check(request)
        except SignatureError as error:
            raise _LambdaError(403, _signature_error(error), str(error)) from None
        function = self._function(request)
        payload = request.body or b"{}"
        kind = request.headers.get("x-amz-invocation-type", "RequestResponse")
        if kind not in ("RequestResponse", "Event", "DryRun"):
            raise _LambdaError(400, "InvalidParameterValueException", f"Unknown invocation type: {kind}")
        limit = EVENT_PAYLOAD_LIMIT if kind == "Event" else SYNC_PAYLOAD_LIMIT
        if len(payload) > limit:
            message = f"Request must be smaller than {limit} bytes for the InvokeFunction operation"
            raise _LambdaError(413, "RequestTooLargeException", message)
        try:
            orjson.loads(payload)
        except orjson.JSONDecodeError as error:
            message = f"Could not parse request body into json: {error}"
            raise _LambdaError(400, "InvalidRequestContentException", message) from None
        if kind == "DryRun":
            return HttpResponse(204)
        try:
            if kind == "Event":
                return self._enqueue(function, payload)
            return await self._invoke(function, payload, request)
        except TooManyRequestsError as error:
            raise _LambdaError(429, "TooManyRequestsException", str(error), Reason=error.reason) from None

    def _function(self, request: HttpRequest) -> Function:
        name, _, rest = unquote(request.path.removeprefix(PREFIX)).partition("/")
        if f"/{rest}" != _SUFFIX or request.method != "POST":
            raise _LambdaError(404, "ResourceNotFoundException", "Only Invoke is served here.")
        try:
            return self._functions.resolve(name)
        except FunctionNotFoundError:
            message = f"Function not found: {name}"
            raise _LambdaError(404, "ResourceNotFoundException", message) from None

    def _enqueue(self, function: Function, payload: bytes) -> HttpResponse:
        invocation = Invocation(function.name, payload, _nobody, origin="event")
        self._queue.accept(invocation)
        return HttpResponse(202, b"", (("x-amzn-RequestId", invocation.id),))

    async def _invoke(self, function: Function, payload: bytes, request: HttpRequest) -> HttpResponse:
        answer: asyncio.Future[Result] = self._loop.create_future()

        def done(result: Result) -> None:
            if not answer.done():
                answer.set_result(result)

        context = request.headers.get("x-amz-client-context", "")
        invocation = Invocation(
            function.name,
            payload,
            done,
            trace_id=request.headers.get("x-amzn-trace-id", ""),
            client_context=base64.b64decode(context).decode() if context else "",
            origin="invoke",
            tail=bytearray() if request.headers.get("x-amz-log-type") == "Tail" else None,
        )
        self._functions.invoke(invocation)
        result = await answer
        headers = [("x-amzn-RequestId", invocation.id), ("X-Amz-Executed-Version", "$LATEST")]
        if not result.ok:
            headers.append(("X-Amz-Function-Error", "Unhandled"))
        if invocation.tail is not None:
            headers.append(("X-Amz-Log-Result", base64.b64encode(invocation.tail).decode()))
        return json_response(200, result.payload, *headers)


def _signature_error(error: SignatureError) -> str:
    if str(error).startswith("Missing"):
        return "MissingAuthenticationTokenException"
    return "InvalidSignatureException"


def _nobody(_result: Result) -> None:
    """An asynchronous caller does not wait."""
