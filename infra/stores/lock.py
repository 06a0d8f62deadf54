"""One owner at a time for a data folder."""

import fcntl
import os
import time
from pathlib import Path

from infra.processes import is_alive
from infra.stores.errors import FolderInUse, NotStarted

# How long the servers of an owner that was killed may take to be gone themselves.
_PATIENCE_SECONDS = 10.0
_POLL_SECONDS = 0.02


class FolderLock:
    """An flock(2) on `folder/lock`, which holds the owner's process id.

    Servers inherit the descriptor. So after the owner was killed the lock is free only when the last process
    that works on the folder is gone as well, and no crash leaves a lock behind, whatever stale files there are.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._path = folder / "lock"
        self._name = name
        self._descriptor: int | None = None

    @property
    def descriptor(self) -> int:
        """The open, locked file: for the server to inherit."""
        if self._descriptor is None:
            raise NotStarted(self._name)
        return self._descriptor

    def acquire(self) -> None:
        """Take the lock; wait only while servers of an owner that is gone end. Raises FolderInUse when it is in use."""
        if self._descriptor is not None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            self._wait_for(descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        self._descriptor = descriptor

    def _wait_for(self, descriptor: int) -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                owner = os.pread(descriptor, 32, 0).decode()
                if time.monotonic() > deadline or (owner and is_alive(owner)):
                    raise FolderInUse(self._name, self._path.parent, owner or "unknown") from None
                time.sleep(_POLL_SECONDS)
            else:
                return

    def release(self) -> None:
        """Give the lock up. Harmless when it is not held."""
        if self._descriptor is not None:
            # A server that was killed may hold the lock a moment longer, but it has no living owner any more.
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None
