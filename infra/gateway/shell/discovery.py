"""Runs `runtime/discover.py` on a project and reads what it found."""

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import orjson

from infra.gateway.core.manifest import Manifest, manifest_from_json

SCRIPT = Path(__file__).parent.parent / "runtime" / "discover.py"
TIMEOUT = 60.0


class ProjectError(Exception):
    """The project cannot be loaded; `str()` is one sentence, `details` what Python printed."""

    def __init__(self, sentence: str, details: str = "") -> None:
        super().__init__(sentence)
        self.details = details


async def discover(project: Path, chalice_stage: str, variables: Mapping[str, str]) -> Manifest:
    """Import the app in a process of its own and describe it; raises ProjectError.

    `variables` are the environment the app is imported with, as its functions would see it.
    """
    if not (project / ".chalice" / "config.json").is_file() or not (project / "app.py").is_file():
        message = f"{project} is no Chalice project: it needs app.py and .chalice/config.json."
        raise ProjectError(message)
    command = [sys.executable, "-P", str(SCRIPT), str(project), chalice_stage]
    try:
        document, printed, status = await _run(command, variables, project)
    except TimeoutError:
        message = f"Importing {project / 'app.py'} took longer than {TIMEOUT:.0f} s."
        raise ProjectError(message) from None
    if status != 0 or not document:
        message = f"The app in {project} could not be loaded."
        raise ProjectError(message, printed.decode("utf-8", "replace"))
    return manifest_from_json(orjson.loads(document))


async def _run(command: list[str], variables: Mapping[str, str], folder: Path) -> tuple[bytes, bytes, int]:
    """(JSON, what the app printed, exit status); raises TimeoutError."""
    read_end, write_end = os.pipe()
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            str(write_end),
            env=variables,
            cwd=folder,
            pass_fds=(write_end,),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
    except BaseException:
        os.close(read_end)
        raise
    finally:
        os.close(write_end)
    document = asyncio.create_task(asyncio.to_thread(_read_all, read_end))
    try:
        printed, _ = await asyncio.wait_for(process.communicate(), TIMEOUT)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
        content = await document
    return content, printed, process.returncode or 0


def _read_all(descriptor: int) -> bytes:
    with os.fdopen(descriptor, "rb") as stream:
        return stream.read()
