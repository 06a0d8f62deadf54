"""Serves the page and the text for Prometheus on this machine's loopback address."""

import threading
from collections.abc import Callable, Iterable
from http import HTTPStatus
from pathlib import Path
from socketserver import TCPServer
from typing import TYPE_CHECKING, Final
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from prometheus_client import make_wsgi_app

from infra.metrics.collection import Collection, listed
from infra.metrics.lines import LogFollower
from infra.metrics.page import page

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_POLL_SECONDS: Final = 0.5
_NAMES: Final = frozenset(("localhost", "127.0.0.1"))
_HEADERS: Final = [
    ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
]


class MetricsServer:
    """One thread that reads the log and answers requests in turn, so that neither has to wait for a lock."""

    def __init__(self, log: Path, port: int) -> None:
        """Opens the port, 0 for any that is free. Raises OSError if another program has it."""
        self._collection = Collection(listed())
        self._expose: WSGIApplication = make_wsgi_app(self._collection.registry)
        self._server = _Server(port, LogFollower(log), self._collection, self._answer)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_POLL_SECONDS,), name="metrics", daemon=True
        )

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://localhost:{self._server.server_port}"

    def start(self) -> None:
        """Read and answer from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Close the port."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def _answer(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        # A page from elsewhere could have its own name lead here, and read what is answered.
        if environ.get("HTTP_HOST", "").rpartition(":")[0] not in _NAMES:
            return _text(start, HTTPStatus.MISDIRECTED_REQUEST, "Open it as localhost or 127.0.0.1.\n")
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            return _text(start, HTTPStatus.METHOD_NOT_ALLOWED, "There is nothing here but to read.\n")
        match environ["PATH_INFO"]:
            case "/metrics":
                return self._expose(environ, start)
            case "/":
                return _text(start, HTTPStatus.OK, page(self._collection), "text/html")
            case _:
                return _text(start, HTTPStatus.NOT_FOUND, "There are / and /metrics.\n")


def _text(start: "StartResponse", status: HTTPStatus, text: str, kind: str = "text/plain") -> Iterable[bytes]:
    start(f"{status.value} {status.phrase}", [("Content-Type", f"{kind}; charset=utf-8"), *_HEADERS])
    return [text.encode()]


class _Quiet(WSGIRequestHandler):
    timeout = 5.0
    """Seconds that a client may take for its request: the next one waits."""

    def log_message(self, *_arguments: object) -> None:
        """Nobody wants to know."""

    def address_string(self) -> str:
        """Not looked up."""
        return str(self.client_address[0])


class _Server(WSGIServer):
    def __init__(
        self,
        port: int,
        log: LogFollower,
        collection: Collection,
        answer: "Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]",
    ) -> None:
        self._log = log
        self._collection = collection
        super().__init__(("127.0.0.1", port), _Quiet)
        self.set_app(answer)

    def server_bind(self) -> None:
        """Bind without asking a name server for this machine's name, which may take long."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "localhost", int(self.server_address[1])
        self.setup_environ()

    def service_actions(self) -> None:
        """Read on; called after every request and every _POLL_SECONDS."""
        for found in self._log.read():
            self._collection.add(found)
