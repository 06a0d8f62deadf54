import asyncio
from collections.abc import Sequence

import pytest

from chalicelib.domain.permissions import Standing
from chalicelib.domain.reports import NewReport, Outcome, Reason, ReportState
from chalicelib.errors import Conflict, Forbidden, NotFound
from tests.contract.conftest import Environment
from tests.contract.made import NOW, new_id, stored_user
from tests.contract.test_audit import anybody
from tests.contract.test_rooms import stored_room


async def made(environment: Environment) -> NewReport:
    """A report that could be stored."""
    await stored_user(environment)  # who owns the workspace stays
    author, reporter = await stored_user(environment), await stored_user(environment)
    room = (await stored_room(environment, author, reporter)).id
    return NewReport(reporter, room, 1, 7, author, Reason.SPAM, "again", NOW)


async def test_a_message_is_reported_once_even_several_times_at_once(environments: Sequence[Environment]) -> None:
    report = await made(environments[0])
    await asyncio.gather(*(it.reports.add(report, anybody) for it in environments))
    (only,) = await environments[0].reports.of_user(report.reporter)
    assert (only.n, only.rev, only.note, only.at, only.outcome) == (1, 7, "again", NOW, None)
    assert await environments[1].reports.find(report.reporter, report.room, 1) == only
    assert only in await environments[0].reports.page(ReportState.OPEN, None, 100)
    assert only not in await environments[0].reports.page(ReportState.OPEN, only.id, 100)


async def test_a_report_is_closed_once_and_what_is_refused_changes_nothing(environment: Environment) -> None:
    report = await made(environment)
    reports = environment.reports

    def nobody(_by: Standing, _target: Standing) -> None:
        raise Forbidden("No.")

    with pytest.raises(Forbidden):
        await reports.add(report, nobody)
    await reports.add(report, anybody)
    (only,) = await reports.of_user(report.reporter)
    with pytest.raises(Forbidden):
        await reports.close(only.id, report.author, nobody, Outcome.DISMISSED, NOW)
    for _ in range(2):
        await reports.close(only.id, report.author, anybody, Outcome.DISMISSED, NOW)
    with pytest.raises(Conflict):
        await reports.close(only.id, report.author, anybody, Outcome.PERSON_WARNED, NOW)
    with pytest.raises(NotFound):
        await reports.close(2**40, report.author, anybody, Outcome.DISMISSED, NOW)
    (closed,) = await reports.of_user(report.reporter)
    assert (closed.outcome, closed.closed_at, closed.closed_by) == (Outcome.DISMISSED, NOW, report.author)
    assert closed in await reports.page(ReportState.CLOSED, None, 100)


async def test_reports_lose_their_reporter_with_the_account_and_go_with_the_room(environment: Environment) -> None:
    report = await made(environment)
    await environment.reports.add(report, anybody)
    (only,) = await environment.reports.of_user(report.reporter)
    await environment.users.delete(report.reporter, NOW)
    page = await environment.reports.page(ReportState.OPEN, None, 100)
    assert [(it.reporter, it.note) for it in page if it.id == only.id] == [(None, "")]
    await environment.endings.delete(report.room, report.author, anybody, new_id, NOW)
    page = await environment.reports.page(ReportState.OPEN, None, 100)
    assert only.id not in [it.id for it in page]
