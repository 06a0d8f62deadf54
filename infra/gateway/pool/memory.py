"""How much memory the processes of an environment use, read from /proc, and a control group that limits it."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Self

PAGE = os.sysconf("SC_PAGE_SIZE")
CGROUPS = Path("/sys/fs/cgroup")


def tree(pid: int) -> Iterator[int]:
    """A process and all its descendants."""
    pending = [pid]
    while pending:
        each = pending.pop()
        yield each
        # Children belong to the thread that started them; what ends meanwhile has none any more.
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{each}/task").iterdir():
                with contextlib.suppress(OSError):
                    pending.extend(map(int, (task / "children").read_bytes().split()))


def resident(pid: int) -> int:
    """Bytes resident of a process and its descendants; pages they share count once for each, so it is an upper bound.

    Costs about 30 us for a process without children.
    """
    return sum(_resident(each) for each in tree(pid))


def proportional(pid: int) -> int:
    """The same with shared pages divided among those who share them. Exact, and twenty times as slow."""
    return sum(_proportional(each) for each in tree(pid))


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_bytes().split()[1]) * PAGE
    except (OSError, IndexError):  # it ended meanwhile
        return 0


def _proportional(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_bytes().splitlines()
    except OSError:
        return _resident(pid)
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(b"Pss:"))


class MemoryGroup:
    """A control group (version 2) of one environment: the kernel ends all of it as soon as it uses more than it may.

    Follows the Linux kernel's Documentation/admin-guide/cgroup-v2.rst, section "Memory Interface Files".
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def create(cls, parent: Path, name: str, limit: int) -> Self | None:
        """A group for at most `limit` bytes; None where `parent` does not let us, or gives no memory controller."""
        folder = parent / name
        try:
            if b"memory" not in (parent / "cgroup.subtree_control").read_bytes().split():
                return None
            folder.mkdir()
        except OSError:
            return None
        group = cls(folder)
        try:
            (folder / "memory.max").write_text(str(limit))
            (folder / "memory.oom.group").write_text("1")
            # Not on every kernel: swap may be compiled out.
            with contextlib.suppress(FileNotFoundError):
                (folder / "memory.swap.max").write_text("0")
        except OSError:
            group.remove()
            return None
        return group

    def add(self, pid: int) -> bool:
        """Put a process into it; False when the kernel refuses, as it does across a delegation's border."""
        try:
            (self._folder / "cgroup.procs").write_text(str(pid))
        except OSError:
            return False
        return True

    @property
    def exceeded(self) -> bool:
        """Whether the kernel has ended something for using too much."""
        with contextlib.suppress(OSError):
            for line in (self._folder / "memory.events").read_text().splitlines():
                name, _, number = line.partition(" ")
                if name in ("oom_kill", "oom_group_kill") and int(number) > 0:
                    return True
        return False

    def remove(self) -> None:
        """Give it back to the kernel, which keeps a group only as long as a process is in it."""
        with contextlib.suppress(OSError):
            self._folder.rmdir()


def group_parent(cgroups: Path = CGROUPS, membership: Path = Path("/proc/self/cgroup")) -> Path | None:
    """Where groups for environments can be made: below this process's own group, else beside it; None if nowhere."""
    try:
        lines = membership.read_text().splitlines()
    except OSError:
        return None
    for line in lines:
        if line.startswith("0::"):
            own = cgroups / line.removeprefix("0::").lstrip("/")
            for candidate in (own, own.parent):
                if candidate.is_relative_to(cgroups) and _hands_out_memory(candidate):
                    return candidate
    return None


def _hands_out_memory(folder: Path) -> bool:
    try:
        controllers = (folder / "cgroup.subtree_control").read_bytes().split()
    except OSError:
        return False
    return b"memory" in controllers and os.access(folder, os.W_OK)


class EnvironmentMemory:
    """What one environment may use and has used, in bytes. `limit` None: it may use what the machine has."""

    def __init__(self, limit: int | None, groups: Path | None, name: str) -> None:
        self.peak = 0
        self.exceeded = False
        self._limit = limit
        self._group = MemoryGroup.create(groups, name, limit) if groups is not None and limit is not None else None

    def join(self, pid: int) -> None:
        """The runtime runs: where the kernel keeps the limit, it is told which process to keep to it."""
        if self._group is not None and not self._group.add(pid):
            self._group.remove()
            self._group = None

    def weigh(self, pid: int) -> bool:
        """Look at a process and its descendants; True when they use more than they may."""
        size = resident(pid)
        if self._limit is not None and size > self._limit:
            size = proportional(pid)
            self.exceeded = self.exceeded or size > self._limit
        self.note(size)
        return self.exceeded

    def note(self, size: int) -> None:
        """A size that was seen."""
        self.peak = max(self.peak, size if self._limit is None else min(size, self._limit))

    def release(self) -> None:
        """No process is left, or none was started."""
        if self._group is not None:
            self.exceeded = self.exceeded or self._group.exceeded
            self._group.remove()
