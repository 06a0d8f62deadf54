"""Cassandra's jars: fetched once per user, verified by hash at every start.

The lock file names exact versions with a SHA-256 each, and no address: jgo knows the repository.
"""

import fcntl
import hashlib
import os
import shutil
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from tempfile import TemporaryDirectory

import requests
from jgo.env import LockedDependency, LockFile
from jgo.maven import MavenContext

from infra.stores.errors import DownloadFailed

_DRAFT_PREFIX = "download-"
# Most of the time of a small jar is the wait for the answer.
_AT_ONCE = 8
_TIMEOUT_SECONDS = 30


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where all checkouts of one user keep what they download."""
    base = environment.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    return Path(base) / "parley"


def ensure_jars(
    lock: Path,
    cache: Path,
    progress: Callable[[str], None],
    repositories: Mapping[str, str] | None = None,
) -> list[Path]:
    """All jars of the lock file, in a folder of their own below `cache`; missing or damaged ones are fetched.

    `repositories` maps names to addresses of Maven repositories; by default jgo's.
    Raises DownloadFailed. Whatever went wrong, the next call fetches only what is still missing.
    """
    wanted = LockFile.load(lock).dependencies
    version = hashlib.sha256("".join(sorted(map(_sha256, wanted))).encode()).hexdigest()[:12]
    folder = cache / f"jars-{version}"
    folder.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as guard, ThreadPoolExecutor(_AT_ONCE) as pool:
        # Two checkouts may start for the first time at once: the second one waits, and finds everything there.
        fcntl.flock(guard, fcntl.LOCK_EX)
        sound = pool.map(lambda one: _is_sound(folder / _file_name(one), _sha256(one)), wanted)
        missing = [one for one, is_sound in zip(wanted, sound, strict=True) if not is_sound]
        if missing:
            for leftover in cache.glob(f"{_DRAFT_PREFIX}*"):
                shutil.rmtree(leftover, ignore_errors=True)
            _fetch_all(missing, folder, pool, progress, repositories)
    return [folder / _file_name(one) for one in wanted]


def _fetch_all(
    missing: list[LockedDependency],
    folder: Path,
    pool: ThreadPoolExecutor,
    progress: Callable[[str], None],
    repositories: Mapping[str, str] | None,
) -> None:
    progress(f"Downloading Apache Cassandra: {len(missing)} files, once for all checkouts")
    with TemporaryDirectory(dir=folder.parent, prefix=_DRAFT_PREFIX) as draft:
        context = MavenContext(
            repo_cache=Path(draft),
            remote_repos=None if repositories is None else dict(repositories),
            timeout=_TIMEOUT_SECONDS,
        )
        failed = threading.Event()

        def fetch(one: LockedDependency) -> None:
            # After a failure the rest would most likely fail as well, each after its own time-out.
            if not failed.is_set():
                try:
                    _fetch(one, context, folder)
                except DownloadFailed:
                    failed.set()
                    raise

        fetches = [pool.submit(fetch, one) for one in missing]
        for done, _ in enumerate(as_completed(fetches), start=1):
            if not failed.is_set() and (done % 20 == 0 or done == len(missing)):
                progress(f"Downloading Apache Cassandra: {done} of {len(missing)}")
        # Only now, when none still writes to the draft.
        for one in fetches:
            one.result()


def _fetch(one: LockedDependency, context: MavenContext, folder: Path) -> None:
    name = _file_name(one)
    component = context.project(one.groupId, one.artifactId).at_version(one.version)
    try:
        path = component.artifact(one.classifier or "", one.packaging).resolve()
        if not _is_sound(path, _sha256(one)):
            raise DownloadFailed(name, "the file that arrived is not the one that was published")
        path.replace(folder / name)
    except requests.RequestException as error:
        raise DownloadFailed(name, type(error).__name__) from error
    except RuntimeError as error:
        # What jgo raises when no repository has the file.
        raise DownloadFailed(name, "not found in the repository") from error
    except OSError as error:
        raise DownloadFailed(name, error.strerror or str(error)) from error


def _file_name(one: LockedDependency) -> str:
    classifier = f"-{one.classifier}" if one.classifier else ""
    return f"{one.artifactId}-{one.version}{classifier}.{one.packaging}"


def _sha256(one: LockedDependency) -> str:
    if one.sha256 is None:
        raise DownloadFailed(_file_name(one), "the lock file has no hash for it")
    return one.sha256


def _is_sound(path: Path, sha256: str) -> bool:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except OSError:
        return False
