"""`GET` and `PUT /_gateway/control/faults`: what goes wrong, changed while a test runs. AWS has no counterpart."""

from collections.abc import Callable

import orjson

from infra.gateway.console.guard import RefusedError, check_client
from infra.gateway.core.faults import Faults, FaultsError, faults_document, read_faults
from infra.gateway.shell.http import HttpRequest, HttpResponse, json_response
from infra.gateway.shell.status import OWN_PATHS

FAULTS_PATH = f"/{OWN_PATHS}/control/faults"


class ControlApi:
    """Answers clients on this machine. A PUT replaces all faults: what it does not name is not provoked."""

    def __init__(self, current: Callable[[], Faults], provoke: Callable[[Faults], None]) -> None:
        self._current = current
        self._provoke = provoke

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The faults as they are now, or why not."""
        if request.path != FAULTS_PATH:
            return _refused(404, f"The faults are at {FAULTS_PATH}.")
        try:
            check_client(request)
            if request.method == "PUT":
                self._provoke(read_faults(_document(request)))
            elif request.method != "GET":
                return _refused(405, "GET or PUT it.")
        except RefusedError as error:
            return _refused(403, str(error))
        except FaultsError as error:
            return _refused(400, str(error))
        return json_response(200, orjson.dumps(faults_document(self._current())))


def _document(request: HttpRequest) -> object:
    # A page of another site can send this only after a preflight, which is not answered.
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        message = "The request must be application/json."
        raise FaultsError(message)
    try:
        return orjson.loads(request.body)
    except orjson.JSONDecodeError as error:
        message = f"The body is no JSON: {error}."
        raise FaultsError(message) from None


def _refused(status: int, message: str) -> HttpResponse:
    return json_response(status, orjson.dumps({"message": message}))
