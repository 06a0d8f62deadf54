"""REST requests as proxy events, by Chalice's own converter, and what API Gateway answers by itself."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chalice.local import LambdaEventConverter, RouteMatcher

from infra.gateway.core.events import Api, Event, request_time, with_forwarding
from infra.gateway.core.manifest import Manifest, RouteMethod
from infra.gateway.core.variables import ACCOUNT_ID

PAYLOAD_LIMIT = 10 * 1024 * 1024
#: As a binary media type: every body is binary.
_EVERYTHING = "*/*"
#: Set by API Gateway itself: what a function says of them is dropped.
_DROPPED = frozenset({"content-length", "transfer-encoding"})
#: Sent on under the name x-amzn-Remapped-NAME. "Important notes" of the API Gateway developer guide says that they may
#: be; these are the ones people have seen (serverless-offline issue 236, aws-sam-cli issue 696).
_REMAPPED = frozenset({"authorization", "connection", "date", "server", "www-authenticate"})


@dataclass(frozen=True, slots=True)
class RestRequest:
    """A request below the stage. `target` is the path without the stage, as on the wire, with the query."""

    method: str
    target: str
    headers: Sequence[tuple[str, str]]
    body: bytes
    source_ip: str
    trace_id: str


@dataclass(frozen=True, slots=True)
class Matched:
    """A request that has a route: its event, its route and that route's method, None for an automatic preflight."""

    event: Event
    resource: str
    method: RouteMethod | None


class NoRouteError(LookupError):
    """API Gateway has no such resource or method."""


class RestRoutes:
    """The route table of one app."""

    def __init__(self, manifest: Manifest) -> None:
        self._routes = manifest.routes
        self._converter = LambdaEventConverter(RouteMatcher(list(manifest.routes)), manifest.binary_types)
        self._all_binary = _EVERYTHING in manifest.binary_types

    def match(self, request: RestRequest, api: Api, request_id: str, now: float) -> Matched:
        """Find the route and build the event; raises NoRouteError. `now` is in seconds since the epoch."""
        headers = with_forwarding(request.headers, request.source_ip, api, request.trace_id)
        # The converter looks a binary Content-Type up in lower case, although it takes headers of any.
        lowered = {name.lower(): value for name, value in headers}
        path = request.target.partition("?")[0]
        try:
            event: Event = self._converter.create_lambda_event(
                request.method, request.target, lowered, request.body or None
            )
        except ValueError as error:
            raise NoRouteError(path) from error
        resource = event["requestContext"]["resourcePath"]
        method = self._routes[resource].get(request.method)
        if method is None and request.method != "OPTIONS":
            raise NoRouteError(f"{request.method} {path}")
        if self._all_binary and request.body:
            event |= {"body": base64.b64encode(request.body).decode("ascii"), "isBase64Encoded": True}
        _complete(event, request, api, request_id, now)
        event["multiValueHeaders"] = _multi(headers)
        return Matched(event, resource, method)

    def preflight_headers(self, resource: str) -> dict[str, str]:
        """The headers of the OPTIONS method Chalice adds to a resource."""
        with_cors = {name: each for name, each in self._routes[resource].items() if each.cors is not None}
        if not with_cors:
            return {"Access-Control-Allow-Methods": "OPTIONS"}
        # Chalice sees to it that all methods of a resource have the same configuration.
        cors = next(iter(with_cors.values())).cors or {}
        return {**cors, "Access-Control-Allow-Methods": ",".join([*with_cors, "OPTIONS"])}


def response_headers(headers: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The headers of a function's answer as they reach the client; JSON is what a body is unless they say otherwise."""
    sent = [
        (f"x-amzn-Remapped-{name}" if name.lower() in _REMAPPED else name, value)
        for name, value in headers
        if name.lower() not in _DROPPED
    ]
    if not any(name.lower() == "content-type" for name, _ in sent):
        sent.append(("Content-Type", "application/json"))
    return sent


def _complete(event: dict[str, Any], request: RestRequest, api: Api, request_id: str, now: float) -> None:
    """What Chalice's converter leaves out or fixes, as API Gateway sends it."""
    body = event["body"]
    if isinstance(body, bytes):
        event["body"] = body.decode("utf-8", "replace")
    event.setdefault("isBase64Encoded", False)
    path = request.target.partition("?")[0]
    query = event["multiValueQueryStringParameters"]
    context = event["requestContext"]
    event |= {
        "resource": context["resourcePath"],
        "path": path,
        "httpMethod": request.method,
        "queryStringParameters": {name: values[-1] for name, values in query.items()} if query else None,
        # The converter adds those of other routes it has tried. Values stay as the client has encoded them.
        "pathParameters": {
            name: value for name, value in event["pathParameters"].items() if f"/{{{name}}}" in context["resourcePath"]
        }
        or None,
        "stageVariables": None,
    }
    context |= {
        "accountId": ACCOUNT_ID,
        "apiId": api.api_id,
        "domainName": api.domain_name,
        "identity": {"sourceIp": request.source_ip, "userAgent": event["headers"].get("user-agent")},
        "path": f"/{api.stage}{path}",
        "protocol": "HTTP/1.1",
        "requestId": request_id,
        "requestTime": request_time(now),
        "requestTimeEpoch": int(now * 1000),
        "stage": api.stage,
    }


def _multi(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        grouped.setdefault(name.lower(), []).append(value)
    return grouped
