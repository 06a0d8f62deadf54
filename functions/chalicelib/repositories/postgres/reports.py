"""Reported messages."""

import asyncpg

from chalicelib.domain.audit import AuditKind
from chalicelib.domain.permissions import Judge
from chalicelib.domain.reports import NewReport, Outcome, Reason, Report, ReportState
from chalicelib.errors import Conflict, NotFound
from chalicelib.repositories.postgres.audit import note
from chalicelib.repositories.postgres.connection import Link, Postgres, instant, microseconds
from chalicelib.repositories.postgres.outbox import lock
from chalicelib.repositories.postgres.rooms import lock_room
from chalicelib.repositories.postgres.standings import standing_in


class Reports:
    """ReportRepository on the table `reports`."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres

    async def find(self, reporter: str, room: str, n: int) -> Report | None:
        """What this user reported of this message."""
        row = await self._postgres.row(
            "select * from reports where reporter_id = $1 and room_id = $2 and n = $3", reporter, room, n
        )
        return None if row is None else _report(row)

    async def add(self, report: NewReport, judge: Judge) -> None:
        """Store a report, once of each user and message."""

        async def add(link: Link) -> None:
            await lock(link, report.reporter)
            await lock_room(link, report.room)
            standing = await standing_in(link, report.reporter, report.room)
            judge(standing, standing)
            added = await link.fetchval(
                "insert into reports (reporter_id, room_id, n, rev, author_id, reason, note, at)"
                " values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing returning id",
                report.reporter,
                report.room,
                report.n,
                report.rev,
                report.author,
                report.reason.value,
                report.note,
                instant(report.at),
            )
            if added is not None:
                kind = AuditKind.MESSAGE_REPORTED
                await note(link, kind, actor=report.reporter, target=report.author, room=report.room)

        await self._postgres.change(add)

    async def page(self, state: ReportState, before: int | None, limit: int) -> list[Report]:
        """The latest in that state with an id below `before`, the newest first."""
        found = await self._postgres.rows(
            "select * from reports where (closed_at is null) = $1 and ($2::bigint is null or id < $2)"
            " order by id desc limit $3",
            state is ReportState.OPEN,
            before,
            limit,
        )
        return [_report(row) for row in found]

    async def close(self, report: int, actor: str, judge: Judge, outcome: Outcome, now: int) -> None:
        """Close a report; harmless when it has this outcome already."""

        async def close(link: Link) -> None:
            await lock(link, actor)
            standing = await standing_in(link, actor, None)
            judge(standing, standing)
            row = await link.fetchrow("select * from reports where id = $1 for update", report)
            if row is None:
                raise NotFound("There is no such report.")
            if row["outcome"] is not None:
                if row["outcome"] != outcome.value:
                    raise Conflict("Somebody else has closed this report. Load the list again.")
                return
            await link.execute(
                "update reports set closed_at = $2, closed_by = $3, outcome = $4 where id = $1",
                report,
                instant(now),
                actor,
                outcome.value,
            )
            kind = AuditKind.REPORT_CLOSED
            await note(link, kind, actor=actor, target=row["author_id"], room=row["room_id"], detail=outcome.value)

        await self._postgres.change(close)

    async def of_user(self, reporter: str) -> list[Report]:
        """All that the user reported, the newest first."""
        found = await self._postgres.rows("select * from reports where reporter_id = $1 order by id desc", reporter)
        return [_report(row) for row in found]


def _report(row: asyncpg.Record) -> Report:
    return Report(
        id=row["id"],
        reporter=row["reporter_id"],
        room=row["room_id"],
        n=row["n"],
        rev=row["rev"],
        author=row["author_id"],
        reason=Reason(row["reason"]),
        note=row["note"],
        at=microseconds(row["at"]),
        closed_at=None if row["closed_at"] is None else microseconds(row["closed_at"]),
        closed_by=row["closed_by"],
        outcome=None if row["outcome"] is None else Outcome(row["outcome"]),
    )
