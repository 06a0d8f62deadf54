"""How the command line shows the gateway's log: a line for people, in colour on a terminal, or an object for machines.

Three kinds of record arrive: invocations (logger `gateway`, the attributes `invocation` and `result`), lines that
functions print (logger `gateway.function`, whose arguments are the function and the line), and everything else.
"""

import asyncio
import logging
import sys
import time
from collections.abc import Mapping
from contextlib import nullcontext
from functools import lru_cache
from typing import Final, TextIO

import orjson

from infra.gateway.core.failure import read_failure
from infra.gateway.core.finished import Finished, finished
from infra.gateway.core.invocation import Invocation, Result

FUNCTION_LOGGER: Final = "gateway.function"
LINES_DELAY: Final = 0.02
LINES_KEPT: Final = 256
TEXT_KEPT: Final = 256 * 1024
_RESET: Final = "\x1b[0m"
_DIM: Final = "\x1b[2m"
_RED: Final = "\x1b[31m"
_GREEN: Final = "\x1b[32m"
_YELLOW: Final = "\x1b[33m"
_CYAN: Final = "\x1b[36m"


def wants_colour(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Colour is for terminals, and for nobody who set NO_COLOR (no-color.org: to anything but nothing)."""
    return stream.isatty() and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"


def log_to(stream: TextIO, formatter: logging.Formatter, level: int) -> None:
    """Send the log of this process to one stream."""
    handler = LinesHandler(stream)
    handler.setFormatter(formatter)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # No line shows these: see "Optimization" in Python's logging how-to.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    if sys.version_info >= (3, 12):
        logging.logAsyncioTasks = False
    # These tell of every connection and of every executor; the gateway has its own lines.
    for name in ("websockets", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)


def stderr_formatter(environment: Mapping[str, str]) -> logging.Formatter:
    """For people who look at standard error."""
    return LineFormatter(colour=wants_colour(sys.stderr, environment))


class LinesHandler(logging.Handler):
    """Writes lines together, 20 ms after the first of them: one after the other each costs a message twice as much.

    A warning or what is worse is written at once, with all before it; so is everything that comes from outside an
    event loop, or when many or long lines wait.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream
        self._waiting: list[logging.LogRecord] = []
        #: Characters that functions have printed and nobody has written yet.
        self._printed = 0
        self._timer: asyncio.TimerHandle | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record until its line is written."""
        self._waiting.append(record)
        if (printed := _printed(record)) is not None:
            self._printed += len(printed[1])
        if record.levelno >= logging.WARNING or len(self._waiting) >= LINES_KEPT or self._printed >= TEXT_KEPT:
            self.flush()
        elif self._timer is None:
            try:
                self._timer = asyncio.get_running_loop().call_later(LINES_DELAY, self.flush)
            except RuntimeError:
                self.flush()

    def flush(self) -> None:
        """Write all lines that wait. Also called by Python when the process ends."""
        with self.lock or nullcontext():
            records, self._waiting, self._printed = self._waiting, [], 0
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
            if not records:
                return
            text = "".join(map(self._line, records))
            try:
                self._stream.write(text)
                self._stream.flush()
            except (OSError, ValueError):  # nobody reads any more, or the stream is closed
                self.handleError(records[-1])

    def _line(self, record: logging.LogRecord) -> str:
        try:
            return f"{self.format(record)}\n"
        except (TypeError, ValueError):  # arguments that do not fit their message
            self.handleError(record)
            return ""


class LineFormatter(logging.Formatter):
    """One line for each invocation: time, function, duration, cold or warm, status, route, connection, error."""

    def __init__(self, *, colour: bool) -> None:
        super().__init__()
        self._colour = colour
        #: Functions in whose traceback the last frame seen is in a library.
        self._in_library: set[str] = set()

    def format(self, record: logging.LogRecord) -> str:
        """The text of a record; only a record with an exception has more than one line."""
        stamp = self._paint(_DIM, f"{_moment(int(record.created))}.{int(record.msecs):03d}")
        return f"{stamp} {self._text(record)}"

    def _text(self, record: logging.LogRecord) -> str:
        ended = _ended(record)
        if ended is not None:
            return self._invocation(*ended)
        printed = _printed(record)
        if printed is not None:
            return self._printed(*printed)
        colour = _RED if record.levelno >= logging.ERROR else _YELLOW if record.levelno >= logging.WARNING else ""
        lines = [self._paint(colour, record.getMessage())]
        if record.exc_info:
            lines.append(self.formatException(record.exc_info))
        return "\n".join(lines)

    def _invocation(self, invocation: Invocation, result: Result) -> str:
        end = finished(invocation, result)
        start = f"cold {end.init_duration:.0f} ms" if end.cold else "warm"
        parts = [
            self._paint(_CYAN, f"{end.function:<20}"),
            f"{end.duration:>8.1f} ms",
            self._paint(_YELLOW if end.cold else "", f"{start:<12}"),
            self._paint(_status_colour(end), f"{_status(end):<10}"),
            end.route,
        ]
        if end.connection_id:
            parts.append(self._paint(_DIM, end.connection_id))
        if not end.ok:
            parts.append(self._paint(_RED, read_failure(result.payload).summary.replace("\n", " ")))
        return " ".join(parts).rstrip()

    def _printed(self, function: str, line: str) -> str:
        return f"{self._paint(_DIM, f'{function} |')} {self._paint(self._line_colour(function, line), line)}"

    def _line_colour(self, function: str, line: str) -> str:
        """Red for how awslambdaric starts an error; frames of libraries step back behind the app's own."""
        if line.startswith('  File "'):
            library = "/site-packages/" in line or "/lib/python" in line
            (self._in_library.add if library else self._in_library.discard)(function)
        elif not line.startswith("    "):
            self._in_library.discard(function)
        if function in self._in_library:
            return _DIM
        return _RED if line.startswith(("[ERROR]", "Traceback (most recent call last)")) else ""

    def _paint(self, colour: str, text: str) -> str:
        return f"{colour}{text}{_RESET}" if self._colour and colour else text


class JsonFormatter(logging.Formatter):
    """One JSON object a line. `kind` is invocation, output or message; `time` in seconds since the epoch."""

    def format(self, record: logging.LogRecord) -> str:
        """The object of a record, without line ends in it."""
        document: dict[str, object] = {"time": round(record.created, 3), "level": record.levelname.lower()}
        ended, printed = _ended(record), _printed(record)
        if ended is not None:
            document |= _invocation_document(*ended)
        elif printed is not None:
            document |= {"kind": "output", "function": printed[0], "line": printed[1]}
        else:
            document |= {"kind": "message", "message": record.getMessage()}
            if record.exc_info:
                document["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(document).decode()


@lru_cache(maxsize=2)
def _moment(second: int) -> str:
    # Formatting a time takes as long as all the rest of a line, and most lines share their second.
    return time.strftime("%H:%M:%S", time.localtime(second))


def _invocation_document(invocation: Invocation, result: Result) -> dict[str, object]:
    end = finished(invocation, result)
    document: dict[str, object] = {
        "kind": "invocation",
        "function": end.function,
        "route": end.route,
        "connectionId": end.connection_id or None,
        "requestId": end.id,
        "durationMs": round(end.duration, 3),
        "cold": end.cold,
        "initDurationMs": round(end.init_duration, 3) if end.cold else None,
        "outcome": end.outcome,
        "status": end.status,
    }
    if not end.ok:
        failure = read_failure(result.payload)
        document["error"] = {"type": failure.type, "message": failure.message, "trace": list(failure.trace)}
    return document


def _ended(record: logging.LogRecord) -> tuple[Invocation, Result] | None:
    invocation, result = getattr(record, "invocation", None), getattr(record, "result", None)
    if isinstance(invocation, Invocation) and isinstance(result, Result):
        return invocation, result
    return None


def _printed(record: logging.LogRecord) -> tuple[str, str] | None:
    if record.name != FUNCTION_LOGGER or not isinstance(record.args, tuple) or len(record.args) != 2:
        return None
    function, line = record.args
    return str(function), str(line)


def _status(end: Finished) -> str:
    return end.outcome if end.status is None else f"{end.outcome} {end.status}"


def _status_colour(end: Finished) -> str:
    if not end.ok or (end.status is not None and end.status >= 500):
        return _RED
    return _YELLOW if end.status is not None and end.status >= 400 else _GREEN
