"""Serves a Chalice project as API Gateway, Lambda and EventBridge would."""

import argparse
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from infra.gateway.core.async_policy import AsyncPolicy
from infra.gateway.core.connection import Lifetimes
from infra.gateway.core.sigv4 import Credentials
from infra.gateway.environment_file import read_environment, read_environment_file
from infra.gateway.settings import Faults, Limits, Settings, local_credentials

T = TypeVar("T")


def settings_from(options: argparse.Namespace) -> Settings:
    """The settings that parsed options ask for; raises EnvironmentFileError."""
    environment: dict[str, str] = {}
    for path in options.env_file:
        environment |= read_environment_file(Path(path), os.environ)
    environment |= read_environment(options.env, os.environ)
    credentials = local_credentials()
    if options.access_key_id:
        credentials = Credentials(options.access_key_id, options.secret_access_key)
    return Settings(
        project=Path(options.project),
        chalice_stage=options.chalice_stage,
        host=options.host,
        port=options.port,
        rest_stage=options.rest_stage,
        websocket_stage=options.websocket_stage,
        static=Path(options.static) if options.static else None,
        static_headers=tuple(options.static_header),
        environment=environment,
        region=options.region,
        credentials=credentials,
        schedules=options.schedules,
        reload=options.reload,
        freeze=options.freeze,
        async_policy=AsyncPolicy(factor=options.retry_factor),
        async_policies=_async_policies(options),
        limits=Limits(
            environments=options.environments,
            warm_environments=options.warm_environments,
            concurrency=options.concurrency,
            integration_timeout=options.integration_timeout,
            environment_idle=options.environment_idle,
            lifetimes=Lifetimes(options.idle_timeout, options.connection_age),
            send_buffer=options.send_buffer,
            connections_per_second=options.connections_per_second,
            requests_per_second=options.requests_per_second,
            request_burst=options.request_burst,
        ),
        faults=Faults(drop_disconnect=options.drop_disconnect, duplicate_schedules=options.duplicate_schedules),
    )


def _async_policies(options: argparse.Namespace) -> dict[str, AsyncPolicy]:
    default = AsyncPolicy(factor=options.retry_factor)
    policies: dict[str, AsyncPolicy] = {}
    for name, value in options.retries:
        policies[name] = replace(policies.get(name, default), retries=value)
    for name, value in options.maximum_age:
        policies[name] = replace(policies.get(name, default), maximum_age=value)
    for name, value in options.on_failure:
        policies[name] = replace(policies.get(name, default), on_failure=value)
    return policies


def _assignment(convert: Callable[[str], T]) -> Callable[[str], tuple[str, T]]:
    """An argument type: NAME=VALUE with a converted value."""

    def assignment(text: str) -> tuple[str, T]:
        name, _, value = text.partition("=")
        if not name or not value:
            message = f"{text!r} is no assignment: write NAME=VALUE"
            raise argparse.ArgumentTypeError(message)
        try:
            return name, convert(value)
        except ValueError:
            message = f"{value!r} is no number"
            raise argparse.ArgumentTypeError(message) from None

    return assignment


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        message = f"{text!r} is no header: write 'Name: value'"
        raise argparse.ArgumentTypeError(message)
    return name.strip(), value.strip()


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read a command line; ends the process with a message when it cannot be read."""
    root = _parser()
    options = root.parse_args(arguments)
    if options.command == "run" and bool(options.access_key_id) != bool(options.secret_access_key):
        root.error("--access-key-id and --secret-access-key belong together: give both or neither")
    return options


def _parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(prog="gateway", description=__doc__)
    commands = root.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="serve a Chalice project")
    run.add_argument("project", metavar="PROJECT_DIR")
    _add_serving(run)
    _add_functions(run)
    _add_limits(run)
    invoke = commands.add_parser("invoke", help="invoke a function of a running gateway")
    invoke.add_argument("name", metavar="NAME")
    invoke.add_argument("--event", metavar="FILE", help="the event as JSON, '-' for standard input")
    invoke.add_argument("--endpoint", metavar="URL", default="http://127.0.0.1:8000")
    invoke.add_argument("--asynchronous", action="store_true", help="do not wait for the result")
    return root


def _add_serving(run: argparse.ArgumentParser) -> None:
    run.add_argument("--host", default="127.0.0.1")
    run.add_argument("--port", type=int, default=8000, help="0 chooses a free one")
    run.add_argument("--chalice-stage", default="dev")
    run.add_argument("--rest-stage", help="default: the project's api_gateway_stage")
    run.add_argument("--websocket-stage", help="default: the project's api_gateway_stage")
    run.add_argument("--static", metavar="DIR", help="a built web app, served for all other paths")
    run.add_argument("--static-header", metavar="'NAME: VALUE'", type=_header, action="append", default=[])
    run.add_argument("--ready-fd", type=int, help="write a JSON line with URLs and credentials there when ready")
    run.add_argument("--verbose", action="store_true", help="log START, END and REPORT lines too")


def _add_functions(run: argparse.ArgumentParser) -> None:
    run.add_argument("--env", metavar="NAME[=VALUE]", action="append", default=[], help="set or pass on a variable")
    run.add_argument("--env-file", metavar="FILE", action="append", default=[], help="NAME=VALUE lines")
    run.add_argument("--region", default="us-east-1")
    run.add_argument("--access-key-id", help="local credentials; random by default")
    run.add_argument("--secret-access-key", default="")
    run.add_argument("--no-schedules", dest="schedules", action="store_false")
    run.add_argument("--reload", action="store_true", help="replace functions when code changes")
    run.add_argument("--freeze", action="store_true", help="stop idle environments, as Lambda does")
    run.add_argument("--retries", metavar="NAME=N", type=_assignment(int), action="append", default=[])
    run.add_argument("--maximum-age", metavar="NAME=SECONDS", type=_assignment(float), action="append", default=[])
    run.add_argument("--on-failure", metavar="NAME=FUNCTION", type=_assignment(str), action="append", default=[])
    run.add_argument("--retry-factor", type=float, default=1.0, help="shortens the minutes between retries")
    run.add_argument("--drop-disconnect", action="store_true", help="never deliver $disconnect")
    run.add_argument("--duplicate-schedules", action="store_true", help="fire each schedule twice")


def _add_limits(run: argparse.ArgumentParser) -> None:
    limits = Limits()
    run.add_argument("--environments", type=int, default=limits.environments, help="most processes per function")
    run.add_argument("--warm-environments", type=int, default=limits.warm_environments, help="kept ready, each")
    run.add_argument("--concurrency", type=int, default=limits.concurrency)
    run.add_argument("--integration-timeout", type=float, default=limits.integration_timeout, metavar="SECONDS")
    run.add_argument("--environment-idle", type=float, default=limits.environment_idle, metavar="SECONDS")
    run.add_argument("--idle-timeout", type=float, default=limits.lifetimes.idle, metavar="SECONDS")
    run.add_argument("--connection-age", type=float, default=limits.lifetimes.age, metavar="SECONDS")
    run.add_argument("--send-buffer", type=int, default=limits.send_buffer, metavar="BYTES")
    run.add_argument("--connections-per-second", type=float)
    run.add_argument("--requests-per-second", type=float)
    run.add_argument("--request-burst", type=float, default=limits.request_burst)
