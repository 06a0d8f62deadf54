"""The REST API: routes, preflights, authorizers and the api_handler function."""

import time
from http import HTTPStatus

import orjson

from infra.gateway.core.answers import BAD_GATEWAY_BODY, parse_answer
from infra.gateway.core.events import Api
from infra.gateway.core.ids import new_trace_root, new_uuid
from infra.gateway.core.invocation import SYNC_PAYLOAD_LIMIT
from infra.gateway.core.manifest import REST_FUNCTION, Manifest
from infra.gateway.core.rest import PAYLOAD_LIMIT, NoRouteError, RestRequest, RestRoutes, response_headers
from infra.gateway.core.throttle import TokenBucket
from infra.gateway.pool.functions import TooManyRequestsError
from infra.gateway.shell.authorizers import Authorizers, RefusedError
from infra.gateway.shell.http import HttpRequest, HttpResponse, json_response
from infra.gateway.shell.integration import Integration

_TOKEN_MISSING = b'{"message":"Missing Authentication Token"}'
_TIMED_OUT = b'{"message": "Endpoint request timed out"}'
_THROTTLED = b'{"message":"Too Many Requests"}'
_TOO_LONG = b'{"message":"Request Too Long"}'


class RestFrontend:
    """Answers what is below the REST stage."""

    def __init__(
        self,
        api: Api,
        authorizers: Authorizers,
        manifest: Manifest,
        integration: Integration,
        requests: TokenBucket | None,
    ) -> None:
        self._requests = requests
        self._api = api
        self._authorizers = authorizers
        self._integration = integration
        self.load(manifest)

    def load(self, manifest: Manifest) -> None:
        """Take another version of the app's routes."""
        self._authorizers.load(manifest.authorizers)
        self._routes = RestRoutes(manifest)

    async def answer(self, request: HttpRequest) -> HttpResponse:
        """The response to any request below the stage."""
        request_id = new_uuid()
        try:
            response = await self._answer(request, request_id)
        except RefusedError as refused:
            response = json_response(refused.status, refused.body, ("x-amzn-ErrorType", refused.type))
        return HttpResponse(response.status, response.body, (*response.headers, ("x-amzn-RequestId", request_id)))

    async def _answer(self, request: HttpRequest, request_id: str) -> HttpResponse:
        if len(request.body) > PAYLOAD_LIMIT:
            raise RefusedError(413, "RequestTooLargeException", _TOO_LONG)
        if self._requests is not None and not self._requests.take(time.monotonic()):
            raise RefusedError(429, "TooManyRequestsException", _THROTTLED)
        trace_id = request.headers.get("x-amzn-trace-id") or new_trace_root()
        try:
            matched = self._routes.match(self._below_stage(request, trace_id), self._api, request_id, time.time())
        except NoRouteError:
            raise RefusedError(403, "MissingAuthenticationTokenException", _TOKEN_MISSING) from None
        if matched.method is None:
            return HttpResponse(200, b"", tuple(self._routes.preflight_headers(matched.resource).items()))
        if matched.method.authorizer is not None:
            await self._authorizers.admit(matched.method.authorizer, request, matched)
        origin = f"{request.method} {request.path}"
        event = orjson.dumps(matched.event)
        if len(event) > SYNC_PAYLOAD_LIMIT:  # Lambda refuses it, and a binary body has grown by a third
            raise RefusedError(413, "RequestTooLargeException", _TOO_LONG)
        payload = await self._invoke(REST_FUNCTION, event, origin, trace_id)
        answer = parse_answer(payload)
        if answer is None:
            raise RefusedError(502, "InternalServerErrorException", BAD_GATEWAY_BODY)
        return HttpResponse(answer.status, answer.body, response_headers(answer.headers))

    def _below_stage(self, request: HttpRequest, trace_id: str) -> RestRequest:
        target = request.target.removeprefix(f"/{self._api.stage}") or "/"
        if not target.startswith("/"):
            target = f"/{target}"
        return RestRequest(request.method, target, request.header_pairs, request.body, request.source_ip, trace_id)

    async def _invoke(self, function: str, payload: bytes, origin: str, trace_id: str) -> bytes:
        try:
            result = await self._integration.wait(function, payload, origin, trace_id)
        except TooManyRequestsError:
            raise RefusedError(
                HTTPStatus.INTERNAL_SERVER_ERROR, "InternalServerErrorException", BAD_GATEWAY_BODY
            ) from None
        if result is None:
            raise RefusedError(504, "InternalServerErrorException", _TIMED_OUT)
        if not result.ok:
            raise RefusedError(502, "InternalServerErrorException", BAD_GATEWAY_BODY)
        return result.payload
