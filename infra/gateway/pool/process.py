"""One process with its output: started in a session of its own, watched without threads, killed with its children."""

import asyncio
import contextlib
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

CHUNK = 64 * 1024
#: Chunks read at once when output is caught up with: a function that prints without end cannot hold the loop.
CHUNKS_AT_ONCE = 16


class ObservedProcess:
    """A child of the gateway. `output` gets its stdout and stderr, in order; `exited` its status, once."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        output: Callable[[bytes], None],
        exited: Callable[[int], None],
    ) -> None:
        self._loop = loop
        self._output = output
        self._exited = exited
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe = -1

    @property
    def pid(self) -> int:
        """The process id, 0 before the start."""
        return self._process.pid if self._process else 0

    def start(self, command: Sequence[str], environment: Mapping[str, str], folder: Path) -> None:
        """Start `command`; raises OSError when it cannot be."""
        read_end, write_end = os.pipe()
        os.set_blocking(read_end, False)
        try:
            process = subprocess.Popen(  # noqa: S603 - the command is the gateway's own
                command,
                env=environment,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=write_end,
                stderr=write_end,
                start_new_session=True,
            )
        except OSError:
            os.close(read_end)
            raise
        finally:
            os.close(write_end)
        try:
            pidfd = os.pidfd_open(process.pid)
        except OSError:
            os.close(read_end)
            process.kill()
            process.wait()
            raise
        self._process = process
        self._pipe = read_end
        self._loop.add_reader(read_end, self._read_chunk)
        self._loop.add_reader(pidfd, self._reap, process, pidfd)

    def drain(self) -> None:
        """Read what the process has printed so far, at most a megabyte."""
        for _ in range(CHUNKS_AT_ONCE):
            if not self._read_chunk():
                return

    def signal(self, number: signal.Signals) -> None:
        """Signal the process and its children."""
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)

    def _read_chunk(self) -> bool:
        if self._pipe < 0:
            return False
        try:
            chunk = os.read(self._pipe, CHUNK)
        except BlockingIOError:
            return False
        if not chunk:
            self._close_pipe()
            return False
        self._output(chunk)
        return True

    def _reap(self, process: subprocess.Popen[bytes], pidfd: int) -> None:
        # Its children first: once it is waited for, its process group may be anybody's.
        self.signal(signal.SIGKILL)
        status = process.wait()
        self._loop.remove_reader(pidfd)
        os.close(pidfd)
        self.drain()
        self._close_pipe()
        self._exited(status)

    def _close_pipe(self) -> None:
        if self._pipe >= 0:
            self._loop.remove_reader(self._pipe)
            os.close(self._pipe)
            self._pipe = -1
