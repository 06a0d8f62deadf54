"""What each function's cold start imports, in milliseconds, largest first."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Final

FUNCTIONS: Final = Path(__file__).parents[2] / "functions"
RUNS: Final = 5

_SETTINGS: Final = {
    "POSTGRES_URL": "postgresql://parley@127.0.0.1:1/parley",
    "MONGODB_URL": "mongodb://127.0.0.1:1/parley?directConnection=true",
    "CASSANDRA_HOSTS": "127.0.0.1:1",
    "PASSWORD_PEPPER": "00" * 32,
    "TOKEN_KEYS": f"bench:{'00' * 32}",
    "ALLOWED_ORIGINS": "http://localhost",
    "AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI": "http://127.0.0.1:1/ws",
    "BCRYPT_COST": "4",
}
_SOCKET: Final = "app.connections, app.sending, app.resuming, app.presence"
_USES: Final = {
    "websocket_connect": ("websocket", "app.connections"),
    "websocket_message": ("websocket", _SOCKET),
    "websocket_disconnect": ("websocket", "app.connections"),
    "api_handler": ("surface", "app.accounts, app.recovery, app.sessions, app.rooms, app.users, app.history"),
    "flush": ("schedule", "app.flush"),
    "flush_room": ("schedule", "app.flush"),
    "sweep": ("schedule", "app.sweep"),
    "mail": ("credentials", "app.recovery"),
    "fanout": ("schedule", "app.fan_out"),
}
"""What each function's handler module is, and which services its first invocation builds."""


def measure() -> dict[str, Counter[str]]:
    """Milliseconds by top-level package for each function: the fastest of some runs, each a fresh process."""
    return {name: min((_once(name) for _ in range(RUNS)), key=lambda times: times.total()) for name in _USES}


def _once(name: str) -> Counter[str]:
    modules, services = _USES[name]
    program = (
        f"from chalicelib.handlers import {modules}\n"
        "from chalicelib.bootstrap import parley\n"
        f"app = parley(); {services}\n"
    )
    if name == "api_handler":
        program = "import app as _app\n" + program
    finished = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", program],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(FUNCTIONS), **_SETTINGS},
        capture_output=True,
        text=True,
        check=True,
    )
    times: Counter[str] = Counter()
    for line in finished.stderr.splitlines():
        # Three columns: microseconds by itself, with what it imports, and the indented name.
        fields = line.removeprefix("import time:").split("|")
        if len(fields) == 3 and fields[0].strip().isdigit():
            times[_package(fields[2].strip())] += int(fields[0])
    return Counter({package: round(spent / 1_000) for package, spent in times.items()})


def _package(module: str) -> str:
    top = module.split(".", maxsplit=1)[0]
    return "the standard library" if top in sys.stdlib_module_names or top.startswith("_") else top


def report() -> str:
    """The section of docs/benchmarks.md."""
    lines = ["| function | total ms | by import, largest first |", "|---|---|---|"]
    for name, times in measure().items():
        largest = ", ".join(f"{package} {spent}" for package, spent in times.most_common(8) if spent)
        lines.append(f"| `{name}` | {times.total()} | {largest} |")
    return "\n".join(lines)
