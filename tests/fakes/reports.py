"""Reported messages, in memory."""

from dataclasses import replace

from chalicelib.domain.audit import AuditKind
from chalicelib.domain.permissions import Judge
from chalicelib.domain.reports import NewReport, Outcome, Report, ReportState
from chalicelib.errors import Conflict, NotFound
from tests.fakes.server import FakeServer
from tests.fakes.tables import Tables


class FakeReports:
    """ReportRepository."""

    def __init__(self, server: FakeServer, tables: Tables) -> None:
        self._server = server
        self._tables = tables

    async def find(self, reporter: str, room: str, n: int) -> Report | None:
        await self._server.reached("reports.find")
        found = self._tables.reports.values()
        return next((it for it in found if (it.reporter, it.room, it.n) == (reporter, room, n)), None)

    async def add(self, report: NewReport, judge: Judge) -> None:
        standing = self._tables.standing(report.reporter, report.room)
        judge(standing, standing)
        if await self.find(report.reporter, report.room, report.n) is not None:
            return
        made = Report(
            next(self._tables.ids),
            report.reporter,
            report.room,
            report.n,
            report.rev,
            report.author,
            report.reason,
            report.note,
            report.at,
        )
        self._tables.reports[made.id] = made
        kind = AuditKind.MESSAGE_REPORTED
        self._tables.note(kind, actor=report.reporter, target=report.author, room=report.room)

    async def page(self, state: ReportState, before: int | None, limit: int) -> list[Report]:
        await self._server.reached("reports.page")
        is_open = state is ReportState.OPEN
        found = [it for it in self._tables.reports.values() if (it.outcome is None) is is_open]
        return [it for it in reversed(found) if before is None or it.id < before][:limit]

    async def close(self, report: int, actor: str, judge: Judge, outcome: Outcome, now: int) -> None:
        await self._server.reached("reports.close")
        standing = self._tables.standing(actor, None)
        judge(standing, standing)
        row = self._tables.reports.get(report)
        if row is None:
            raise NotFound("There is no such report.")
        if row.outcome is None:
            self._tables.reports[report] = replace(row, closed_at=now, closed_by=actor, outcome=outcome)
            kind = AuditKind.REPORT_CLOSED
            self._tables.note(kind, actor=actor, target=row.author, room=row.room, detail=outcome.value)
        elif row.outcome is not outcome:
            raise Conflict("Somebody else has closed this report.")

    async def of_user(self, reporter: str) -> list[Report]:
        await self._server.reached("reports.of_user")
        return [it for it in reversed(self._tables.reports.values()) if it.reporter == reporter]
