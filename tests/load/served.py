"""`python -m tests.load.served PROJECT`: a gateway for one benchmark, on a free port, until SIGTERM.

It logs each invocation as `gateway run` does, and lets the function's answer reach the client. It says JSON on standard
output: first where it is and how to sign for it, at SIGUSR1 how many connections and tasks it has, and with `--stages`
at last what each step of a message took.
"""

import argparse
import asyncio
import json
import logging
import os
import signal
import sys
from pathlib import Path
from typing import Final

import uvloop

from infra.gateway import Gateway, Limits, Settings
from infra.gateway.core.connection import Lifetimes
from infra.gateway.file_limit import raise_file_limit
from infra.gateway.log import log_to, stderr_formatter
from tests.load.stages import Stages

BRIEF: Final = Lifetimes(idle=15.0)
"""In place of ten minutes, so that a soak sees connections end that nobody closed."""


async def _serve(options: argparse.Namespace, stages: Stages | None) -> None:
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    settings = Settings(
        project=options.project,
        route_responses=frozenset({"$default"}),
        schedules=False,
        environment=dict(each.split("=", 1) for each in options.env),
        limits=Limits(lifetimes=BRIEF) if options.brief_life else Limits(),
    )
    async with Gateway(settings) as gateway:

        def say_state() -> None:
            _say({"connections": len(gateway.connections), "tasks": len(asyncio.all_tasks(loop))})

        loop.add_signal_handler(signal.SIGTERM, stopped.set)
        loop.add_signal_handler(signal.SIGUSR1, say_state)
        _say(
            {
                "url": gateway.url,
                "websocket_url": gateway.websocket_url,
                "management_url": gateway.management_url,
                "access_key_id": settings.credentials.access_key_id,
                "secret_access_key": settings.credentials.secret_access_key,
            }
        )
        await stopped.wait()
        if stages is not None:
            _say(stages.quickest())


def _say(document: object) -> None:
    sys.stdout.write(json.dumps(document) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Serve until SIGTERM."""
    parser = argparse.ArgumentParser()
    parser.add_argument("project", type=Path)
    parser.add_argument("--env", metavar="NAME=VALUE", action="append", default=[])
    parser.add_argument("--stages", action="store_true")
    parser.add_argument("--brief-life", action="store_true")
    parser.add_argument("--quiet", action="store_true")
    options = parser.parse_args()
    raise_file_limit()
    log_to(sys.stderr, stderr_formatter(os.environ), logging.WARNING if options.quiet else logging.INFO)
    uvloop.run(_serve(options, Stages.watched() if options.stages else None))


if __name__ == "__main__":
    main()
