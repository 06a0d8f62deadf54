"""Which running gateway a command is for, and signed requests to it."""

import argparse
import http.client
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson

from infra.gateway.core.sigv4 import Credentials, Scope, SignedRequest, sign
from infra.gateway.run_file import Run, RunFileError, find_runs, runs_folder
from infra.gateway.shell.status import STATUS_PATH, STATUS_SERVICE

TIMEOUT = 60.0


class CommandError(Exception):
    """A command could not be carried out; one sentence."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the gateway answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def message(self) -> str:
        """The message of an error document."""
        try:
            document = orjson.loads(self.body)
        except orjson.JSONDecodeError:
            document = None
        message = document.get("message") if isinstance(document, dict) else None
        return str(message) if message else f"HTTP status {self.status}"


@dataclass(frozen=True, slots=True)
class Target:
    """A gateway's address and the credentials it accepts."""

    url: str
    region: str
    credentials: Credentials

    def request(
        self, service: str, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Send a signed request. `path` is as on the wire. Raises CommandError when nobody answers."""
        endpoint = urlsplit(self.url)
        signed = {"host": endpoint.netloc}
        request = SignedRequest(method, path, "", signed, body)
        signed |= sign(request, self.credentials, Scope(self.region, service), time.time())
        https = endpoint.scheme == "https"
        kind = http.client.HTTPSConnection if https else http.client.HTTPConnection
        connection = kind(endpoint.hostname or "", endpoint.port, timeout=None if service == "lambda" else TIMEOUT)
        try:
            connection.request(method, path, body, {**signed, **(headers or {})})
            response = connection.getresponse()
            lower = {name.lower(): value for name, value in response.getheaders()}
            return Reply(response.status, lower, response.read())
        except (OSError, http.client.HTTPException) as error:
            message = f"No gateway answers at {self.url} ({error}): start it, or name its --endpoint."
            raise CommandError(message) from error
        finally:
            connection.close()

    def status(self) -> dict[str, Any]:
        """The gateway's own account of itself, see `shell/status.py`. Raises CommandError."""
        reply = self.request(STATUS_SERVICE, "GET", STATUS_PATH)
        if reply.status != 200:
            message = f"The gateway at {self.url} refused: {reply.message}"
            raise CommandError(message)
        status: dict[str, Any] = orjson.loads(reply.body)
        return status


def find_target(options: argparse.Namespace, environment: Mapping[str, str]) -> Target:
    """The gateway that `--endpoint` or `--project` name, or the only one that runs. Raises CommandError.

    The credentials are those in the gateway's run file; for an endpoint without one, those in the environment.
    """
    try:
        runs = find_runs(runs_folder(environment))
    except RunFileError as error:
        if options.endpoint is None:
            raise CommandError(str(error)) from error
        runs = []
    if options.endpoint is None:
        return _target(_choose(runs, options.project))
    endpoint = options.endpoint.rstrip("/")
    for run in runs:
        if run.url == endpoint:
            return _target(run)
    return Target(endpoint, environment.get("AWS_REGION", "us-east-1"), _credentials(environment))


def _choose(runs: list[Run], project: str | None) -> Run:
    if project is not None:
        folder = str(Path(project).resolve())
        runs = [run for run in runs if run.project == folder]
    elif len(runs) > 1:
        # With several, the one for the project one stands in is meant.
        here = str(Path.cwd())
        runs = [run for run in runs if here == run.project or here.startswith(run.project + os.sep)] or runs
    if not runs:
        wanted = f" for {project}" if project is not None else ""
        message = f"No gateway runs{wanted}: start one with `run`, or name its --endpoint."
        raise CommandError(message)
    if len(runs) > 1:
        listed = ", ".join(f"{run.url} ({run.project})" for run in runs)
        message = f"Several gateways run: choose one with --endpoint: {listed}."
        raise CommandError(message)
    return runs[0]


def _target(run: Run) -> Target:
    return Target(run.url, run.region, Credentials(run.access_key_id, run.secret_access_key))


def _credentials(environment: Mapping[str, str]) -> Credentials:
    try:
        return Credentials(environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"])
    except KeyError as error:
        message = f"{error.args[0]} is not set: use the credentials the gateway was started with."
        raise CommandError(message) from None
