"""A Maven repository on the loopback address that can be told to misbehave."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CONTENT = {f"part-{n}": f"the jar of part {n}".encode() * 1000 for n in range(5)}


class Repository:
    """Serves `CONTENT` as version 1.0 of group `example`; `broken` names what goes wrong with a jar."""

    def __init__(self) -> None:
        self.broken: dict[str, str] = {}
        self.fetched: list[str] = []
        self.address = ""


@contextmanager
def serve() -> Iterator[Repository]:
    """Run a repository for as long as the context lasts."""
    repository = Repository()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.split("/")[2]
            if not self.path.endswith(".jar") or repository.broken.get(name) == "missing":
                self.send_error(404)
                return
            repository.fetched.append(name)
            content = CONTENT[name]
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            match repository.broken.get(name):
                case "cut short":
                    content = content[: len(content) // 2]
                case "wrong":
                    content = content[::-1]
            self.wfile.write(content)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the base class's name
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        repository.address = f"http://127.0.0.1:{server.server_port}"
        yield repository
        server.shutdown()
        thread.join()


def write_lock(path: Path) -> Path:
    """A jgo lock file for all of `CONTENT`."""
    path.write_text(
        "".join(
            f'[[dependencies]]\ngroupId = "example"\nartifactId = "{name}"\nversion = "1.0"\n'
            f'packaging = "jar"\nsha256 = "{hashlib.sha256(content).hexdigest()}"\n\n'
            for name, content in CONTENT.items()
        )
    )
    return path
