"""Route selection of a WebSocket API and the frames API Gateway itself sends to a client."""

from collections.abc import Mapping
from typing import Any

import orjson

DEFAULT_ROUTE = "$default"
LIFE_CYCLE_ROUTES = frozenset({"$connect", "$disconnect"})
DEFAULT_SELECTION = "$request.body.action"
_PREFIX = "$request.body."


class RouteSelection:
    """Chooses a route key by an expression such as `$request.body.action`; dots walk into nested objects.

    Raises ValueError for an expression of another form.
    """

    def __init__(self, expression: str = DEFAULT_SELECTION) -> None:
        if not expression.startswith(_PREFIX):
            message = f"a route selection expression starts with {_PREFIX}, this one is {expression!r}"
            raise ValueError(message)
        self._path = expression.removeprefix(_PREFIX).split(".")

    def choose(self, body: str, routes: Mapping[str, str]) -> str | None:
        """The route key for a message, `$default` when none matches, None when there is no `$default` either."""
        # An API with nothing but $default, which is all that Chalice deploys, need not parse the body.
        if any(key not in LIFE_CYCLE_ROUTES and key != DEFAULT_ROUTE for key in routes):
            key = self._value(body)
            if key is not None and key in routes and key not in LIFE_CYCLE_ROUTES:
                return key
        return DEFAULT_ROUTE if DEFAULT_ROUTE in routes else None

    def _value(self, body: str) -> str | None:
        try:
            value: Any = orjson.loads(body)
        except orjson.JSONDecodeError:
            return None
        for name in self._path:
            if not isinstance(value, dict) or name not in value:
                return None
            value = value[name]
        if isinstance(value, str):
            return value
        if isinstance(value, bool | int | float):
            return orjson.dumps(value).decode()
        return None


def error_frame(message: str, connection_id: str, request_id: str) -> str:
    """What a client reads when API Gateway could not have its message handled; never an exception's text."""
    return orjson.dumps({"message": message, "connectionId": connection_id, "requestId": request_id}).decode()


FORBIDDEN = "Forbidden"
INTERNAL_SERVER_ERROR = "Internal server error"
