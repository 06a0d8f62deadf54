"""What an error document of Lambda says, for people who look for the mistake."""

import re
from dataclasses import dataclass
from typing import Any

import orjson

#: How Lambda begins what it says itself, of time-outs and exits: the request is named beside it anyway.
_REQUEST = re.compile(r"^RequestId: \S+ Error: ")


@dataclass(frozen=True, slots=True)
class Failure:
    """`trace` are the lines of a Python traceback, innermost call last, without its heading; often empty."""

    type: str
    message: str
    trace: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """As the last line of a traceback has it."""
        message = _REQUEST.sub("", self.message)
        return f"{self.type}: {message}" if self.type else message


def read_failure(payload: bytes) -> Failure:
    """Read an error document; what is none, as from a runtime of somebody's own, is shown as it is."""
    try:
        document = orjson.loads(payload)
    except orjson.JSONDecodeError:
        document = None
    if not isinstance(document, dict):
        return Failure("", payload[:1000].decode("utf-8", "replace"))
    return Failure(_text(document.get("errorType")), _text(document.get("errorMessage")), _trace(document))


def _trace(document: dict[str, Any]) -> tuple[str, ...]:
    # awslambdaric gives one entry for each call, in the form of `traceback.format_list`: two lines and their ends.
    entries = document.get("stackTrace")
    if not isinstance(entries, list):
        return ()
    return tuple(line for entry in entries for line in _text(entry).rstrip().split("\n"))


def _text(value: object) -> str:
    return value if isinstance(value, str) else "" if value is None else str(value)
