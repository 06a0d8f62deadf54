"""A REST app that uses what Chalice offers: parameters, errors, CORS, binary bodies, authorizers."""

import os
import time
from typing import Any

from chalice.app import AuthRequest, AuthResponse, BadRequestError, Chalice, CORSConfig, Request, Response

app = Chalice(app_name="rest")
BROWSERS = CORSConfig(allow_origin="https://example.org", allow_headers=["X-Special"], max_age=600)


def request() -> Request:
    """The current request, which is there in every view."""
    assert app.current_request is not None
    return app.current_request


def body_of(current: Request) -> bytes:
    """The body as bytes, as it was sent."""
    raw = current.raw_body
    return raw.encode() if isinstance(raw, str) else raw


@app.authorizer()
def door(auth: AuthRequest) -> AuthResponse:
    """Lets "open" in everywhere, "half" into another route only."""
    routes: list[Any] = {"open": ["*"], "half": ["/elsewhere"]}.get(auth.token, [])
    return AuthResponse(routes=routes, principal_id="visitor", context={"key": auth.token})


@app.route("/")
def index() -> dict[str, str]:
    """The root resource."""
    return {"greeting": os.environ["GREETING"], "overridden": os.environ["OVERRIDDEN"]}


@app.route("/echo/{name}", methods=["GET", "POST"], cors=BROWSERS)
def echo(name: str) -> dict[str, Any]:
    """What the function sees of a request."""
    current = request()
    return {
        "name": name,
        "method": current.method,
        "query": {key: current.query_params.getlist(key) for key in current.query_params or {}}
        if current.query_params
        else None,
        "headers": dict(current.headers),
        "context": current.context,
        "body": body_of(current).decode(),
        "event": {key: value for key, value in current.to_original_event().items() if key != "headers"},
    }


@app.route("/fail/{kind}")
def fail(kind: str) -> Any:
    """Go wrong in a chosen way."""
    if kind == "bad":
        message = "that was wrong"
        raise BadRequestError(message)
    if kind == "exit":
        os._exit(3)
    if kind == "slow":
        time.sleep(10)
    raise ValueError(kind)


@app.route("/bytes", methods=["POST"], content_types=["application/octet-stream"])
def reverse() -> Response:
    """A binary body, reversed."""
    return Response(bytes(reversed(body_of(request()))), {"Content-Type": "application/octet-stream"})


@app.route("/cookies")
def cookies() -> Response:
    """A header that is sent twice, and a status of its own."""
    return Response("made", {"Set-Cookie": ["a=1", "b=2"], "Content-Type": "text/plain"}, 201)


@app.route("/nothing")
def nothing() -> Response:
    """Chalice turns None into the body "null", whatever the status."""
    return Response(None, status_code=204)


@app.route("/things/{thing_id}")
def thing(thing_id: str) -> dict[str, str]:
    """One thing."""
    return {"thing": thing_id}


@app.route("/guarded", authorizer=door)
def guarded() -> dict[str, Any]:
    """Behind the door."""
    return {"authorizer": request().context["authorizer"]}
