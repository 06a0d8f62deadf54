"""Serves a Chalice project as API Gateway, Lambda and EventBridge would."""

import argparse
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from infra.gateway.argument_types import assignment, at_least, folder, header, port, positive, stage
from infra.gateway.commands.options import add_commands
from infra.gateway.core.async_policy import AsyncPolicy
from infra.gateway.core.connection import Lifetimes
from infra.gateway.core.faults import Faults
from infra.gateway.core.sigv4 import Credentials
from infra.gateway.environment_file import read_environment, read_environment_file
from infra.gateway.settings import Limits, Settings, local_credentials


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
        static=options.static,
        static_headers=tuple(options.static_header),
        environment=environment,
        region=options.region,
        credentials=credentials,
        schedules=options.schedules,
        reload=options.reload,
        console=options.console,
        tls_certificate=Path(options.tls_cert) if options.tls_cert else None,
        tls_key=Path(options.tls_key) if options.tls_key else None,
        freeze=options.freeze,
        async_policy=AsyncPolicy(factor=options.retry_factor),
        async_policies=_async_policies(options),
        limits=Limits(
            environments=options.environments,
            memory=options.memory_limit,
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
        faults=_faults(options),
        control=options.control,
    )


def _faults(options: argparse.Namespace) -> Faults:
    # Shorter lives of sockets are --idle-timeout and --connection-age here.
    return Faults(
        drop_disconnect=options.drop_disconnect,
        fail_connect=options.fail_connect,
        duplicate_schedules=options.duplicate_schedules,
        duplicate_invocations=options.duplicate_invocations,
        delay_messages=options.delay_messages,
        reorder_messages=options.reorder_messages,
        callbacks_per_second=options.callbacks_per_second,
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
    for name, value in options.on_success:
        policies[name] = replace(policies.get(name, default), on_success=value)
    return policies


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read a command line; ends the process with a message when it cannot be read."""
    root = _parser()
    options = root.parse_args(arguments)
    if options.command == "run" and bool(options.access_key_id) != bool(options.secret_access_key):
        root.error("--access-key-id and --secret-access-key belong together: give both or neither")
    if options.command == "run" and options.tls_key and not options.tls_cert:
        root.error("--tls-key needs --tls-cert: name the certificate it belongs to")
    return options


def _parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(prog="gateway", description=__doc__)
    commands = root.add_subparsers(dest="command", required=True)
    run = commands.add_parser(
        "run",
        help="serve a Chalice project",
        description=__doc__,
        usage="gateway run [OPTIONS] PROJECT_DIR",
        epilog="For example: gateway run --reload --console my-project",
    )
    run.add_argument("project", metavar="PROJECT_DIR")
    _add_serving(run)
    _add_output(run)
    _add_functions(run)
    _add_limits(run)
    _add_faults(run)
    add_commands(commands)
    return root


def _add_output(run: argparse.ArgumentParser) -> None:
    output = run.add_argument_group("output")
    output.add_argument("--console", action="store_true", help="serve a page at /_gateway/ that shows what happens")
    output.add_argument(
        "--ready-fd", metavar="FD", type=int, help="write a JSON line with URLs and credentials there when ready"
    )
    output.add_argument("--json", action="store_true", help="log to standard output, one JSON object a line")
    level = output.add_mutually_exclusive_group()
    level.add_argument("--verbose", action="store_true", help="log START, END and REPORT lines too")
    level.add_argument("--quiet", action="store_true", help="log what goes wrong only")


def _add_serving(run: argparse.ArgumentParser) -> None:
    serving = run.add_argument_group("serving")
    serving.add_argument("--host", metavar="ADDRESS", default="127.0.0.1", help="address to listen on")
    serving.add_argument(
        "--port", metavar="PORT", type=port, default=8000, help="0 chooses a free one; default: %(default)s"
    )
    serving.add_argument(
        "--chalice-stage", metavar="NAME", default="dev", help="stage of .chalice/config.json; default: %(default)s"
    )
    serving.add_argument("--rest-stage", metavar="NAME", type=stage, help="default: the project's api_gateway_stage")
    serving.add_argument(
        "--websocket-stage", metavar="NAME", type=stage, help="default: the project's api_gateway_stage"
    )
    serving.add_argument("--static", metavar="DIR", type=folder, help="a built web app, served for all other paths")
    serving.add_argument(
        "--static-header",
        metavar="'NAME: VALUE'",
        type=header,
        action="append",
        default=[],
        help="added to every such file; may be repeated",
    )
    serving.add_argument("--tls-cert", metavar="FILE", help="PEM certificate: serve https and wss")
    serving.add_argument("--tls-key", metavar="FILE", help="its key, unless it is in the same file")


def _add_functions(run: argparse.ArgumentParser) -> None:
    functions = run.add_argument_group("functions")
    functions.add_argument(
        "--env", metavar="NAME[=VALUE]", action="append", default=[], help="set or pass on a variable"
    )
    functions.add_argument("--env-file", metavar="FILE", action="append", default=[], help="NAME=VALUE lines")
    functions.add_argument("--region", metavar="NAME", default="us-east-1", help="default: %(default)s")
    functions.add_argument("--access-key-id", metavar="ID", help="local credentials; random by default")
    functions.add_argument("--secret-access-key", metavar="KEY", default="", help="belongs to --access-key-id")
    functions.add_argument("--no-schedules", dest="schedules", action="store_false", help="fire none")
    functions.add_argument("--reload", action="store_true", help="replace functions when code changes")
    functions.add_argument("--freeze", action="store_true", help="stop idle environments, as Lambda does")
    functions.add_argument(
        "--retries",
        metavar="NAME=N",
        type=assignment(at_least(0)),
        action="append",
        default=[],
        help="of an asynchronous event; default: 2",
    )
    functions.add_argument(
        "--maximum-age",
        metavar="NAME=SECONDS",
        type=assignment(positive),
        action="append",
        default=[],
        help="of an asynchronous event",
    )
    functions.add_argument(
        "--on-failure",
        metavar="NAME=FUNCTION",
        type=assignment(str),
        action="append",
        default=[],
        help="gets the events that were given up",
    )
    functions.add_argument(
        "--retry-factor", metavar="FACTOR", type=at_least(0.0), default=1.0, help="shortens the minutes between retries"
    )
    functions.add_argument(
        "--on-success",
        metavar="NAME=FUNCTION",
        type=assignment(str),
        action="append",
        default=[],
        help="gets the results of events",
    )


def _add_limits(run: argparse.ArgumentParser) -> None:
    limits = run.add_argument_group("limits", "rates are not limited unless one is given")
    default = Limits()
    limits.add_argument(
        "--environments",
        metavar="N",
        type=at_least(1),
        default=default.environments,
        help="most processes of one function; default: %(default)s",
    )
    limits.add_argument("--no-memory-limit", dest="memory_limit", action="store_false", help="whatever a function uses")
    limits.add_argument(
        "--warm-environments", metavar="N", type=at_least(0), default=default.warm_environments, help="kept ready, each"
    )
    limits.add_argument(
        "--concurrency",
        metavar="N",
        type=at_least(1),
        default=default.concurrency,
        help="invocations at once, of all functions; default: %(default)s",
    )
    limits.add_argument(
        "--integration-timeout",
        type=positive,
        default=default.integration_timeout,
        metavar="SECONDS",
        help="API Gateway waits as long for a function; default: %(default)g",
    )
    limits.add_argument(
        "--environment-idle",
        type=at_least(0.0),
        default=default.environment_idle,
        metavar="SECONDS",
        help="an idle process is kept as long; default: %(default)g",
    )
    limits.add_argument(
        "--idle-timeout",
        type=positive,
        default=default.lifetimes.idle,
        metavar="SECONDS",
        help="a silent WebSocket is kept as long; default: %(default)g",
    )
    limits.add_argument(
        "--connection-age",
        type=positive,
        default=default.lifetimes.age,
        metavar="SECONDS",
        help="any WebSocket is kept as long; default: %(default)g",
    )
    limits.add_argument(
        "--send-buffer",
        type=at_least(1),
        default=default.send_buffer,
        metavar="BYTES",
        help="may wait for one client; default: %(default)s",
    )
    limits.add_argument("--connections-per-second", metavar="RATE", type=positive, help="on AWS 500")
    limits.add_argument(
        "--requests-per-second", metavar="RATE", type=positive, help="messages, callbacks and REST, on AWS 10,000"
    )
    limits.add_argument(
        "--request-burst", metavar="N", type=at_least(1.0), default=default.request_burst, help="default: %(default)g"
    )


def _add_faults(run: argparse.ArgumentParser) -> None:
    faults = run.add_argument_group("faults", "what may go wrong on AWS, provoked here")
    faults.add_argument("--drop-disconnect", action="store_true", help="never deliver $disconnect")
    faults.add_argument(
        "--fail-connect", metavar="STATUS", type=int, choices=range(400, 600), help="refuse clients after $connect"
    )
    faults.add_argument("--duplicate-schedules", action="store_true", help="fire each schedule twice")
    faults.add_argument("--duplicate-invocations", action="store_true", help="run messages and events twice")
    faults.add_argument(
        "--delay-messages", metavar="SECONDS", type=at_least(0.0), default=0.0, help="invoke each message later"
    )
    faults.add_argument(
        "--reorder-messages", metavar="SECONDS", type=at_least(0.0), default=0.0, help="a window to reverse"
    )
    faults.add_argument("--callbacks-per-second", metavar="RATE", type=at_least(0.0), help="429 beyond it")
    faults.add_argument("--control", action="store_true", help="let tests change faults at /_gateway/control/faults")
