"""A REST app that uses what Chalice offers: parameters, errors, CORS, binary bodies, authorizers."""

import os
import time
from typing import Any

from chalice.app import (
    AuthRequest,
    AuthResponse,
    AuthRoute,
    BadRequestError,
    Chalice,
    CognitoUserPoolAuthorizer,
    CORSConfig,
    CustomAuthorizer,
    IAMAuthorizer,
    Request,
    Response,
)

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


@app.authorizer(ttl_seconds=0)
def forgetful(auth: AuthRequest) -> AuthResponse:
    """Is asked each time; fails in the way it is told to."""
    if auth.token == "who are you":
        message = "Unauthorized"
        raise RuntimeError(message)
    if auth.token == "break":
        raise ValueError(auth.token)
    return AuthResponse(routes=["*"], principal_id=auth.method_arn, context={"asked": str(time.time_ns())})


@app.authorizer(ttl_seconds=60, header="X-Key")
def keyed(auth: AuthRequest) -> AuthResponse:
    """Reads a header of its own, and lets into one route by its pattern and method."""
    context: Any = {"asked": str(time.time_ns()), "number": 7, "flag": True}
    if auth.token == "bad":
        context["list"] = []
    return AuthResponse(routes=[AuthRoute("/keyed/*", ["GET"])], principal_id="visitor", context=context)


pool = CognitoUserPoolAuthorizer("pool", ["arn:aws:cognito-idp:us-east-1:000000000000:userpool/local"])
elsewhere = CustomAuthorizer("elsewhere", "arn:aws:lambda:us-east-1:000000000000:function:elsewhere", header="X-Key")


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


@app.route("/locked")
def locked() -> Response:
    """Headers that API Gateway sends on under other names, or sets by itself."""
    headers: dict[str, Any] = {"WWW-Authenticate": "Basic", "Server": "app", "Content-Length": "1", "X-Other": "1"}
    return Response("no", headers, 401)


@app.route("/size", methods=["POST"], content_types=["application/octet-stream", "text/plain"])
def size() -> int:
    """How long a body is."""
    return len(body_of(request()))


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


@app.route("/forgetful", authorizer=forgetful)
@app.route("/forgetful/{name}", authorizer=forgetful)
def remembered(name: str = "") -> dict[str, Any]:
    """Behind an authorizer that keeps nothing."""
    return {"authorizer": request().context["authorizer"]}


@app.route("/keyed/{name}", methods=["GET", "POST"], authorizer=keyed)
def by_key(name: str) -> dict[str, Any]:
    """Behind an authorizer that lets into this route only."""
    return {"authorizer": request().context["authorizer"]}


@app.route("/signed/{name}", methods=["GET", "POST"], authorizer=IAMAuthorizer())
def signed(name: str) -> dict[str, Any]:
    """For signed requests."""
    return {"identity": request().context["identity"], "name": name}


@app.route("/pool", authorizer=pool)
def pooled() -> dict[str, Any]:
    """For users of a pool."""
    return {"authorizer": request().context["authorizer"]}


@app.route("/elsewhere", authorizer=elsewhere)
def elsewhere_guarded() -> dict[str, Any]:
    """Behind a function that is not part of this app."""
    return {"in": True}


@app.route("/blob", methods=["POST"], content_types=["image/png", "text/plain"])
def blob() -> dict[str, Any]:
    """How a body arrived."""
    event = request().to_original_event()
    return {"encoded": event["isBase64Encoded"], "body": event["body"], "length": len(body_of(request()))}
