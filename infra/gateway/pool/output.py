"""What functions print, line by line, and the START, END and REPORT lines Lambda puts around an invocation."""

import logging
import math
from pathlib import Path
from typing import Protocol

from infra.gateway.core.failure import read_failure
from infra.gateway.core.invocation import TAIL_LIMIT, Invocation, Outcome, Result
from infra.gateway.core.manifest import Function

LOG = logging.getLogger("gateway.function")
#: A line longer than this is cut, so that a function that never ends its line costs no memory.
LINE_LIMIT = 64 * 1024
MEGABYTE = 1024 * 1024


class Measured(Protocol):
    """What a REPORT line says about an environment."""

    init_duration: float

    @property
    def pid(self) -> int:
        """The process whose memory is reported."""

    @property
    def peak_memory(self) -> int:
        """The most that all its processes have used, in bytes, as far as it was looked at."""

    @property
    def out_of_memory(self) -> bool:
        """Whether it was killed for using too much."""


class OutputLines:
    """The output of one environment."""

    def __init__(self, function: Function) -> None:
        self._function = function
        self._partial = b""
        self._invocation: Invocation | None = None

    def begin(self, invocation: Invocation) -> None:
        """Lines from here on belong to `invocation`."""
        self._invocation = invocation
        if self._wants_frame(invocation):
            self._frame(invocation, f"START RequestId: {invocation.id} Version: $LATEST")

    def feed(self, chunk: bytes) -> None:
        """Bytes the process printed."""
        if self._invocation is not None and self._invocation.tail is not None:
            _append(self._invocation.tail, chunk)
        *lines, self._partial = (self._partial + chunk).split(b"\n")
        for line in lines:
            self._write(line)
        if len(self._partial) > LINE_LIMIT:
            self.flush()

    def flush(self) -> None:
        """Write a line that was not ended."""
        if self._partial:
            self._write(self._partial)
            self._partial = b""

    def end(self, invocation: Invocation, result: Result, environment: Measured) -> None:
        """Close the frame of an invocation."""
        if self._wants_frame(invocation):
            self._frame(invocation, f"END RequestId: {invocation.id}")
            self._frame(invocation, self._report(invocation, result, environment))
        self._invocation = None

    def init_failed(self, failure: Result, duration: float) -> None:
        """The environment could not start, after `duration` ms."""
        status = _status(failure, out_of_memory=False)
        line = "\t".join([f"INIT_REPORT Init Duration: {duration:.2f} ms", "Phase: init", *status])
        LOG.debug("%s | %s", self._function.name, line)

    def _report(self, invocation: Invocation, result: Result, environment: Measured) -> str:
        init = environment.init_duration if invocation.cold else 0.0
        used = max(environment.peak_memory, _peak_memory(environment.pid))
        parts = [
            f"REPORT RequestId: {invocation.id}",
            f"Duration: {result.duration:.2f} ms",
            # Since August 2025 the init phase is billed with the first invocation.
            f"Billed Duration: {math.ceil(result.duration + init)} ms",
            f"Memory Size: {self._function.memory} MB",
            f"Max Memory Used: {math.ceil(used / MEGABYTE)} MB",
        ]
        if invocation.cold:
            parts.append(f"Init Duration: {init:.2f} ms")
        parts.extend(_status(result, out_of_memory=environment.out_of_memory))
        return "\t".join(parts)

    def _wants_frame(self, invocation: Invocation) -> bool:
        return invocation.tail is not None or LOG.isEnabledFor(logging.DEBUG)

    def _frame(self, invocation: Invocation, line: str) -> None:
        LOG.debug("%s | %s", self._function.name, line)
        if invocation.tail is not None:
            _append(invocation.tail, line.encode() + b"\n")

    def _write(self, line: bytes) -> None:
        if not LOG.isEnabledFor(logging.INFO):
            return
        text = line.decode("utf-8", "replace")
        # The runtime client writes a traceback as one line: "\r" between its lines, NO-BREAK SPACE as indentation.
        for part in text.replace("\u00a0", " ").split("\r"):
            LOG.info("%s | %s", self._function.name, part)


def _append(tail: bytearray, chunk: bytes) -> None:
    tail += chunk
    del tail[: max(0, len(tail) - TAIL_LIMIT)]


def _status(result: Result, *, out_of_memory: bool) -> list[str]:
    """How an invocation failed, as REPORT and INIT_REPORT lines of Lambda say it; nothing when it did not."""
    if result.ok:
        return []
    if result.outcome is Outcome.TIMEOUT:
        return ["Status: timeout"]
    kind = "Runtime.OutOfMemory" if out_of_memory else read_failure(result.payload).type
    return ["Status: error", f"Error Type: {kind}"]


def _peak_memory(pid: int) -> int:
    """Peak resident size of a process in bytes, 0 when the process is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    for line in status.splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0
