"""Log files of the children: bounded, and their errors shown."""

import os
import re
from pathlib import Path

MOST_BYTES = 8_000_000
"""A log that grows beyond this is emptied; what it held is kept once, as `NAME.log.1`."""

_TAIL_BYTES = 16_384


def bound(folder: Path, most: int = MOST_BYTES) -> None:
    """Empty every log in the folder that is longer than `most` bytes.

    The children go on writing to the same file, at its new end: their descriptors append.
    """
    for log in folder.glob("*.log"):
        if log.stat().st_size > most:
            old = log.with_suffix(".log.1")
            old.unlink(missing_ok=True)
            _copy_end(log, old, most)
            os.truncate(log, 0)


def _copy_end(source: Path, target: Path, most: int) -> None:
    with source.open("rb") as reader, target.open("wb") as writer:
        reader.seek(-most, os.SEEK_END)
        writer.write(reader.read(most))


def tail(log: Path, lines: int) -> str:
    """The last lines of a log, for showing; empty when there is none."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - _TAIL_BYTES))
            text = file.read().decode(errors="replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


class FailedInvocations:
    """Reads the gateway's log on, for the invocations that went wrong."""

    # As the gateway writes them: name, milliseconds, cold or warm, outcome, request id, origin.
    _LINE = re.compile(
        r"^\S+ (?P<name>\S+) +[\d.]+ ms  (cold|warm)  (?P<outcome>(?!ok )\w[\w ]*?)  \S+  (?P<origin>.*)$"
    )
    _READ_BYTES = 1_000_000

    def __init__(self, log: Path) -> None:
        """From the log's present end on."""
        self._log = log
        self._position = log.stat().st_size if log.exists() else 0

    def read(self) -> list[str]:
        """A sentence for each that was logged since the last call."""
        try:
            with self._log.open("rb") as file:
                if self._log.stat().st_size < self._position:
                    self._position = 0
                file.seek(self._position)
                complete, newline, _ = file.read(self._READ_BYTES).rpartition(b"\n")
        except OSError:
            return []
        self._position += len(complete) + len(newline)
        found = map(self._LINE.match, complete.decode(errors="replace").splitlines())
        return [f"{one['name']} failed ({one['outcome']}; {one['origin']}): see {self._log}" for one in found if one]
