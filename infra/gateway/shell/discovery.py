"""Runs `runtime/discover.py` on a project and reads what it found."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile

import orjson

from infra.gateway.core.manifest import Manifest, manifest_from_json

SCRIPT = Path(__file__).parent.parent / "runtime" / "discover.py"
TIMEOUT = 60.0
#: Bytes of what an app prints that are kept: a traceback is at the end.
PRINTED_LIMIT = 64 * 1024


class ProjectError(Exception):
    """The project cannot be loaded; `str()` is one sentence, `details` what Python printed."""

    def __init__(self, sentence: str, details: str = "") -> None:
        super().__init__(sentence)
        self.details = details


async def discover(
    project: Path, chalice_stage: str, variables: Mapping[str, str], patience: float = TIMEOUT
) -> Manifest:
    """Import the app in a process of its own and describe it; raises ProjectError.

    `variables` are the environment the app is imported with, as its functions would see it.
    """
    if not (project / ".chalice" / "config.json").is_file() or not (project / "app.py").is_file():
        message = f"{project} is no Chalice project: it needs app.py and .chalice/config.json."
        raise ProjectError(message)
    command = [sys.executable, "-P", str(SCRIPT), str(project), chalice_stage]
    try:
        document, printed, status = await _run(command, variables, project, patience)
    except TimeoutError:
        message = f"Importing {project / 'app.py'} took longer than {patience:g} s."
        raise ProjectError(message) from None
    except OSError as error:
        message = f"The app in {project} could not be loaded: {error.strerror}."
        raise ProjectError(message) from error
    if status != 0 or not document:
        message = f"The app in {project} could not be loaded."
        raise ProjectError(message, printed.decode("utf-8", "replace"))
    return manifest_from_json(orjson.loads(document))


async def _run(
    command: list[str], variables: Mapping[str, str], folder: Path, patience: float
) -> tuple[bytes, bytes, int]:
    """(JSON, the end of what the app printed, exit status); raises OSError, and TimeoutError."""
    # Files and not pipes: a process the app leaves behind holds those open, and what is printed would be in memory.
    with TemporaryFile() as document, TemporaryFile() as printed:
        process = await asyncio.create_subprocess_exec(
            *command,
            str(document.fileno()),
            env=variables,
            cwd=folder,
            pass_fds=(document.fileno(),),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=printed,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            status = await asyncio.wait_for(process.wait(), patience)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
        document.seek(0)
        printed.seek(max(0, printed.seek(0, os.SEEK_END) - PRINTED_LIMIT))
        return document.read(), printed.read(), status
