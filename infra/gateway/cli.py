"""The command line: `run PROJECT_DIR`, and commands for a gateway that runs already."""

import argparse
import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack

import uvloop

from infra.gateway.commands.target import CommandError
from infra.gateway.console.surface import PAGE
from infra.gateway.environment_file import EnvironmentFileError
from infra.gateway.file_limit import raise_file_limit
from infra.gateway.gateway import Gateway
from infra.gateway.log import JsonFormatter, log_to, stderr_formatter
from infra.gateway.options import parse, settings_from
from infra.gateway.run_file import Run, RunFileError, announced, runs_folder
from infra.gateway.settings import Settings
from infra.gateway.shell.discovery import ProjectError
from infra.gateway.shell.tls import CertificateError

LOG = logging.getLogger("gateway")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit status."""
    options = parse(arguments)
    execute: Callable[[argparse.Namespace], int] = _run if options.command == "run" else options.execute
    try:
        return execute(options)
    except (CommandError, EnvironmentFileError) as error:
        return _fail(str(error))
    except BrokenPipeError:  # `gateway connections | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _run(options: argparse.Namespace) -> int:
    level = logging.DEBUG if options.verbose else logging.WARNING if options.quiet else logging.INFO
    if options.json:
        log_to(sys.stdout, JsonFormatter(), level)
    else:
        log_to(sys.stderr, stderr_formatter(os.environ), level)
    settings = settings_from(options)
    raise_file_limit()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_serve(settings, options))


async def _serve(settings: Settings, options: argparse.Namespace) -> int:
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    serving = asyncio.current_task()
    ready = False

    def stop() -> None:
        stopped.set()
        if serving is not None and not ready:  # it may be waiting for a broken project to be mended
            serving.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    try:
        async with Gateway(settings) as gateway:
            ready = True
            with ExitStack() as stack:
                _announce(gateway, stack)
                _report_ready(gateway, as_json=options.json)
                _report_to(options.ready_fd, gateway)
                await stopped.wait()
    except asyncio.CancelledError:
        return 0
    except ProjectError as error:
        sys.stderr.write(error.details)
        return _fail(str(error))
    except CertificateError as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(
            f"The gateway cannot listen on {settings.host}:{settings.port} ({error.strerror}): choose another --port."
        )
    return 0


def _announce(gateway: Gateway, stack: ExitStack) -> None:
    """Let `connections` and its like find this gateway, as long as it runs; it serves without that, too."""
    credentials = gateway.settings.credentials
    run = Run(
        pid=os.getpid(),
        project=str(gateway.settings.project.resolve()),
        url=gateway.local_url,
        region=gateway.settings.region,
        access_key_id=credentials.access_key_id,
        secret_access_key=credentials.secret_access_key,
    )
    try:
        stack.enter_context(announced(run, runs_folder(os.environ)))
    except (RunFileError, OSError) as error:
        LOG.warning("Commands will need --endpoint %s and credentials: %s", run.url, error)


def _report_ready(gateway: Gateway, *, as_json: bool) -> None:
    if as_json:
        document = {"kind": "ready", **_addresses(gateway)}
        sys.stdout.write(json.dumps(document) + "\n")
    else:
        sys.stdout.write(
            f"The gateway is ready at {gateway.url} (REST /{gateway.rest_stage}, WebSocket {gateway.websocket_url})\n"
        )
        if gateway.settings.console:
            sys.stdout.write(f"Its console is at {gateway.url}{PAGE}\n")
    sys.stdout.flush()


def _report_to(descriptor: int | None, gateway: Gateway) -> None:
    if descriptor is not None:
        with os.fdopen(descriptor, "w") as stream:
            stream.write(json.dumps({**_addresses(gateway), "environment": gateway.client_environment}) + "\n")


def _addresses(gateway: Gateway) -> dict[str, str]:
    return {
        "url": gateway.url,
        "websocket_url": gateway.websocket_url,
        "management_url": gateway.management_url,
    }


def _fail(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 1
