"""`invoke NAME`: calls a function of a running gateway."""

import argparse
import http.client
import os
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from infra.gateway.core.sigv4 import Credentials, Scope, SignedRequest, sign
from infra.gateway.shell.lambda_api import PREFIX


class InvokeError(Exception):
    """The function could not be called; one sentence."""


def invoke(options: argparse.Namespace) -> int:
    """Print the result; 0 if the function returned. Raises InvokeError."""
    try:
        credentials = Credentials(os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])
    except KeyError as error:
        message = f"{error.args[0]} is not set: use the credentials the gateway was started with."
        raise InvokeError(message) from None
    event = _read_event(options.event)
    endpoint = urlsplit(options.endpoint)
    path = f"{PREFIX}{options.name}/invocations"
    headers = {"host": endpoint.netloc}
    region = os.environ.get("AWS_REGION", "us-east-1")
    headers |= sign(SignedRequest("POST", path, "", headers, event), credentials, Scope(region, "lambda"), time.time())
    headers["X-Amz-Invocation-Type"] = "Event" if options.asynchronous else "RequestResponse"
    connection = http.client.HTTPConnection(endpoint.hostname or "", endpoint.port or 80)
    try:
        connection.request("POST", path, event, headers)
        response = connection.getresponse()
        sys.stdout.write(response.read().decode() + "\n")
    except OSError as error:
        message = f"No gateway answers at {options.endpoint} ({error}): start it, or name its --endpoint."
        raise InvokeError(message) from error
    finally:
        connection.close()
    return 0 if response.status < 300 and not response.headers.get("X-Amz-Function-Error") else 1


def _read_event(source: str | None) -> bytes:
    if source is None:
        return b"{}"
    if source == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(source).read_bytes()
    except OSError as error:
        message = f"The event {source} cannot be read: {error.strerror}."
        raise InvokeError(message) from error
