"""The data folder of a restore: empty when it begins, marked as a part of something until it is whole."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from infra.backup.errors import FolderNotEmpty
from infra.stores import running
from infra.stores.lock import FolderLock


@contextmanager
def restoring(folder: Path, *, force: bool) -> Iterator[Path]:
    """The folder, empty and locked. Left by an error it stays marked: `make run` refuses it, another restore takes it.

    With `force` what is there is moved aside. Raises FolderNotEmpty or FolderInUse.
    """
    if folder.is_dir() and any(folder.iterdir()):
        # Whoever uses it goes on using it.
        lock = FolderLock(folder, "Parley")
        lock.acquire()
        try:
            _clear(folder, force=force)
        finally:
            lock.release()
    running.begin_restore(folder)
    lock = FolderLock(folder, "Parley")
    lock.acquire()
    try:
        yield folder
        running.end_restore(folder)
    finally:
        lock.release()


def _clear(folder: Path, *, force: bool) -> None:
    if running.is_unfinished(folder):
        # Of a restore, so that there is nothing in it that the backup has not. The mark goes last.
        for path in folder.iterdir():
            if path.name == running.UNFINISHED:
                continue
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    elif not force and {path.name for path in folder.iterdir()} != {"lock"}:
        raise FolderNotEmpty(folder)
    elif force:
        aside = folder.with_name(f"{folder.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
        draft = folder.with_name(f"{folder.name}.restoring")
        # Marked before it has the name, so that no run takes it for a new one.
        shutil.rmtree(draft, ignore_errors=True)
        running.begin_restore(draft)
        folder.rename(aside)
        draft.rename(folder)
