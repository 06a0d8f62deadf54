"""REST requests as proxy events, by Chalice's own converter, and what API Gateway answers by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chalice.local import LambdaEventConverter, RouteMatcher

from infra.gateway.core.events import Event, request_time
from infra.gateway.core.manifest import Manifest, RouteMethod
from infra.gateway.core.variables import ACCOUNT_ID

PAYLOAD_LIMIT = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class RestRequest:
    """A request below the stage. `target` is the path without the stage, as on the wire, with the query."""

    method: str
    target: str
    headers: Sequence[tuple[str, str]]
    body: bytes
    source_ip: str


@dataclass(frozen=True, slots=True)
class RestApi:
    """What an event says about the API it came through."""

    api_id: str
    stage: str
    domain_name: str


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

    def match(self, request: RestRequest, api: RestApi, request_id: str, now: float) -> Matched:
        """Find the route and build the event; raises NoRouteError. `now` is in seconds since the epoch."""
        headers = _with_forwarding(request, api)
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


def _with_forwarding(request: RestRequest, api: RestApi) -> list[tuple[str, str]]:
    forwarded = [value for name, value in request.headers if name.lower() == "x-forwarded-for"]
    kept = [(name, value) for name, value in request.headers if not name.lower().startswith("x-forwarded-")]
    return [
        *kept,
        ("X-Forwarded-For", ", ".join([*forwarded, request.source_ip])),
        ("X-Forwarded-Port", api.domain_name.rpartition(":")[2]),
        ("X-Forwarded-Proto", "http"),
    ]


def _complete(event: dict[str, Any], request: RestRequest, api: RestApi, request_id: str, now: float) -> None:
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
