"""`invoke NAME`: calls a function and prints its answer."""

import argparse
import os
import sys
from pathlib import Path
from urllib.parse import quote

from infra.gateway.commands.target import CommandError, find_target
from infra.gateway.core.failure import read_failure
from infra.gateway.shell.lambda_api import PREFIX


def invoke(options: argparse.Namespace) -> int:
    """Print the result; 0 if the function returned. Raises CommandError."""
    event = _read_event(options.event)
    target = find_target(options, os.environ)
    kind = "Event" if options.asynchronous else "RequestResponse"
    path = f"{PREFIX}{quote(options.name, safe='')}/invocations"
    reply = target.request("lambda", "POST", path, event, {"X-Amz-Invocation-Type": kind})
    if reply.status >= 300:
        message = f"{options.name} was not invoked: {reply.message}"
        raise CommandError(message)
    sys.stdout.write(reply.body.decode() + "\n" if reply.body else "")
    if "x-amz-function-error" not in reply.headers:
        return 0
    failure = read_failure(reply.body)
    lines = ["Traceback (most recent call last):", *failure.trace] if failure.trace else []
    sys.stderr.write("\n".join([*lines, failure.summary]) + "\n")
    return 1


def _read_event(source: str | None) -> bytes:
    if source is None:
        return b"{}"
    if source == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(source).read_bytes()
    except OSError as error:
        message = f"The event {source} cannot be read: {error.strerror}."
        raise CommandError(message) from error
