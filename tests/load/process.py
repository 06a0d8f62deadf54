"""A Parley in a process group of its own, as a user would start it."""

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from infra.processes.ports import free_port

ROOT: Final = Path(__file__).parents[2]
START_SECONDS: Final = 180


@asynccontextmanager
async def running() -> AsyncIterator[str]:
    """Start Parley on a new data folder; its address. Ends it, and everything it started, afterwards."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory() as folder:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "infra.run",
            cwd=ROOT,
            env={**os.environ, "PORT": str(port), "DATA_DIR": folder, "PYTHONPATH": f"{ROOT}:{ROOT / 'functions'}"},
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(START_SECONDS):
                await _ready(process.stdout)
            drain = asyncio.create_task(_drain(process.stdout))
            yield url
            drain.cancel()
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGINT)
            await process.wait()


async def _ready(output: asyncio.StreamReader | None) -> None:
    if output is None:
        raise RuntimeError("no output to read")
    while line := await output.readline():
        if b"is ready at" in line:
            return
    raise RuntimeError("Parley ended before it was ready; run `make run` to see why.")


async def _drain(output: asyncio.StreamReader | None) -> None:
    while output is not None and await output.read(65_536):
        pass
