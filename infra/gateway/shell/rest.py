"""The REST API: routes, preflights, authorizers and the api_handler function."""

import time
from http import HTTPStatus
from uuid import uuid4

import orjson

from infra.gateway.core.answers import BAD_GATEWAY_BODY, parse_answer
from infra.gateway.core.authorizer import method_arn, read_policy, token_event
from infra.gateway.core.manifest import REST_FUNCTION, Manifest
from infra.gateway.core.rest import PAYLOAD_LIMIT, Matched, NoRouteError, RestApi, RestRequest, RestRoutes
from infra.gateway.core.throttle import TokenBucket
from infra.gateway.pool.functions import TooManyRequestsError
from infra.gateway.shell.http import HttpRequest, HttpResponse, json_response
from infra.gateway.shell.integration import Integration

_TOKEN_MISSING = b'{"message":"Missing Authentication Token"}'
_UNAUTHORIZED = b'{"message":"Unauthorized"}'
_DENIED = b'{"Message":"User is not authorized to access this resource"}'
_NO_POLICY = b'{"message":null}'
_TIMED_OUT = b'{"message": "Endpoint request timed out"}'
_THROTTLED = b'{"message":"Too Many Requests"}'
_TOO_LONG = b'{"message":"Request Too Long"}'
#: Set by the server itself.
_CONNECTION_HEADERS = frozenset({"content-length", "transfer-encoding", "connection"})


class _RefusedError(Exception):
    """API Gateway answers by itself."""

    def __init__(self, status: int, error_type: str, body: bytes) -> None:
        super().__init__(error_type)
        self.status = status
        self.type = error_type
        self.body = body


class RestFrontend:
    """Answers what is below the REST stage."""

    def __init__(
        self,
        api: RestApi,
        region: str,
        manifest: Manifest,
        integration: Integration,
        requests: TokenBucket | None,
    ) -> None:
        self._requests = requests
        self._api = api
        self._region = region
        self._integration = integration
        self.load(manifest)

    def load(self, manifest: Manifest) -> None:
        """Take another version of the app's routes."""
        self._authorizers = manifest.authorizers
        self._routes = RestRoutes(manifest)

    async def answer(self, request: HttpRequest) -> HttpResponse:
        """The response to any request below the stage."""
        request_id = str(uuid4())
        try:
            response = await self._answer(request, request_id)
        except _RefusedError as refused:
            response = json_response(refused.status, refused.body, ("x-amzn-ErrorType", refused.type))
        return HttpResponse(response.status, response.body, (*response.headers, ("x-amzn-RequestId", request_id)))

    async def _answer(self, request: HttpRequest, request_id: str) -> HttpResponse:
        if len(request.body) > PAYLOAD_LIMIT:
            raise _RefusedError(413, "RequestTooLargeException", _TOO_LONG)
        if self._requests is not None and not self._requests.take(time.monotonic()):
            raise _RefusedError(429, "TooManyRequestsException", _THROTTLED)
        target = request.target.removeprefix(f"/{self._api.stage}") or "/"
        if not target.startswith("/"):
            target = f"/{target}"
        rest_request = RestRequest(request.method, target, request.header_pairs, request.body, request.source_ip)
        try:
            matched = self._routes.match(rest_request, self._api, request_id, time.time())
        except NoRouteError:
            raise _RefusedError(403, "MissingAuthenticationTokenException", _TOKEN_MISSING) from None
        if matched.method is None:
            return HttpResponse(200, b"", tuple(self._routes.preflight_headers(matched.resource).items()))
        if matched.method.authorizer is not None:
            await self._authorize(matched, matched.method.authorizer)
        origin = f"{request.method} {request.path}"
        payload = await self._invoke(REST_FUNCTION, orjson.dumps(matched.event), origin, request)
        answer = parse_answer(payload)
        if answer is None:
            raise _RefusedError(502, "InternalServerErrorException", BAD_GATEWAY_BODY)
        headers = [pair for pair in answer.headers if pair[0].lower() not in _CONNECTION_HEADERS]
        if not any(name.lower() == "content-type" for name, _ in headers):
            headers.append(("Content-Type", "application/json"))
        return HttpResponse(answer.status, answer.body, headers)

    async def _authorize(self, matched: Matched, name: str) -> None:
        token = matched.event["headers"].get(self._authorizers[name].lower())
        if not token:
            raise _RefusedError(401, "UnauthorizedException", _UNAUTHORIZED)
        arn = method_arn(self._region, self._api, matched.event["httpMethod"], matched.event["path"])
        payload = await self._invoke(name, orjson.dumps(token_event(token, arn)), f"authorizer {name}", None)
        try:
            authorized = read_policy(payload, arn)
        except ValueError:
            raise _RefusedError(500, "AuthorizerConfigurationException", _NO_POLICY) from None
        if authorized is None:
            raise _RefusedError(403, "AccessDeniedException", _DENIED)
        matched.event["requestContext"]["authorizer"] = authorized.context

    async def _invoke(self, function: str, payload: bytes, origin: str, request: HttpRequest | None) -> bytes:
        trace_id = request.headers.get("x-amzn-trace-id", "") if request is not None else ""
        try:
            result = await self._integration.wait(function, payload, origin, trace_id)
        except TooManyRequestsError:
            raise _RefusedError(
                HTTPStatus.INTERNAL_SERVER_ERROR, "InternalServerErrorException", BAD_GATEWAY_BODY
            ) from None
        if result is None:
            raise _RefusedError(504, "InternalServerErrorException", _TIMED_OUT)
        if not result.ok:
            raise _RefusedError(502, "InternalServerErrorException", BAD_GATEWAY_BODY)
        return result.payload
