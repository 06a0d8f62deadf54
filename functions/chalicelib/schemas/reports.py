"""Reported messages."""

from typing import Annotated

from pydantic import Field, StringConstraints

from chalicelib.domain.reports import REPORTS_PAGE, Outcome, Reason, ReportState
from chalicelib.limits import REPORT_NOTE_LENGTH
from chalicelib.schemas.base import NUMBER_MAX, Id, Micros, Model


class ReportMessage(Model):
    """Why the message should not be there; `note` is for the administrators alone."""

    reason: Annotated[Reason, Field(strict=False)]
    note: Annotated[str, StringConstraints(max_length=REPORT_NOTE_LENGTH)] = ""


class ListReports(Model):
    """Query: the latest reports in a state with an id below `before`."""

    state: ReportState = ReportState.OPEN
    before: Annotated[int, Field(ge=1, le=NUMBER_MAX, description="A report's id: ids rise with time.")] | None = None


class CloseReport(Model):
    """What was decided. It changes nothing else: messages and accounts have operations of their own."""

    outcome: Annotated[Outcome, Field(strict=False)]


class ReportedMessage(Model):
    """A report, without what the message said."""

    id: int
    reporter: Annotated[Id | None, Field(description="Null once the account is deleted.")]
    room: Id
    n: int
    author: Id
    reason: Reason
    note: str
    at: Micros
    closed_at: Micros | None
    closed_by: Id | None
    outcome: Outcome | None


class Report(ReportedMessage):
    """A report as administrators see it."""

    text: Annotated[
        str | None,
        Field(description="What the message said when it was reported; null once it or the report is gone or closed."),
    ]
    text_unavailable: Annotated[
        bool, Field(description="`text` is null as the history did not answer: ask again to learn what was said.")
    ]


class Reports(Model):
    """Reports, the newest first; `more` tells that older ones follow the last one's id."""

    reports: Annotated[list[Report], Field(max_length=REPORTS_PAGE)]
    more: bool
