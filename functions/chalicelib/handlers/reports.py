"""REST: reported messages."""

from chalicelib.domain.reports import Report as Row
from chalicelib.handlers.rest import Call, Rest, path_id, path_number
from chalicelib.schemas.reports import CloseReport, ListReports, Report, ReportedMessage, ReportMessage, Reports

reports = Rest(__name__)


@reports.operation("POST", "/rooms/{room}/messages/{n}/report", body=ReportMessage, status=204)
async def report_message(call: Call, room: str, n: str, body: ReportMessage) -> None:
    """Report somebody else's message to the owners and admins of the workspace; once a message, again is harmless."""
    await call.app.reports.add(call.user, path_id(room), path_number(n), body.reason, body.note)


@reports.operation("GET", "/reports", query=ListReports, answer=Reports)
async def list_reports(call: Call, query: ListReports) -> Reports:
    """Reports in a state, the newest first: for owners and admins of the workspace."""
    found, more = await call.app.reports.page(call.user, query.state, query.before)
    reports = [Report(**shown(it.report).model_dump(), text=it.text, text_unavailable=it.unavailable) for it in found]
    return Reports(reports=reports, more=more)


@reports.operation("POST", "/reports/{report}/close", body=CloseReport, status=204)
async def close_report(call: Call, report: str, body: CloseReport) -> None:
    """Say what was decided on a report: for owners and admins of the workspace."""
    await call.app.reports.close(call.user, path_number(report, "report"), body.outcome)


def shown(row: Row) -> ReportedMessage:
    """A report without its message's text."""
    return ReportedMessage(
        id=row.id,
        reporter=row.reporter,
        room=row.room,
        n=row.n,
        author=row.author,
        reason=row.reason,
        note=row.note,
        at=row.at,
        closed_at=row.closed_at,
        closed_by=row.closed_by,
        outcome=row.outcome,
    )
