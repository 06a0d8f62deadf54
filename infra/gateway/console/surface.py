"""The console over HTTP: its page at `/_gateway/`, and what the page asks for below `/_gateway/console/`."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import orjson

from infra.gateway.console.guard import RefusedError, check_client, check_same_origin
from infra.gateway.console.state import ConsoleState
from infra.gateway.core.connection import NORMAL
from infra.gateway.core.management import ManagementError, check_message, gone
from infra.gateway.shell.http import HttpRequest, HttpResponse, json_response
from infra.gateway.shell.status import OWN_PATHS
from infra.gateway.shell.websocket import ClientSocket, SendBufferFullError

PAGE = f"/{OWN_PATHS}/"
BASE = f"/{OWN_PATHS}/console/"
_FOLDER = Path(__file__).parent / "page"
_FILES = {
    PAGE: ("index.html", "text/html; charset=utf-8"),
    f"{BASE}console.js": ("console.js", "text/javascript; charset=utf-8"),
    f"{BASE}console.css": ("console.css", "text/css; charset=utf-8"),
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = (
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", _POLICY),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
)


class _BadRequestError(Exception):
    """The page sent something else than it does."""


class ConsoleSurface:
    """Answers the console's page. What it sends to clients goes the way of the management API, unsigned."""

    def __init__(self, state: ConsoleState, clients: Mapping[str, ClientSocket]) -> None:
        self._state = state
        self._clients = clients
        self._actions: dict[str, Callable[[ClientSocket, dict[str, Any]], None]] = {
            f"{BASE}send": _send,
            f"{BASE}close": lambda client, _: client.close(NORMAL),
        }

    def answer(self, request: HttpRequest) -> HttpResponse:
        """A page, the state as JSON, or the outcome of an action."""
        try:
            check_client(request)
            return self._answer(request)
        except RefusedError as error:
            return _json(HTTPStatus.FORBIDDEN, {"message": str(error)})
        except ManagementError as error:
            return _json(error.status, {"message": str(error)})
        except SendBufferFullError:
            return _json(HTTPStatus.TOO_MANY_REQUESTS, {"message": "The client does not read: nothing was sent."})
        except _BadRequestError as error:
            return _json(HTTPStatus.BAD_REQUEST, {"message": str(error)})

    def _answer(self, request: HttpRequest) -> HttpResponse:
        action = self._actions.get(request.path)
        if action is not None:
            if request.method != "POST":
                return _json(HTTPStatus.METHOD_NOT_ALLOWED, {"message": "POST it."}, ("Allow", "POST"))
            check_same_origin(request)
            self._act(request, action)
            return _json(HTTPStatus.OK, {})
        if request.method not in ("GET", "HEAD"):
            return _json(HTTPStatus.METHOD_NOT_ALLOWED, {"message": "GET it."}, ("Allow", "GET, HEAD"))
        if request.path == f"{BASE}state":
            return _json(HTTPStatus.OK, self._state.document(_after(request.query)))
        if request.path not in _FILES:
            return _json(HTTPStatus.NOT_FOUND, {"message": f"The console is at {PAGE}."})
        name, kind = _FILES[request.path]
        return HttpResponse(HTTPStatus.OK, (_FOLDER / name).read_bytes(), (("Content-Type", kind), *_HEADERS))

    def _act(self, request: HttpRequest, action: Callable[[ClientSocket, dict[str, Any]], None]) -> None:
        try:
            document = orjson.loads(request.body)
        except orjson.JSONDecodeError as error:
            message = f"The body is no JSON: {error}."
            raise _BadRequestError(message) from None
        if not isinstance(document, dict):
            message = "The body must be a JSON object."
            raise _BadRequestError(message)
        client = self._clients.get(str(document.get("connectionId")))
        if client is None or not client.connection.is_open:
            raise gone()
        action(client, document)


def _send(client: ClientSocket, document: dict[str, Any]) -> None:
    text = str(document.get("text", "")).encode()
    check_message(text)
    client.send(text)


def _after(query: str) -> int:
    value = parse_qs(query).get("after", ["0"])[-1]
    return int(value) if value.isascii() and value.isdigit() and len(value) < 16 else 0


def _json(status: int, document: dict[str, Any], *headers: tuple[str, str]) -> HttpResponse:
    return json_response(status, orjson.dumps(document), *_HEADERS, *headers)
