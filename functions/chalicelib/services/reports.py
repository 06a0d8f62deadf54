"""Reports: members report messages of others, and owners and admins of the workspace decide."""

import logging

from chalicelib.domain.permissions import Operation, Standing, require
from chalicelib.domain.reports import (
    REPORTS_PAGE,
    Exhibit,
    NewReport,
    Outcome,
    Reason,
    Report,
    ReportState,
    clean_note,
)
from chalicelib.errors import Forbidden, NotFound, Unavailable
from chalicelib.gateways.base import Clock
from chalicelib.repositories.base import ReportRepository
from chalicelib.services.concurrency import together
from chalicelib.services.history import History
from chalicelib.services.permissions import Permissions
from chalicelib.services.throttling import Throttling

log = logging.getLogger("parley.reports")


class Reports:
    """Use cases around reported messages."""

    def __init__(
        self,
        reports: ReportRepository,
        throttling: Throttling,
        history: History,
        permissions: Permissions,
        clock: Clock,
    ) -> None:
        self._reports = reports
        self._throttling = throttling
        self._history = history
        self._permissions = permissions
        self._clock = clock

    async def add(self, user: str, room: str, n: int, reason: Reason, note: str) -> None:
        """Report somebody else's message; again is harmless. Raises NotMember, NotFound, Forbidden and RateLimited."""
        cleaned = clean_note(note)
        await self._permissions.require(user, room, Operation.REPORT)
        if await self._reports.find(user, room, n) is not None:
            return
        message = await self._history.message(room, n)
        if message.deleted_at is not None:
            raise NotFound("The message has been deleted.")
        if message.sender == user:
            raise Forbidden("You cannot report your own message. Delete it instead.")
        await self._throttling.report(user)

        def judge(by: Standing, _target: Standing) -> None:
            require(Operation.REPORT, by)

        made = NewReport(user, room, n, message.rev, message.sender, reason, cleaned, self._clock.now())
        await self._reports.add(made, judge)

    async def page(self, user: str, state: ReportState, before: int | None) -> tuple[list[Exhibit], bool]:
        """The latest in that state with an id below `before`, and whether there are more. Raises Forbidden.

        While the history is away they come without what was said: who reported what, and why, can be read all the same.
        """
        await self._permissions.require(user, None, Operation.HANDLE_REPORTS)
        found = await self._reports.page(state, before, REPORTS_PAGE + 1)
        exhibits = await together(*(self._exhibit(it) for it in found[:REPORTS_PAGE]))
        return exhibits, len(found) > REPORTS_PAGE

    async def close(self, user: str, report: int, outcome: Outcome) -> None:
        """Decide on a report. Raises Forbidden, NotFound, and Conflict where somebody decided otherwise."""

        def judge(by: Standing, _target: Standing) -> None:
            require(Operation.HANDLE_REPORTS, by)

        await self._reports.close(report, user, judge, outcome, self._clock.now())

    async def of_user(self, user: str) -> list[Report]:
        """What the user reported, the newest first."""
        return await self._reports.of_user(user)

    async def _exhibit(self, report: Report) -> Exhibit:
        if report.outcome is not None:
            return Exhibit(report, None)
        try:
            versions = await self._history.versions(report.room, report.n)
        except NotFound:  # the room was deleted a moment ago
            return Exhibit(report, None)
        except Unavailable as error:
            log.warning("a report came without its text: %s", error)
            return Exhibit(report, None, unavailable=True)
        texts = [it.text for it in versions if it.seq <= report.rev]
        return Exhibit(report, texts[-1] if texts else None)
