"""What a Chalice project contains, as `runtime/discover.py` reports it."""

from dataclasses import dataclass, field
from typing import Any

REST_FUNCTION = "api_handler"


@dataclass(frozen=True, slots=True)
class Function:
    """One Lambda function as Chalice deploys it.

    `timeout` is in seconds, `memory` in MB; `reserved_concurrency` is None without a reservation.
    """

    name: str
    qualified_name: str
    handler: str
    timeout: float
    memory: int
    reserved_concurrency: int | None = None
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Authorizer:
    """Who decides about requests. `kind` is "function" (`@app.authorizer`), "iam", "cognito" or "external".

    `header` carries the token; `ttl` is for how many seconds a function's policy is used again, at most an hour.
    """

    name: str
    kind: str
    header: str = "Authorization"
    ttl: float = 0.0


@dataclass(frozen=True, slots=True)
class RouteMethod:
    """One method of a REST route. `cors` holds the headers of a preflight answer, None where CORS is off.

    `authorizer` is the key of its authorizer in the manifest.
    """

    cors: dict[str, str] | None = None
    authorizer: str | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """One `@app.schedule`: its rule name, the function it invokes and a `rate(...)` or `cron(...)`."""

    rule: str
    function: str
    expression: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """A whole app. Functions are keyed by their short names, routes by path and method."""

    app_name: str
    api_gateway_stage: str
    functions: dict[str, Function]
    routes: dict[str, dict[str, RouteMethod]]
    binary_types: list[str]
    websocket_routes: dict[str, str]
    schedules: list[Schedule]
    authorizers: dict[str, Authorizer]


def manifest_from_json(document: dict[str, Any]) -> Manifest:
    """Build a manifest from the JSON of `runtime/discover.py`.

    Raises KeyError or TypeError when the document has another shape.
    """
    return Manifest(
        app_name=document["app_name"],
        api_gateway_stage=document["api_gateway_stage"],
        functions={entry["name"]: Function(**entry) for entry in document["functions"]},
        routes={
            path: {method: RouteMethod(**entry) for method, entry in methods.items()}
            for path, methods in document["routes"].items()
        },
        binary_types=list(document["binary_types"]),
        websocket_routes=dict(document["websocket_routes"]),
        schedules=[Schedule(**entry) for entry in document["schedules"]],
        authorizers={entry["name"]: Authorizer(**entry) for entry in document["authorizers"]},
    )
