"""How `gateway connections` and its like find a running gateway: a file for each, readable by its owner alone.

The files are in `$XDG_RUNTIME_DIR/chalice-gateway`, or in a folder of the user's own in the temporary folder, and not
in the project: they hold credentials, and a project's folder is packaged and committed. A gateway keeps its file
locked; a file that can be locked is that of a gateway which was killed, whatever runs under its process id today.
"""

import fcntl
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson


class RunFileError(Exception):
    """The folder of run files cannot be used; one sentence."""


@dataclass(frozen=True, slots=True)
class Run:
    """A running gateway. `url` is its plain loopback address, `project` an absolute path."""

    pid: int
    project: str
    url: str
    region: str
    access_key_id: str
    secret_access_key: str


def runs_folder(environment: Mapping[str, str]) -> Path:
    """Where run files are, made if it is not there. Raises RunFileError when somebody else could read or plant them."""
    runtime = environment.get("XDG_RUNTIME_DIR")
    if runtime:
        folder = Path(runtime) / "chalice-gateway"
    else:
        folder = Path(tempfile.gettempdir()) / f"chalice-gateway-{os.geteuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        status = folder.lstat()
    except OSError as error:
        message = f"The folder {folder} cannot be used ({error.strerror}): set XDG_RUNTIME_DIR to one that can."
        raise RunFileError(message) from error
    if folder.is_symlink() or status.st_uid != os.geteuid() or status.st_mode & 0o077:
        message = f"The folder {folder} is not yours alone: remove it, or set XDG_RUNTIME_DIR to another."
        raise RunFileError(message)
    return folder


@contextmanager
def announced(run: Run, folder: Path) -> Iterator[Path]:
    """Have a run file for as long as the context is open."""
    path = folder / f"{run.pid}.json"
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        stream.write(orjson.dumps(asdict(run)))
        stream.flush()
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)


def find_runs(folder: Path) -> list[Run]:
    """All gateways that run, by process id; the files of those that were killed are removed."""
    runs = [run for path in folder.glob("*.json") if (run := _read(path)) is not None]
    return sorted(runs, key=lambda run: run.pid)


def _read(path: Path) -> Run | None:
    try:
        with path.open("rb") as stream:
            content = stream.read()
            # Empty for the moment between its creation and its lock.
            if content and _abandoned(stream.fileno()):
                path.unlink(missing_ok=True)
                return None
        return Run(**orjson.loads(content))
    except (OSError, orjson.JSONDecodeError, TypeError):  # just gone, not written yet, or of another version
        return None


def _abandoned(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
