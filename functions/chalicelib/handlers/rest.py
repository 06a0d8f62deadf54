"""The REST edge: one decorator that parses, authenticates, calls, answers, and maps every refusal.

The same declarations make docs/openapi.json, so what is documented is what is done.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field
from hmac import compare_digest
from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_address
from typing import Any, Final

from chalice.app import Blueprint, Response
from chalice.app import Request as ChaliceRequest
from pydantic import BaseModel, ValidationError

from chalicelib import runtime
from chalicelib.bootstrap import Parley, parley
from chalicelib.domain.ids import is_ulid
from chalicelib.errors import BadRequest, ErrorCode, Forbidden, NotFound, ParleyError, Unauthenticated
from chalicelib.log_context import learn
from chalicelib.metrics import AUTH_FAILURES, RATE_LIMITED, UNHANDLED_ERRORS
from chalicelib.origin import arrive, identify
from chalicelib.schemas.base import Empty
from chalicelib.schemas.errors import ErrorAnswer, ErrorBody
from chalicelib.services.accounts import Caller, Device

HEADERS: Final = {
    "Content-Type": "application/json",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    # OWASP ASVS 5, 3.4: an answer is data for our own pages. The last one counts over HTTPS only (RFC 6797, 8.1).
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
}
_AGENT_LENGTH: Final = 300
_EDGE: Final = "x-parley-edge"
_VIEWER: Final = "x-parley-viewer"
_INTERNAL: Final = "Something went wrong here. Try again; if it stays, tell whoever runs this server."
_BY_STATUS: Final = {
    403: ErrorCode.FORBIDDEN,
    404: ErrorCode.NOT_FOUND,
    405: ErrorCode.BAD_REQUEST,
    415: ErrorCode.BAD_REQUEST,
}


log = logging.getLogger("parley.rest")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with headers of its own, or with a status other than the operation's."""

    body: BaseModel | None
    headers: Mapping[str, str | list[str]] = field(default_factory=dict)
    """A list is a header that is sent several times."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request, parsed. `caller` is there unless the operation is public."""

    app: Parley
    request: ChaliceRequest
    identity: Caller | None

    @property
    def caller(self) -> Caller:
        """Who asks. Raises Unauthenticated."""
        if self.identity is None:
            raise Unauthenticated("Log in first.")
        return self.identity

    @property
    def user(self) -> str:
        """The caller's user id."""
        return self.caller.user

    @property
    def device(self) -> Device:
        """Where the request comes from."""
        agent = str(self.request.headers.get("user-agent", ""))[:_AGENT_LENGTH]
        return Device(agent=agent, address=_address(self.request, self.app.config.edge_key))

    def proof(self) -> AbstractAsyncContextManager[None]:
        """Around whatever asks the caller for the current password: wrong ones are throttled."""
        return self.app.throttling.proof(self.caller.session.id, self.device.address)

    def cookie(self, name: str) -> str | None:
        """The value of a cookie."""
        try:
            morsel = SimpleCookie(str(self.request.headers.get("cookie", ""))).get(name)
        except CookieError:
            return None
        return morsel.value if morsel else None


def host_cookie(name: str, value: str, seconds: int, *, same_site: str = "Strict") -> str:
    """A Set-Cookie header. The name begins with `__Host-` (OWASP ASVS 5, 3.3): that binds the cookie to this host, and
    asks for Secure and Path=/.
    """
    return f"{name}={value}; Max-Age={seconds}; Path=/; Secure; HttpOnly; SameSite={same_site}"


View = Callable[..., Awaitable[BaseModel | Answer | None]]


@dataclass(frozen=True, slots=True)
class Operation:
    """What the documentation needs to know of one operation."""

    method: str
    path: str
    name: str
    summary: str
    body: type[BaseModel] | None
    query: type[BaseModel] | None
    answer: type[BaseModel] | None
    status: int
    public: bool


class Rest:
    """The operations of one noun."""

    def __init__(self, name: str) -> None:
        self.blueprint = Blueprint(name)
        self.operations: list[Operation] = []

    def operation(
        self,
        method: str,
        path: str,
        *,
        body: type[BaseModel] | None = None,
        query: type[BaseModel] | None = None,
        answer: type[BaseModel] | None = None,
        status: int = 200,
        public: bool = False,
    ) -> Callable[[View], View]:
        """Register `view(call, *path values, [body], [query])` for the method and path; an Empty body is not passed.

        The view gets only what is valid, and raises ParleyError for what it refuses. Its docstring is the summary.
        """

        def register(view: View) -> View:
            def handle(**values: str) -> Response:
                request = self.blueprint.current_request
                return respond(lambda: _call(view, request, values, body, query, public=public), status)

            handle.__name__ = view.__name__
            self.blueprint.route(path, methods=[method], name=view.__name__)(handle)
            summary = (view.__doc__ or "").strip().splitlines()[0]
            self.operations.append(Operation(method, path, view.__name__, summary, body, query, answer, status, public))
            return view

        return register


