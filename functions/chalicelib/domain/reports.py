"""Reports: a member's word to the administrators that somebody else's message should not be there."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from chalicelib.errors import BadRequest

REPORTS_PAGE: Final = 20
"""Reports of one page: each open one costs two reads of the room's history."""


class Reason(StrEnum):
    """Why a message is reported."""

    SPAM = "spam"
    HARASSMENT = "harassment"
    HARMFUL = "harmful"
    OTHER = "other"


class Outcome(StrEnum):
    """What became of a report."""

    DISMISSED = "dismissed"
    MESSAGE_REMOVED = "message_removed"
    PERSON_WARNED = "person_warned"
    PERSON_REMOVED = "person_removed"


class ReportState(StrEnum):
    """Whether an administrator has decided."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class NewReport:
    """A report of message `n` as it was at `rev`, the seq of the last event applied to it. `at` in microseconds."""

    reporter: str
    room: str
    n: int
    rev: int
    author: str
    reason: Reason
    note: str
    at: int


@dataclass(frozen=True, slots=True)
class Report:
    """A stored report. `reporter` is None once that account is deleted; ids rise with time."""

    id: int
    reporter: str | None
    room: str
    n: int
    rev: int
    author: str
    reason: Reason
    note: str
    at: int
    closed_at: int | None = None
    closed_by: str | None = None
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A report and what its message said then: None once the report is closed or the message deleted."""

    report: Report
    text: str | None
    unavailable: bool = False
    """Whether the text is None only because the history did not answer."""


def clean_note(note: str) -> str:
    """The note as it is shown. Raises BadRequest for one with control characters or lone surrogates."""
    cleaned = unicodedata.normalize("NFC", note).strip()
    if any(unicodedata.category(it) in {"Cc", "Cs"} and it != "\n" for it in cleaned):
        raise BadRequest("A note needs visible characters only.", {"fields": ["note"]})
    return cleaned
