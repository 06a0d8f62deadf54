"""The command line: `python -m infra.gateway run PROJECT_DIR` and `python -m infra.gateway invoke NAME`."""

import argparse
import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import Sequence

import uvloop

from infra.gateway.environment_file import EnvironmentFileError
from infra.gateway.gateway import Gateway
from infra.gateway.invoke_command import InvokeError, invoke
from infra.gateway.options import parse, settings_from
from infra.gateway.settings import Settings
from infra.gateway.shell.discovery import ProjectError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit status."""
    options = parse(arguments)
    try:
        return invoke(options) if options.command == "invoke" else _run(options)
    except (InvokeError, EnvironmentFileError) as error:
        return _fail(str(error))


def _run(options: argparse.Namespace) -> int:
    logging.basicConfig(
        level=logging.DEBUG if options.verbose else logging.INFO,
        format="%(asctime)s.%(msecs)03d %(message)s",
        datefmt="%H:%M:%S",
        stream=sys.stderr,
    )
    # These tell of every connection and of every executor; the gateway has its own lines.
    for name in ("websockets", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)
    settings = settings_from(options)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_serve(settings, options.ready_fd))


async def _serve(settings: Settings, ready_fd: int | None) -> int:
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    try:
        async with Gateway(settings) as gateway:
            _report_ready(gateway, ready_fd)
            await stopped.wait()
    except ProjectError as error:
        sys.stderr.write(error.details)
        return _fail(str(error))
    except OSError as error:
        return _fail(
            f"The gateway cannot listen on {settings.host}:{settings.port} ({error.strerror}): choose another --port."
        )
    return 0


def _report_ready(gateway: Gateway, ready_fd: int | None) -> None:
    sys.stdout.write(
        f"The gateway is ready at {gateway.url} (REST /{gateway.rest_stage}, WebSocket {gateway.websocket_url})\n"
    )
    sys.stdout.flush()
    if ready_fd is None:
        return
    document = {
        "url": gateway.url,
        "websocket_url": gateway.websocket_url,
        "management_url": gateway.management_url,
        "environment": gateway.client_environment,
    }
    with os.fdopen(ready_fd, "w") as stream:
        stream.write(json.dumps(document) + "\n")


def _fail(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 1