async def _call(
    view: View,
    request: ChaliceRequest,
    values: Mapping[str, str],
    body: type[BaseModel] | None,
    query: type[BaseModel] | None,
    *,
    public: bool,
) -> BaseModel | Answer | None:
    app = parley()
    learn(room=values.get("room"))
    arrive(_address(request, app.config.edge_key))
    _check_origin(request, app.config.allowed_origins)
    parsed: dict[str, Any] = {}
    if body is not None:
        content = _parse(lambda: body.model_validate_json(request.raw_body or b""))
        learn(client_id=getattr(content, "id", None))
        if body is not Empty:
            parsed["body"] = content
    if query is not None:
        parsed["query"] = _parse(lambda: query.model_validate_strings(dict(request.query_params or {}), strict=False))
    identity = None if public else await _authenticate(app, request)
    if identity is not None:
        learn(user=identity.user)
        identify(identity.user)
    return await view(Call(app, request, identity), **values, **parsed)


def respond(work: Callable[[], Awaitable[BaseModel | Answer | None]], status: int) -> Response:
    """Run the work and turn its outcome, whatever it is, into a response of the one shape."""

    async def run() -> Response:
        try:
            outcome = await work()
        except ParleyError as error:
            count_refusal(parley(), error)
            response = refusal(error.status, error.code, error.message, error.details)
            if "retry_after" in error.details:
                # RFC 9110, section 10.2.3: in seconds.
                response.headers["Retry-After"] = str(error.details["retry_after"])
            return response
        except Exception:
            log.exception("unhandled")
            parley().world.metrics.record(UNHANDLED_ERRORS)
            return refusal(500, ErrorCode.INTERNAL, _INTERNAL)
        result = outcome if isinstance(outcome, Answer) else Answer(outcome)
        text = "" if result.body is None else result.body.model_dump_json(by_alias=True)
        return Response(text, headers={**HEADERS, **result.headers}, status_code=status)

    return runtime.run(run())


def count_refusal(app: Parley, error: ParleyError) -> None:
    """Count what somebody who watches wants to know of: who was not let in, and who wanted too much."""
    if error.status == 401:
        app.world.metrics.record(AUTH_FAILURES)
    elif error.status == 429:
        app.world.metrics.record(RATE_LIMITED)


def refusal(status: int, code: ErrorCode, message: str, details: Mapping[str, object] | None = None) -> Response:
    """The one shape of all refusals."""
    answer = ErrorAnswer(error=ErrorBody(code=code, message=message, details=dict(details or {})))
    return Response(answer.model_dump_json(), headers=dict(HEADERS), status_code=status)


def reshape(_request: object, get_response: Callable[[object], Response]) -> Response:
    """Middleware: what Chalice refuses by itself (method, media type) gets the same shape."""
    response = get_response(_request)
    if isinstance(response.body, dict) and "Code" in response.body:
        code = _BY_STATUS.get(response.status_code, ErrorCode.INTERNAL)
        shaped = refusal(response.status_code, code, str(response.body.get("Message", _INTERNAL)))
        shaped.headers |= {name: value for name, value in response.headers.items() if name == "Allow"}
        return shaped
    return response


def path_id(value: str) -> str:
    """A ULID from a path. Raises NotFound: what cannot exist does not."""
    if not is_ulid(value):
        raise NotFound("There is nothing with this id.")
    return value


def path_number(value: str, what: str = "message") -> int:
    """A number from 1 on from a path, that of a message unless said. Raises NotFound: what cannot exist does not."""
    if not (value.isascii() and value.isdecimal() and len(value) <= 15 and int(value) > 0):
        raise NotFound(f"There is no such {what}.")
    return int(value)


def _address(request: ChaliceRequest, edge_key: str) -> str:
    # Behind a distribution API Gateway sees the distribution's address (template.yaml, ViewerAddress). Who reaches
    # API Gateway otherwise may send the headers, but not with the key.
    said = str(request.headers.get(_EDGE, ""))
    if edge_key and compare_digest(said.encode(), edge_key.encode()):
        with suppress(ValueError):
            return str(ip_address(str(request.headers.get(_VIEWER, ""))))
    return str(request.context.get("identity", {}).get("sourceIp", ""))


async def _authenticate(app: Parley, request: ChaliceRequest) -> Caller:
    scheme, _, token = str(request.headers.get("authorization", "")).partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated("Log in first.")
    return await app.accounts.authenticate(token)


def _check_origin(request: ChaliceRequest, allowed: frozenset[str]) -> None:
    # Browsers send Origin with every cross-origin request and with every POST (OWASP ASVS 5, 3.5.1).
    origin = request.headers.get("origin")
    if origin is not None and origin not in allowed:
        raise Forbidden(f"This address may not be used from {origin}.")


def _parse(parse: Callable[[], BaseModel]) -> BaseModel:
    try:
        return parse()
    except ValidationError as error:
        raise bad_request(error) from error


def bad_request(error: ValidationError) -> BadRequest:
    """What is wrong with the input, field by field, without repeating the input."""
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    fields = sorted({".".join(str(part) for part in problem["loc"]) for problem in problems})
    first = problems[0]
    where = ".".join(str(part) for part in first["loc"])
    return BadRequest(f"{where}: {first['msg']}" if where else str(first["msg"]), {"fields": fields})
