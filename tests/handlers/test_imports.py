"""What a cold start pays for: looked at in fresh processes, after a real invocation."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.system import SCHEDULED

FUNCTIONS = Path(__file__).parents[2] / "functions"

PROGRAM = """
import json, sys
import app
event = json.load(open({event!r}))
event["headers"] = {{**event.get("headers", {{}}), "Origin": "http://localhost:8000",
                    "Sec-WebSocket-Protocol": "parley.v1, ticket.made-up"}}
answer = app.{handler}(event, None)
print(json.dumps([answer["statusCode"], sorted(sys.modules)]))
"""

FLUSH = """
import json, sys
import app
from chalicelib.bootstrap import parley
from chalicelib.handlers.schedule import flush
answer = flush({event!r}, None)
print(json.dumps([answer, sorted(parley().stores.probes), sorted(sys.modules)]))
"""

# Powertools asks `botocore` itself, a few constants, whether it is there; what costs are its modules.
POWERTOOLS_LOOKS_FOR = {"botocore"}
SOCKET_NEVER = {"boto3", "botocore", "asyncpg", "cassandra", "bcrypt", "jwt"}


def printed_by(program: str, mongodb_url: str, **environment: str) -> list[Any]:
    """What the program prints last in a fresh process, decoded."""
    finished = subprocess.run(
        [sys.executable, "-c", program],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(FUNCTIONS),
            "AWS_REGION": "us-east-1",
            "POSTGRES_URL": "postgresql://nobody@127.0.0.1:1/nothing",
            "MONGODB_URL": mongodb_url,
            "CASSANDRA_HOSTS": "127.0.0.1:1",
            "PASSWORD_PEPPER": "00" * 32,
            "TOKEN_KEYS": f"test:{'00' * 32}",
            "ALLOWED_ORIGINS": "http://localhost:8000",
            "AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI": "http://127.0.0.1:1/ws",
            **environment,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[Any] = json.loads(finished.stdout.splitlines()[-1])
    return found


def packages(modules: list[str]) -> set[str]:
    """The top-level packages of the modules."""
    return {name.partition(".")[0] for name in modules if name not in POWERTOOLS_LOOKS_FOR}


@pytest.mark.parametrize(("handler", "status"), [("connect", 401), ("message", 200), ("disconnect", 200)])
def test_the_sockets_functions_import_one_driver_only(handler: str, status: int, mongodb_url: str) -> None:
    event = str(Path(__file__).parents[1] / "events" / f"{handler}.json")
    answered, modules = printed_by(PROGRAM.format(event=event, handler=handler), mongodb_url)
    assert answered == status
    assert "pymongo" in packages(modules)
    assert not packages(modules) & SOCKET_NEVER
    # It writes what must not wait: here, that a socket was refused. Otherwise no cold start pays for it.
    assert ("aws_lambda_powertools" in packages(modules)) == (status == 401)


@pytest.mark.parametrize(("history", "asked"), [("cassandra", {"cassandra"}), ("mongodb", set())])
def test_a_flush_imports_the_driver_of_its_history_and_health_asks_no_other(
    history: str, asked: set[str], mongodb_url: str
) -> None:
    # A database of its own: nothing there is to be flushed.
    database = mongodb_url.replace("/parley", f"/imports_{history}")
    answer, probes, modules = printed_by(FLUSH.format(event=SCHEDULED), database, HISTORY_STORE=history)
    assert answer == {"events": 0}
    assert set(probes) == {"postgres", "mongodb"} | asked
    assert packages(modules) & {"cassandra"} == asked
