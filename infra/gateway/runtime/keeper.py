"""Start one execution environment: `python -P keeper.py HANDLER`, the variables below and GATEWAY_RUNTIME_FD set.

GATEWAY_PID is the gateway's process, GATEWAY_REPORT_FD where it is told, GATEWAY_RUNTIME_FD the runtime's own.

Two processes come of it. The runtime runs bootstrap.py. Its parent, the keeper, is what process 1 is in an environment
on Lambda: whatever the handler starts, daemons with a session of their own included, belongs to it and ends with the
runtime, and all of that ends with the gateway, however that ends. The keeper loads nothing but the core of the standard
library and forks before the handler is loaded, so it costs about a millisecond.

The report descriptor tells the gateway pairs of native ints: (the runtime's process id, 0) at the start, (its wait
status, its peak resident size in KB) at the end.
"""

import contextlib
import ctypes
import os
import resource
import runpy
import signal
import struct
from pathlib import Path
from typing import NoReturn

PR_SET_PDEATHSIG = 1  # linux/prctl.h
PR_SET_CHILD_SUBREAPER = 36
#: "Lambda quotas" in the developer guide: file descriptors of an environment. The gateway itself may have more.
FILE_DESCRIPTORS = 1024
KEPT = {signal.SIGTERM, signal.SIGCHLD}


def become_keeper() -> None:
    """Fork: this process is the keeper from here on, and only the runtime returns."""
    signal.pthread_sigmask(signal.SIG_BLOCK, KEPT)
    report = int(os.environ.pop("GATEWAY_REPORT_FD"))
    _prctl(PR_SET_CHILD_SUBREAPER, 1)
    # The kernel tells the keeper when the gateway dies, however it dies; SIGTERM is also how the gateway asks.
    if not _outlived_by(int(os.environ.pop("GATEWAY_PID")), signal.SIGTERM):
        _leave()
    keeper = os.getpid()
    runtime = os.fork()
    if runtime:
        os.close(int(os.environ["GATEWAY_RUNTIME_FD"]))
        keep(runtime, report)
    os.setsid()
    os.close(report)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(FILE_DESCRIPTORS, hard), hard))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, KEPT)
    if not _outlived_by(keeper, signal.SIGKILL):
        os._exit(1)


def keep(runtime: int, report: int) -> NoReturn:
    """Wait for the runtime's end or an order to end it, then leave no process and no file of it behind."""
    _tell(report, runtime, 0)
    # Whatever the handler prints goes to the gateway's pipe: the keeper must not hold it open.
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (1, 2):
        os.dup2(null, descriptor)
    while (end := _reaped(runtime)) is None:
        if signal.sigwait(KEPT) == signal.SIGTERM:
            os.kill(runtime, signal.SIGKILL)
    _tell(report, *end)
    _end_descendants()
    _leave()


def _leave() -> NoReturn:
    _remove_folder(Path(os.environ["TMPDIR"]))
    os._exit(0)


def _tell(report: int, first: int, second: int) -> None:
    with contextlib.suppress(BrokenPipeError):  # the gateway has died
        os.write(report, struct.pack("ii", first, second))


def _reaped(runtime: int) -> tuple[int, int] | None:
    """Wait for every child that has ended; the runtime's (status, peak size) once it is among them."""
    end = None
    while True:
        try:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return end
        if pid == 0:
            return end
        if pid == runtime:
            end = status, usage.ru_maxrss


def _end_descendants() -> None:
    """Kill until none is left: those whose parents are killed come to the keeper, which is their subreaper."""
    while True:
        for pid in _children():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        try:
            os.wait()
        except ChildProcessError:
            return


def _children() -> list[int]:
    keeper = os.getpid()
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal() and _parent(path) == keeper]


def _parent(process: Path) -> int:
    try:
        return int((process / "stat").read_bytes().rpartition(b")")[2].split()[1])
    except (OSError, IndexError):  # it ended meanwhile
        return 0


def _remove_folder(folder: Path) -> None:
    for path, folders, files in os.walk(folder, topdown=False):
        for name in files:
            with contextlib.suppress(OSError):
                Path(path, name).unlink()
        for name in folders:
            with contextlib.suppress(OSError):
                # A link to a folder is listed as one.
                Path(path, name).unlink() if Path(path, name).is_symlink() else Path(path, name).rmdir()
    with contextlib.suppress(OSError):
        folder.rmdir()


def _outlived_by(parent: int, number: int) -> bool:
    """Have the kernel send a signal when the parent ends; False when it has ended already."""
    _prctl(PR_SET_PDEATHSIG, number)
    # Then the process has another parent by now.
    return os.getppid() == parent


def _prctl(option: int, value: int) -> None:
    ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


if __name__ == "__main__":
    become_keeper()
    runpy.run_path(str(Path(__file__).with_name("bootstrap.py")), run_name="__main__")
