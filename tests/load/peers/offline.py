"""serverless-offline with the echo, its function in Python (the Chalice app) or in Node."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from infra.processes.ports import free_port
from infra.run.node import NODE, node_environment
from tests.load.peers.install import HERE
from tests.load.process import ECHO, ROOT, child, listening

PYTHON: Final = ("python3.11", "peer")
NODE_JS: Final = ("nodejs20.x", "handler")


@asynccontextmanager
async def offline(function: tuple[str, str]) -> AsyncIterator[str]:
    """Run it with one of the two functions; the address of its WebSocket API."""
    http, websocket, invoke = (free_port() for _ in range(3))
    runtime, module = function
    environment = {
        **node_environment(),
        "ECHO_RUNTIME": runtime,
        "ECHO_MODULE": module,
        "ECHO_ENDPOINT": f"http://127.0.0.1:{websocket}",
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": "us-east-1",
        "SLS_TELEMETRY_DISABLED": "1",
        "SLS_NOTIFICATIONS_MODE": "off",
        # Its Python runner takes the `python3` of this environment.
        "VIRTUAL_ENV": str(ROOT / ".venv"),
        # Its `app` is the one beside it, not that of this checkout.
        "PYTHONPATH": "",
    }
    environment["PATH"] = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{environment['PATH']}"
    with tempfile.TemporaryDirectory() as folder:
        service = Path(folder)
        shutil.copytree(HERE / "service", service, dirs_exist_ok=True)
        shutil.copy(ECHO / "app.py", service)
        (service / "node_modules").symlink_to(HERE / "node_modules")
        command: list[str | Path] = [
            *(
                NODE,
                HERE / "node_modules" / "serverless" / "bin" / "serverless.js",
                "offline",
                "--noSponsor",
                "--noTimeout",
            ),
            *("--host", "127.0.0.1", "--httpPort", str(http)),
            *("--websocketPort", str(websocket), "--lambdaPort", str(invoke)),
        ]
        async with child(command, environment, service):
            await listening(websocket)
            yield f"ws://127.0.0.1:{websocket}"
