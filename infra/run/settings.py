"""What `make run` can be told."""

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from infra.run.errors import BadSetting
from infra.stores import HistoryStore

ROOT = Path(__file__).parents[2]

_DESCRIPTION = """\
Run Parley on this machine: PostgreSQL, MongoDB, Cassandra, the functions behind the local gateway, and the web app.
With HISTORY_STORE=mongodb there is no Cassandra, and no JVM.
Ctrl-C stops everything; started again it finds all its data.
"""

_EPILOG = """\
environment:
  PORT, DATA_DIR, LISTEN, METRICS_PORT
                      the same as --port, --data-dir, --listen and --metrics-port
  POSTGRES_URL, MONGODB_URL, CASSANDRA_HOSTS (host:port,...)
                      servers to use instead of the embedded ones
  CASSANDRA_KEYSPACE  default: parley
  HISTORY_STORE       cassandra (the default) or mongodb: where the message history is

Parley listens on 127.0.0.1. Its cookies are `__Host-` and `Secure`, which browsers accept over plain HTTP on localhost
and 127.0.0.1 alone: to reach it from elsewhere, put a proxy with HTTPS in front of it. LISTEN=0.0.0.0 is for a
container whose port is published on the machine's own localhost.
"""


@dataclass(frozen=True)
class RunSettings:
    """One run."""

    port: int = 8000
    data: Path = Path(".data")
    static: Path | None = None
    """A web app that is built already, served instead of building this checkout's."""
    listen: str = "127.0.0.1"
    """The address to listen on."""
    history: HistoryStore = HistoryStore.CASSANDRA
    """Where the message history is."""
    metrics_port: int | None = None
    """Where the metrics are; None is the port after that of Parley, or any that is free."""

    @property
    def url(self) -> str:
        """The address to open."""
        return f"http://localhost:{self.port}"

    @property
    def logs(self) -> Path:
        """Where every child has its log file."""
        return self.data / "logs"


def parse(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> RunSettings:
    """Raises BadSetting or StoreError; exits for --help and unknown arguments."""
    parser = argparse.ArgumentParser(
        prog="python -m infra.run",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", default=environment.get("PORT") or "8000", help="default: 8000")
    parser.add_argument(
        "--data-dir", type=Path, default=environment.get("DATA_DIR") or ".data", metavar="DIR", help="default: .data"
    )
    parser.add_argument(
        "--listen", default=environment.get("LISTEN") or "127.0.0.1", metavar="ADDRESS", help="default: 127.0.0.1"
    )
    parser.add_argument(
        "--metrics-port",
        default=environment.get("METRICS_PORT") or None,
        metavar="PORT",
        help="default: the one after --port, or any that is free",
    )
    parser.add_argument("--static", type=Path, metavar="DIR", help="serve this web app instead of building it")
    options = parser.parse_args(arguments)
    data = Path(options.data_dir).expanduser().absolute()
    history = HistoryStore.from_environment(environment)
    metrics_port = None if options.metrics_port is None else _port(options.metrics_port, "METRICS_PORT")
    return RunSettings(_port(options.port), data, options.static, _address(options.listen), history, metrics_port)


def _port(text: str, name: str = "PORT") -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65_535:
        raise BadSetting(name, text, "a port number from 1 to 65535")
    return int(text)


def _address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError as error:
        raise BadSetting("LISTEN", text, "an address of this machine, as 127.0.0.1 or 0.0.0.0") from error
