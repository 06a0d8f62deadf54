"""`python -m infra.run` as a child of the tests."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Self

from infra.stores import VARIABLES
from tests.infra.waiting import command_of, descendants, wait_until

# Generous: on a quiet machine it takes ten.
_READY_SECONDS = 150.0


class ParleyRun:
    """One run, with what it said so far."""

    def __init__(self, port: int, data: Path, static: Path, **settings: str) -> None:
        """`settings` are environment variables."""
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        environment = {name: value for name, value in os.environ.items() if name not in VARIABLES}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "infra.run", "--port", str(port), "--data-dir", data, "--static", static],
            env={**environment, "BCRYPT_COST": "4", **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            # As a program that a shell starts: what the tests send to its group must not reach the tests.
            start_new_session=True,
        )
        self.said: list[str] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            self.said.extend(line.rstrip("\n") for line in lines)

    def says(self, text: str, seconds: float = _READY_SECONDS) -> bool:
        """Whether a line with the text comes, or has come, before the run ends."""
        wait_until(lambda: self._has_said(text) or self._process.poll() is not None, seconds)
        return self._has_said(text)

    def _has_said(self, text: str) -> bool:
        return any(text in line for line in list(self.said))

    def descendants(self) -> list[int]:
        """All processes below the run."""
        return descendants(self._process.pid)

    def child(self, part: str) -> int:
        """The one direct child with this in its command line."""
        [pid] = [pid for pid in self.descendants() if part in command_of(pid) and self._is_direct(pid)]
        return pid

    def _is_direct(self, pid: int) -> bool:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1] == str(self._process.pid)

    def kill(self) -> None:
        """SIGKILL, to this one process only."""
        self._process.kill()
        self._process.wait()

    def interrupt(self) -> None:
        """What Ctrl-C does."""
        self._process.send_signal(signal.SIGINT)

    def end(self) -> tuple[int, float]:
        """Wait for the end; the exit status, and the seconds that passed."""
        begin = time.monotonic()
        status = self._process.wait(timeout=30)
        self._reader.join()
        return status, time.monotonic() - begin
