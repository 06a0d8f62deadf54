"""A data folder has one owner at a time."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from infra.stores.errors import FolderInUse, NotStarted
from infra.stores.lock import FolderLock
from tests.infra.waiting import is_running, wait_until

# An owner that leaves a process which has inherited the lock.
_OWNER = """
import subprocess, sys
from pathlib import Path
from infra.stores.lock import FolderLock
lock = FolderLock(Path(sys.argv[1]), "PostgreSQL")
lock.acquire()
server = subprocess.Popen(["sleep", sys.argv[2]], pass_fds=[lock.descriptor], stdout=subprocess.DEVNULL)
print(server.pid, flush=True)
input()
"""


def _owner(folder: Path, server_seconds: str) -> "tuple[subprocess.Popen[str], int]":
    owner = subprocess.Popen(
        [sys.executable, "-c", _OWNER, str(folder), server_seconds],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert owner.stdout is not None
    return owner, int(owner.stdout.readline())


def test_the_second_owner_is_told_who_the_first_is(tmp_path: Path) -> None:
    owner, server = _owner(tmp_path, "300")
    with owner:
        with pytest.raises(FolderInUse, match=rf"PostgreSQL cannot use .*, because process {owner.pid} is using it"):
            FolderLock(tmp_path, "PostgreSQL").acquire()
        owner.kill()
        os.kill(server, signal.SIGKILL)


def test_after_the_owner_was_killed_the_lock_is_free_when_its_server_is_gone(tmp_path: Path) -> None:
    owner, server = _owner(tmp_path, "0.5")
    with owner:
        owner.kill()
        owner.wait()
        lock = FolderLock(tmp_path, "PostgreSQL")
        lock.acquire()
        assert wait_until(lambda: not is_running(server), 0.1)
        lock.release()


def test_a_released_lock_can_be_taken_again(tmp_path: Path) -> None:
    first, second = FolderLock(tmp_path / "new", "MongoDB"), FolderLock(tmp_path / "new", "MongoDB")
    first.acquire()
    first.acquire()
    first.release()
    first.release()
    second.acquire()
    assert (tmp_path / "new" / "lock").read_text() == str(os.getpid())
    second.release()


def test_a_lock_that_was_given_up_is_free_when_the_last_server_is_gone(tmp_path: Path) -> None:
    first, second = FolderLock(tmp_path, "MongoDB"), FolderLock(tmp_path, "MongoDB")
    first.acquire()
    with subprocess.Popen(["/bin/sleep", "0.5"], pass_fds=[first.descriptor]) as server:
        first.release()
        second.acquire()
        assert wait_until(lambda: not is_running(server.pid), 0.1)
    second.release()


def test_there_is_nothing_to_inherit_before_the_lock_is_taken(tmp_path: Path) -> None:
    with pytest.raises(NotStarted):
        _ = FolderLock(tmp_path, "MongoDB").descriptor
