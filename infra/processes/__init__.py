"""Child processes that never outlive this one, each with a log file of its own.

A child is started through bound.py (the kernel kills it when its parent dies) in a process group that
sentinel.py kills when this process is gone. Start children from a thread that lives as long as they should: the
kernel's tie is to the thread that forked, and asyncio forks in the thread of its event loop.
"""

import asyncio
import contextlib
import os
import shutil
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

_HERE = Path(__file__).parent


def is_alive(process_id: str) -> bool:
    """Whether the process runs. One that has ended, and only waits to be collected by its parent, does not.

    (In a container the first process may be one that never collects any.)
    """
    try:
        status = Path("/proc", process_id, "stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] not in {"Z", "X"}


@dataclass(frozen=True)
class Account:
    """The system account a child runs under. `reach` lets it pass folders that only root may enter."""

    uid: int
    gid: int
    reach: bool = False


class _Sentinel:
    """The write end of the pipe that the sentinel process reads; started with the first child."""

    def __init__(self) -> None:
        self._pipe: int | None = None

    def _start(self) -> int:
        read_end, write_end = os.pipe()
        os.posix_spawn(
            sys.executable,
            [sys.executable, "-I", "-S", str(_HERE / "sentinel.py")],
            os.environ,
            file_actions=[
                (os.POSIX_SPAWN_DUP2, read_end, 0),
                (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
            ],
            # Out of the terminal's reach: Ctrl-C is for this process to answer.
            setsid=True,
        )
        os.close(read_end)
        return write_end

    def tell(self, line: str) -> None:
        if self._pipe is None:
            self._pipe = self._start()
        # Should somebody have killed the sentinel, the kernel's own tie to each child still holds.
        with contextlib.suppress(BrokenPipeError):
            os.write(self._pipe, line.encode() + b"\n")


_sentinel = _Sentinel()


class Child:
    """A running child process. `log` receives what it prints."""

    def __init__(self, name: str, process: asyncio.subprocess.Process, log: Path) -> None:
        self.name = name
        self.log = log
        self._process = process

    @classmethod
    async def start(
        cls,
        name: str,
        command: Sequence[str | Path],
        *,
        log: Path,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
        account: Account | None = None,
        keep_open: Sequence[int] = (),
        input_file: Path | None = None,
    ) -> Self:
        """Start COMMAND with its output appended to `log`.

        `environment` replaces the whole environment, `folder` is the working directory, `keep_open` are file
        descriptors that the child inherits, `input_file` is its standard input (default: empty).
        Raises OSError when the log cannot be opened. A command that cannot be executed ends at once, with the
        reason in its log.
        """
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output, (input_file or Path(os.devnull)).open("rb") as source:
            process = await asyncio.create_subprocess_exec(
                *_bound(command, account),
                stdin=source,
                stdout=output,
                stderr=asyncio.subprocess.STDOUT,
                env=environment,
                cwd=folder,
                pass_fds=keep_open,
                start_new_session=True,
            )
        _sentinel.tell(f"+{process.pid}")
        return cls(name, process, log)

    @property
    def pid(self) -> int:
        """The process id, which is also the id of the child's process group."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """False once the process has ended."""
        return self._process.returncode is None

    async def wait(self) -> int:
        """Wait for the end of the process and of all that it left in its group; returns the exit status."""
        status = await self._process.wait()
        self.kill()
        _sentinel.tell(f"-{self.pid}")
        return status

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the process alone; nothing happens when it has ended."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)

    def kill(self) -> None:
        """Kill the process and its whole group, at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)

    async def stop(self, number: signal.Signals = signal.SIGTERM, *, grace: float) -> int:
        """Ask the process to stop, and kill it after `grace` seconds; returns the exit status."""
        self.send(number)
        try:
            async with asyncio.timeout(grace):
                return await self.wait()
        except TimeoutError:
            self.kill()
            return await self.wait()


async def run(
    name: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    account: Account | None = None,
    input_file: Path | None = None,
) -> int:
    """Run COMMAND to its end and return its exit status; killed when the caller is cancelled."""
    child = await Child.start(
        name, command, log=log, environment=environment, folder=folder, account=account, input_file=input_file
    )
    try:
        return await child.wait()
    except asyncio.CancelledError:
        child.kill()
        await child.wait()
        raise


def _bound(command: Sequence[str | Path], account: Account | None) -> list[str]:
    options = [str(os.getpid())]
    if account is not None:
        options += ["--account", f"{account.uid}:{account.gid}"]
        if account.reach:
            options.append("--reach")
    program, *arguments = map(str, command)
    path = shutil.which(program) or program
    return [sys.executable, "-I", "-S", str(_HERE / "bound.py"), *options, "--", path, *arguments]
