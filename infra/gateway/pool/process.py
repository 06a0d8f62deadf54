"""The processes of one environment, as runtime/keeper.py starts them: watched without threads, ended whole."""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import struct
import subprocess  # nosec B404 # each call has its own reason
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Protocol

KEEPER = Path(__file__).parent.parent / "runtime" / "keeper.py"
CHUNK = 64 * 1024
#: Chunks read at once when output is caught up with: a function that prints without end cannot hold the loop.
CHUNKS_AT_ONCE = 16
_REPORT = struct.Struct("ii")


class ProcessObserver(Protocol):
    """Who is told what happens to the processes of an environment."""

    def process_started(self, pid: int) -> None:
        """The runtime runs."""

    def process_printed(self, chunk: bytes) -> None:
        """Its stdout and stderr, in order."""

    def process_ended(self, status: int, peak: int) -> None:
        """The runtime has ended: its status as `subprocess` reports it, its largest resident size in bytes. Once."""

    def processes_gone(self) -> None:
        """Nothing is left of the environment: neither its children nor its files. Once, last."""


class RuntimeProcess:
    """A runtime with its keeper."""

    def __init__(self, loop: asyncio.AbstractEventLoop, observer: ProcessObserver) -> None:
        self._loop = loop
        self._observer = observer
        self._keeper: subprocess.Popen[bytes] | None = None
        self._runtime = 0
        self._ended = False
        self._temporary = ""
        self._output = _Pipe(loop, observer.process_printed)
        self._report = _Pipe(loop, self._reported)

    @property
    def started(self) -> bool:
        """Whether there is anything to end."""
        return self._keeper is not None

    @property
    def pid(self) -> int:
        """The process id of the runtime, 0 before it runs."""
        return self._runtime

    @property
    def keeper_pid(self) -> int:
        """The process every other one of the environment descends from, 0 before the start."""
        return self._keeper.pid if self._keeper else 0

    def start(self, handler: str, variables: Mapping[str, str], folder: Path, link: socket.socket) -> None:
        """Run a handler in `folder`, with a temporary folder of its own; raises OSError when it cannot be.

        `link` is the runtime's end of a connection to the Runtime API.
        """
        self._temporary = tempfile.mkdtemp(prefix="gateway-")
        variables = {**variables, "TMPDIR": self._temporary}
        try:
            self._start([sys.executable, "-P", str(KEEPER), handler], variables, folder, link.fileno())
        except OSError:
            self._close()
            raise

    def _start(self, command: list[str], variables: Mapping[str, str], folder: Path, link: int) -> None:
        with self._output.write_end() as output, self._report.write_end() as report:
            keeper = subprocess.Popen(  # noqa: S603 - the command is the gateway's own
                command,
                env={
                    **variables,
                    "GATEWAY_PID": str(os.getpid()),
                    "GATEWAY_REPORT_FD": str(report),
                    "GATEWAY_RUNTIME_FD": str(link),
                },
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=(report, link),
                start_new_session=True,
            )
        try:
            pidfd = os.pidfd_open(keeper.pid)
        except OSError:
            keeper.kill()
            keeper.wait()
            raise
        self._keeper = keeper
        self._output.open()
        self._report.open()
        self._loop.add_reader(pidfd, self._reap, keeper, pidfd)

    def drain(self) -> None:
        """Read what the process has printed so far, at most a megabyte."""
        for _ in range(CHUNKS_AT_ONCE):
            if not self._output.read():
                return

    def stop(self) -> None:
        """SIGSTOP the runtime and its process group: the environment is frozen."""
        self._signal_runtime(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self._signal_runtime(signal.SIGCONT)

    def kill(self) -> None:
        """End the runtime at once, whatever it does, and everything it has started."""
        self._signal_runtime(signal.SIGKILL)
        if self._keeper is not None and self._keeper.returncode is None:
            self._keeper.terminate()

    def _signal_runtime(self, number: signal.Signals) -> None:
        # Once it has ended its process group may be anybody's.
        if self._runtime and not self._ended:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._runtime, number)

    def _reported(self, content: bytes) -> None:
        for first, second in _REPORT.iter_unpack(content):
            if self._runtime == 0:
                self._runtime = first
                self._observer.process_started(first)
            else:
                self._end(os.waitstatus_to_exitcode(first), second * 1024)

    def _end(self, status: int, peak: int) -> None:
        if not self._ended:
            self.drain()
            self._ended = True
            self._observer.process_ended(status, peak)

    def _reap(self, keeper: subprocess.Popen[bytes], pidfd: int) -> None:
        status = keeper.wait()
        self._loop.remove_reader(pidfd)
        os.close(pidfd)
        while self._report.read():
            pass
        # Without a report the keeper was killed, and the kernel has killed the runtime with it.
        self._signal_runtime(signal.SIGKILL)
        self._end(status, 0)
        self._close()
        self._observer.processes_gone()

    def _close(self) -> None:
        self._output.close()
        self._report.close()
        # The keeper has removed it, unless it was killed.
        shutil.rmtree(self._temporary, ignore_errors=True)


class _Pipe:
    """What a child writes, handed on in chunks; `read` is also called by the loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, received: Callable[[bytes], None]) -> None:
        self._loop = loop
        self._received = received
        self._descriptor = -1
        self._watched = False

    @contextlib.contextmanager
    def write_end(self) -> Iterator[int]:
        """The end a child is given."""
        self._descriptor, descriptor = os.pipe()
        os.set_blocking(self._descriptor, False)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def open(self) -> None:
        """Read whenever there is something."""
        self._loop.add_reader(self._descriptor, self.read)
        self._watched = True

    def read(self) -> bool:
        """Hand one chunk on; False when there is none."""
        if self._descriptor < 0:
            return False
        try:
            chunk = os.read(self._descriptor, CHUNK)
        except BlockingIOError:
            return False
        if not chunk:
            self.close()
            return False
        self._received(chunk)
        return True

    def close(self) -> None:
        """Read no more."""
        if self._descriptor >= 0:
            if self._watched:
                self._loop.remove_reader(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = -1
