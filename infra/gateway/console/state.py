"""What the console's page is told. Times are ms since the epoch, durations ms."""

import heapq
import secrets
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra.gateway.console.history import InvocationHistory, Mistake, Past
from infra.gateway.core.invocation import Invocation
from infra.gateway.pool.functions import Functions
from infra.gateway.shell.status import connection_summary
from infra.gateway.shell.websocket import ClientSocket

#: A page with ten thousand rows is of no use, and would be sent twice a second.
CONNECTIONS_SHOWN = 200


class ConsoleState:
    """Reads the parts of a gateway. Pages ask for what happened after a sequence number."""

    def __init__(
        self,
        project: Path,
        websocket_url: str,
        clients: Mapping[str, ClientSocket],
        functions: Functions,
        history: InvocationHistory,
    ) -> None:
        self._project = project
        self._websocket_url = websocket_url
        self._clients = clients
        self._functions = functions
        self._history = history
        #: Another gateway on the same port counts from one again: the page forgets what it knew.
        self._run = secrets.token_hex(4)

    def document(self, after: int) -> dict[str, Any]:
        """Everything live, and of the past what is newer than `after`."""
        history = self._history
        return {
            "run": self._run,
            "latest": history.latest,
            "now": _ms(time.time()),
            "project": str(self._project),
            "websocketUrl": self._websocket_url,
            "totals": {
                "connections": len(self._clients),
                "invocations": history.invocations,
                "failures": history.failures,
            },
            "connections": self._connections(),
            "environments": self._environments(),
            "running": [_running(invocation, since) for invocation, since in history.running.items()],
            "invocations": [_past(each) for each in history.past if each.sequence > after],
            "errors": [_mistake(each) for each in history.mistakes if each.sequence > after],
        }

    def _connections(self) -> list[dict[str, Any]]:
        active = heapq.nlargest(
            CONNECTIONS_SHOWN, self._clients.values(), key=lambda client: client.connection.last_active
        )
        return [connection_summary(client) for client in active]

    def _environments(self) -> list[dict[str, Any]]:
        return [
            {
                "function": pool.function.name,
                "pid": each.pid,
                "state": each.state.value,
                "invocations": each.invocations,
                "initDuration": round(each.init_duration, 1),
            }
            for pool in self._functions.pools
            for each in pool.environments
            if each.pid
        ]


def _running(invocation: Invocation, since: float) -> dict[str, Any]:
    return {
        "id": invocation.id,
        "function": invocation.function,
        "route": invocation.origin,
        "connectionId": invocation.connection_id,
        "environment": invocation.environment,
        "submitted": _ms(since),
    }


def _past(past: Past) -> dict[str, Any]:
    end = past.end
    return {
        "sequence": past.sequence,
        "id": end.id,
        "function": end.function,
        "route": end.route,
        "connectionId": end.connection_id,
        "environment": end.environment,
        "submitted": _ms(past.submitted),
        "ended": _ms(past.ended),
        "duration": round(end.duration, 2),
        "cold": end.cold,
        "initDuration": round(end.init_duration, 1),
        "outcome": end.outcome,
        "status": end.status,
        "ok": end.ok,
    }


def _mistake(mistake: Mistake) -> dict[str, Any]:
    end, failure = mistake.end, mistake.failure
    return {
        "sequence": mistake.sequence,
        "at": _ms(mistake.at),
        "id": end.id if end else None,
        "function": end.function if end else None,
        "route": end.route if end else None,
        "outcome": end.outcome if end else "not loaded",
        "summary": failure.summary,
        "trace": list(failure.trace),
    }


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)
