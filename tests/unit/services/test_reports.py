"""Reporting messages."""

import pytest

from chalicelib.domain.audit import AuditFilter
from chalicelib.domain.reports import Outcome, Reason, ReportState
from chalicelib.errors import BadRequest, Conflict, Forbidden, NotFound, NotMember, RateLimited
from tests.parley import PASSWORD, World


async def test_an_admin_outside_the_room_reads_what_was_said_however_it_was_edited_since(world: World) -> None:
    boss, ada, bob = [await world.person(it) for it in ("boss", "ada", "bob")]
    room = await world.room(ada, bob)
    n = (await world.say(await world.socket(bob), room, "rude"))["n"]
    for _ in range(2):
        await world.app.reports.add(ada.id, room, n, Reason.HARASSMENT, " he did it again ")
    await world.app.changing.edit(bob.id, room, n, world.id(), "polite")
    (only,), more = await world.app.reports.page(boss.id, ReportState.OPEN, None)
    assert (only.text, only.report.note, only.report.author, more) == ("rude", "he did it again", bob.id, False)
    await world.app.changing.delete(bob.id, room, n, world.id())
    (only,), _ = await world.app.reports.page(boss.id, ReportState.OPEN, None)
    assert only.text is None


async def test_while_the_history_is_away_reports_come_without_what_was_said_and_say_so(world: World) -> None:
    boss, ada, bob = [await world.person(it) for it in ("boss", "ada", "bob")]
    room = await world.room(ada, bob)
    n = (await world.say(await world.socket(bob), room, "rude"))["n"]
    await world.app.reports.add(ada.id, room, n, Reason.SPAM, "look")
    await world.settle()
    world.stores.cassandra.away = True
    (only,), _ = await world.app.reports.page(boss.id, ReportState.OPEN, None)
    assert (only.report.note, only.text, only.unavailable) == ("look", None, True)
    world.stores.cassandra.away = False
    (only,), _ = await world.app.reports.page(boss.id, ReportState.OPEN, None)
    assert (only.text, only.unavailable) == ("rude", False)


async def test_only_members_report_and_only_what_others_said(world: World) -> None:
    boss, ada, bob = [await world.person(it) for it in ("boss", "ada", "bob")]
    room = await world.room(ada)
    n = (await world.say(await world.socket(ada), room, "mine"))["n"]
    reports = world.app.reports
    with pytest.raises(NotMember):
        await reports.add(bob.id, room, n, Reason.SPAM, "")
    with pytest.raises(Forbidden, match="own"):
        await reports.add(ada.id, room, n, Reason.SPAM, "")
    with pytest.raises(NotFound):
        await reports.add(ada.id, room, n + 1, Reason.SPAM, "")
    with pytest.raises(BadRequest):
        await reports.add(ada.id, room, n, Reason.SPAM, "\0")
    with pytest.raises(Forbidden):
        await reports.page(ada.id, ReportState.OPEN, None)
    assert await reports.page(boss.id, ReportState.OPEN, None) == ([], False)


async def test_a_closed_report_shows_no_text_and_is_decided_once(world: World) -> None:
    boss, ada, bob = [await world.person(it) for it in ("boss", "ada", "bob")]
    room = await world.room(ada, bob)
    n = (await world.say(await world.socket(bob), room, "rude"))["n"]
    reports = world.app.reports
    await reports.add(ada.id, room, n, Reason.OTHER, "")
    (only,), _ = await reports.page(boss.id, ReportState.OPEN, None)
    with pytest.raises(Forbidden):
        await reports.close(ada.id, only.report.id, Outcome.DISMISSED)
    for _ in range(2):
        await reports.close(boss.id, only.report.id, Outcome.PERSON_WARNED)
    with pytest.raises(Conflict):
        await reports.close(boss.id, only.report.id, Outcome.DISMISSED)
    with pytest.raises(NotFound):
        await reports.close(boss.id, 12345, Outcome.DISMISSED)
    (closed,), _ = await reports.page(boss.id, ReportState.CLOSED, None)
    assert (closed.text, closed.report.closed_by) == (None, boss.id)
    entries, _ = await world.app.audit.page(boss.id, AuditFilter(target=bob.id), None)
    assert [(it.kind.value, it.actor, it.detail) for it in entries] == [
        ("report_closed", boss.id, "person_warned"),
        ("message_reported", ada.id, ""),
    ]


async def test_the_twenty_first_report_of_an_hour_waits(world: World) -> None:
    await world.person("boss")
    ada, bob = await world.person("ada"), await world.person("bob")
    room = await world.room(ada, bob)
    socket = await world.socket(bob)
    numbers = [(await world.say(socket, room, "spam"))["n"] for _ in range(21)]
    for n in numbers[:20]:
        await world.app.reports.add(ada.id, room, n, Reason.SPAM, "")
    await world.app.reports.add(ada.id, room, numbers[0], Reason.SPAM, "")
    with pytest.raises(RateLimited):
        await world.app.reports.add(ada.id, room, numbers[20], Reason.SPAM, "")


async def test_a_deleted_account_is_no_reporter_and_a_deleted_room_has_no_reports(world: World) -> None:
    boss, ada, bob = [await world.person(it) for it in ("boss", "ada", "bob")]
    room = await world.room(bob, ada)
    n = (await world.say(await world.socket(bob), room, "rude"))["n"]
    await world.app.reports.add(ada.id, room, n, Reason.OTHER, "I am Ada")
    assert [it.n for it in await world.app.reports.of_user(ada.id)] == [n]
    await world.app.erasure.delete(ada.id, PASSWORD)
    (only,), _ = await world.app.reports.page(boss.id, ReportState.OPEN, None)
    assert (only.report.reporter, only.report.note, only.text) == (None, "", "rude")
    await world.app.endings.delete(bob.id, room)
    assert await world.app.reports.page(boss.id, ReportState.OPEN, None) == ([], False)
