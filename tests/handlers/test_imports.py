"""What a cold start pays for: looked at in fresh processes, after a real invocation."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

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

SOCKET_NEVER = {"boto3", "botocore", "asyncpg", "cassandra", "bcrypt", "jwt"}


def modules_after(handler: str, mongodb_url: str) -> tuple[int, set[str]]:
    """The status of an invocation in a fresh process, and the top-level packages it imported."""
    event = str(Path(__file__).parents[1] / "events" / f"{handler}.json")
    finished = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(event=event, handler=handler)],
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
        },
        capture_output=True,
        text=True,
        check=True,
    )
    status, modules = json.loads(finished.stdout.splitlines()[-1])
    return status, {name.partition(".")[0] for name in modules}


@pytest.mark.parametrize(("handler", "status"), [("connect", 401), ("message", 200), ("disconnect", 200)])
def test_the_sockets_functions_import_one_driver_only(handler: str, status: int, mongodb_url: str) -> None:
    answered, modules = modules_after(handler, mongodb_url)
    assert answered == status
    assert "pymongo" in modules
    assert not modules & SOCKET_NEVER
