"""Where the microseconds of one message go: the gateway's own functions, each without those it calls."""

import time
from collections import defaultdict
from collections.abc import Callable
from functools import wraps
from statistics import quantiles
from typing import Any, Final, Self

from infra.gateway.core.routing import RouteSelection
from infra.gateway.pool import functions
from infra.gateway.pool.environment import Environment
from infra.gateway.pool.runtime_api import RuntimeApi
from infra.gateway.pool.runtime_connection import RuntimeConnection
from infra.gateway.shell import websocket_api
from infra.gateway.shell.integration import Integration
from infra.gateway.shell.websocket import ClientSocket
from infra.gateway.shell.websocket_api import WebSocketFrontend

FRAME: Final = "read the frame"
EVENT: Final = "build the event"
STEPS: Final[tuple[tuple[str, object, str], ...]] = (
    (FRAME, ClientSocket, "data_received"),
    ("choose the route", RouteSelection, "choose"),
    (EVENT, websocket_api, "message_event"),
    (EVENT, WebSocketFrontend, "message_received"),
    ("invoke: ids, limits, timers, queue", Integration, "call"),
    ("invoke: ids, limits, timers, queue", Environment, "hand"),
    ("hand the event to the runtime", RuntimeApi, "hand"),
    ("read the result", RuntimeConnection, "data_received"),
    ("take the result", Environment, "runtime_answered"),
    ("write the log line", functions, "log_result"),
    ("write the client's frame", ClientSocket, "send"),
)


class Stages:
    """CPU time of each step without those it contains, of the quickest tenth: the least disturbed by other programs."""

    def __init__(self) -> None:
        self._inner: list[int] = []
        self._times: dict[str, list[int]] = defaultdict(list)

    @classmethod
    def watched(cls) -> Self:
        """Times from here on, in this process."""
        stages = cls()
        for name, owner, attribute in STEPS:
            setattr(owner, attribute, stages._timed(f"{name}\t{attribute}", getattr(owner, attribute)))
        return stages

    def quickest(self) -> dict[str, float]:
        """Microseconds by step."""
        took: dict[str, float] = defaultdict(float)
        for key, times in self._times.items():
            took[key.partition("\t")[0]] += quantiles(times, n=10)[0] / 1000
        return took

    def _timed(self, key: str, function: Callable[..., Any]) -> Callable[..., Any]:
        times, inner, clock = self._times[key], self._inner, time.thread_time_ns

        @wraps(function)
        def timed(*arguments: Any, **options: Any) -> Any:
            inner.append(0)
            begun = clock()
            try:
                return function(*arguments, **options)
            finally:
                took = clock() - begun
                times.append(took - inner.pop())
                if inner:
                    inner[-1] += took

        return timed
