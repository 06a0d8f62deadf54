"""X-Ray: off, nothing of it is imported; on, a trace says what the log lines say."""

import json
import socket

from chalicelib.gateways.logs import user_digest
from tests.handlers.test_imports import printed_by

PROGRAM = """
import json, sys
from types import SimpleNamespace
import app
from chalicelib.log_context import learn
from chalicelib.handlers import observed
def handler(_):
    learn(room="the room", user="the user")
    return 200
context = SimpleNamespace(aws_request_id="request", function_name="parley-websocket_message")
answer = observed.observe(SimpleNamespace(context=context), handler)
print(json.dumps([answer, sorted(sys.modules)]))
"""
ON_LAMBDA = {
    "TRACING": "Active",
    "LAMBDA_TASK_ROOT": "/var/task",
    "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
    "_X_AMZN_TRACE_ID": "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
}


def test_without_tracing_nothing_of_it_is_imported(mongodb_url: str) -> None:
    _, modules = printed_by(PROGRAM, mongodb_url)
    assert not [it for it in modules if it.startswith("aws_xray_sdk")]


def test_a_trace_says_what_is_known_of_the_invocation(mongodb_url: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
        daemon.bind(("127.0.0.1", 0))
        daemon.settimeout(20)
        address = "{}:{}".format(*daemon.getsockname())
        printed_by(PROGRAM, mongodb_url, AWS_XRAY_DAEMON_ADDRESS=address, **ON_LAMBDA)
        _, segment = daemon.recv(65_536).decode().split("\n", 1)
    found = json.loads(segment)
    assert (found["name"], found["trace_id"]) == ("## parley-websocket_message", "1-5759e988-bd862e3fe1be46a994272793")
    user = user_digest("the user", bytes(32))
    assert found["annotations"] == {"request_id": "request", "room": "the room", "user": user}
