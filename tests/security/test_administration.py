"""What administrators decide: it holds at once, and the audit log says so."""

from typing import Any

import asyncpg
import pytest

from chalicelib.domain.audit import AuditFilter, AuditKind
from chalicelib.domain.permissions import Operation, WorkspaceRole
from chalicelib.domain.reports import Outcome, Reason, ReportState
from chalicelib.errors import BadCredentials, Forbidden, NotLive, NotMember, Unauthenticated
from tests.client import PASSWORD, new_id
from tests.parley import DEVICE, Person, World
from tests.parley import PASSWORD as WORLD_PASSWORD
from tests.system import System


async def test_12_once_an_account_was_disabled_nothing_of_it_works_and_its_sockets_are_closed(world: World) -> None:
    boss, bob = await world.person("boss"), await world.person("bob")
    live, pending = await world.socket(bob), await world.pending(bob)
    ticket = await world.app.accounts.ticket(bob.caller)
    await world.app.disabling.set(boss.id, bob.id, on=True)
    assert sorted(world.callbacks.closed) == sorted((live, pending))
    with pytest.raises(NotLive):
        await world.say(live, world.id(), "still here?")
    with pytest.raises(Unauthenticated):
        await world.app.connections.open("late=", ticket)
    with pytest.raises(Unauthenticated):
        await world.app.accounts.authenticate(bob.access)
    with pytest.raises(Unauthenticated):
        await world.app.accounts.refresh(bob.refresh, DEVICE)
    with pytest.raises(Forbidden):
        await world.app.accounts.log_in(bob.name, WORLD_PASSWORD, DEVICE)


async def test_29_the_audit_log_has_log_ins_refusals_revocations_and_role_changes(world: World) -> None:
    boss, bob = await world.person("boss"), await world.person("bob")
    with pytest.raises(BadCredentials):
        await world.app.accounts.log_in(bob.name, "not the password", DEVICE)
    await world.app.accounts.log_in(bob.name, WORLD_PASSWORD, DEVICE)
    await world.app.sessions.end_others(bob.id, None)
    await world.app.roles.set_workspace_role(boss.id, bob.id, WorkspaceRole.ADMIN)
    entries, _ = await world.app.audit.page(boss.id, AuditFilter(), None)
    found = [(it.kind, it.target) for it in entries]
    assert found[:4] == [
        (AuditKind.ROLE_CHANGED, bob.id),
        (AuditKind.SESSIONS_ENDED, bob.id),
        (AuditKind.LOGGED_IN, None),
        (AuditKind.LOGIN_REFUSED, bob.id),
    ]
    assert entries[2].actor == bob.id


async def test_29_entries_name_who_from_where_and_nothing_personal(parley: System) -> None:
    ada = await parley.person()
    room, other = await ada.room(), await parley.person()
    await other.post(f"/rooms/{room}/join")
    await ada.post(f"/rooms/{room}/members/{other.id}/kick")
    refused = await parley.somebody().call("POST", "/auth/login", {"login": other.name, "password": PASSWORD + "!"})
    assert refused.code() == "bad_credentials"
    assert (await other.call("GET", "/audit")).code() == "forbidden"
    rows = await rows_about(parley, other.id)
    assert [(it["kind"], it["actor_id"], it["room_id"], it["network"]) for it in rows] == [
        ("kicked", ada.id, room, "local"),
        ("login_refused", None, None, "local"),
    ]
    assert other.name not in repr(rows)
    assert (await other.call("GET", f"/audit?actor={new_id()}&kind=nonsense")).code() == "bad_request"


async def rows_about(parley: System, target: str) -> list[dict[str, Any]]:
    """The entries about a user, as the database has them, the oldest first."""
    link = await asyncpg.connect(parley.gateway.settings.environment["POSTGRES_URL"])
    try:
        return [dict(it) for it in await link.fetch("select * from audit where target_id = $1 order by id", target)]
    finally:
        await link.close()


async def reported(world: World) -> tuple[Person, Person, str, int]:
    """The owner of the workspace, who is not in the room; who reported; the room; and what message of it."""
    boss, ada, bob = [await world.person(it) for it in ("boss", "ada", "bob")]
    room = await world.room(bob, ada)
    n = (await world.say(await world.socket(bob), room, "a rude word"))["n"]
    await world.app.reports.add(ada.id, room, n, Reason.HARASSMENT, "see for yourself")
    return boss, ada, room, n


async def test_32_nothing_of_a_reported_message_is_kept_beside_it(parley: System) -> None:
    ada, bob = await parley.person(), await parley.person()
    room, said = await ada.room(), f"a rude word {new_id()}"
    await bob.post(f"/rooms/{room}/join")
    async with bob.socket() as socket:
        n = (await socket.say(room, said))["n"]
    await ada.post(f"/rooms/{room}/messages/{n}/report", {"reason": "harassment", "note": "see for yourself"})
    link = await asyncpg.connect(parley.gateway.settings.environment["POSTGRES_URL"])
    try:
        (row,) = await link.fetch("select to_jsonb(r)::text from reports r where room_id = $1", room)
        audit = await link.fetch("select to_jsonb(a)::text from audit a where target_id = $1", bob.id)
    finally:
        await link.close()
    assert "see for yourself" in row[0]
    assert any("message_reported" in it for (it,) in audit)
    assert not [it for (it,) in (row, *audit) if said in it]


async def test_32_reports_are_read_by_owners_and_admins_and_open_nothing_else_of_the_room(world: World) -> None:
    boss, ada, room, n = await reported(world)
    for other in (ada, await world.person("eve")):
        with pytest.raises(Forbidden):
            await world.app.reports.page(other.id, ReportState.OPEN, None)
        with pytest.raises(Forbidden):
            await world.app.reports.close(other.id, 1, Outcome.DISMISSED)
    (only,), _ = await world.app.reports.page(boss.id, ReportState.OPEN, None)
    assert (only.report.n, only.text) == (n, "a rude word")
    with pytest.raises(NotMember):
        await world.app.permissions.require(boss.id, room, Operation.READ)
