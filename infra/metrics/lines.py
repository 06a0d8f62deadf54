"""Metrics from the log of the local gateway, which shows what functions print: `TIME FUNCTION | LINE`.

A line in CloudWatch's embedded metric format (docs.aws.amazon.com/AmazonCloudWatch, "Embedded metric format
specification") is all there is to know of the functions here.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_PRINTED: Final = re.compile(rb'^\S+ \S+ \| (\{"_aws":.*\})\s*$')
_READ_BYTES: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Values:
    """What a line says of one metric."""

    name: str
    values: tuple[float, ...]


def read_line(line: bytes) -> Iterator[Values]:
    """The metrics of a line of the log; none of any line that is something else."""
    printed = _PRINTED.match(line)
    if printed is None:
        return
    try:
        document: dict[str, Any] = json.loads(printed[1])
        names = [it["Name"] for part in document["_aws"]["CloudWatchMetrics"] for it in part["Metrics"]]
        found = [(name, document[name]) for name in names]
        yield from [Values(str(name), tuple(map(float, it if isinstance(it, list) else [it]))) for name, it in found]
    except (ValueError, TypeError, KeyError):
        # A function may print whatever it likes.
        return


class LogFollower:
    """Reads a log on, from its present end, through being emptied and written anew."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._position = log.stat().st_size if log.exists() else 0

    def read(self) -> Iterator[Values]:
        """The metrics of all lines that were completed since the last call."""
        try:
            with self._log.open("rb") as file:
                if self._log.stat().st_size < self._position:
                    self._position = 0
                file.seek(self._position)
                while chunk := file.read(_READ_BYTES):
                    complete, newline, _ = chunk.rpartition(b"\n")
                    if not newline:
                        break
                    self._position += len(complete) + 1
                    file.seek(self._position)
                    for line in complete.split(b"\n"):
                        yield from read_line(line)
        except FileNotFoundError:
            return
