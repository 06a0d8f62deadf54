import asyncio
from collections.abc import Sequence
from dataclasses import replace

import asyncpg
import pytest

from chalicelib.domain.audit import KEPT_DAYS_MIN, AuditEntry, AuditFilter, AuditKind
from chalicelib.domain.credentials import OneTimeToken, Purpose
from chalicelib.domain.permissions import Standing, WorkspaceRole
from chalicelib.domain.rooms import Role
from chalicelib.errors import Forbidden, NotFound
from chalicelib.gateways.clock import SystemClock
from chalicelib.origin import arrive, identify
from tests.contract.conftest import Environment
from tests.contract.made import NOW, SECOND, new_id, session, stored_account, stored_user
from tests.contract.test_rooms import stored_room
from tests.contract.test_users import stored_invite

DAY = 24 * 3_600 * SECOND


def anybody(_by: Standing, _target: Standing) -> None:
    """Judge nothing."""


async def told(environment: Environment, user: str) -> list[tuple[AuditKind, str | None, str | None, str]]:
    """What the log says was done to the user, the oldest first."""
    found = await environment.audit.page(AuditFilter(target=user), None, 100)
    return [(it.kind, it.actor, it.room, it.detail) for it in reversed(found)]


async def test_every_change_of_roles_and_places_is_written_down_once(environment: Environment) -> None:
    owner, user = await stored_user(environment), await stored_user(environment)
    room = (await stored_room(environment, owner, user)).id
    roles = environment.roles
    for _ in range(2):
        await roles.mute(room, user, owner, anybody, new_id(), NOW, on=True)
    await roles.mute(room, user, owner, anybody, new_id(), NOW, on=False)
    for _ in range(2):
        await roles.set_role(room, user, Role.MODERATOR, owner, anybody, new_id(), NOW)
        await roles.set_workspace_role(user, WorkspaceRole.GUEST, owner, anybody, NOW)
    for _ in range(2):
        await roles.remove(room, user, owner, anybody, new_id(), NOW, ban=False)
        await roles.remove(room, user, owner, anybody, new_id(), NOW, ban=True)
    for _ in range(2):
        await roles.unban(room, user, owner, anybody)
    assert await told(environment, user) == [
        (AuditKind.MUTED, owner, room, ""),
        (AuditKind.UNMUTED, owner, room, ""),
        (AuditKind.ROOM_ROLE_CHANGED, owner, room, "moderator"),
        (AuditKind.ROLE_CHANGED, owner, None, "guest"),
        (AuditKind.KICKED, owner, room, ""),
        (AuditKind.BANNED, owner, room, ""),
        (AuditKind.UNBANNED, owner, room, ""),
    ]


async def test_what_is_refused_is_not_written_down_as_done(environment: Environment) -> None:
    owner, user = await stored_user(environment), await stored_user(environment)
    room = (await stored_room(environment, owner, user)).id

    def nobody(_by: Standing, _target: Standing) -> None:
        raise Forbidden("No.")

    with pytest.raises(Forbidden):
        await environment.roles.remove(room, user, owner, nobody, new_id(), NOW, ban=True)
    with pytest.raises(Forbidden):
        await environment.disabling.set(user, owner, nobody, NOW, on=True)
    assert await told(environment, user) == []


async def test_what_becomes_of_rooms_and_their_links_is_written_down(environment: Environment) -> None:
    owner = await stored_user(environment)
    heir = await stored_user(environment)
    room = (await stored_room(environment, owner, heir)).id
    await environment.roles.transfer(room, heir, owner, anybody, (new_id(), new_id()), NOW)
    for on in (True, True, False):
        await environment.endings.archive(room, owner, anybody, new_id(), NOW, on=on)
    await environment.endings.delete(room, owner, anybody, new_id, NOW)
    found = await environment.audit.page(AuditFilter(actor=owner), None, 100)
    assert [(it.kind, it.target) for it in reversed(found) if it.room == room] == [
        (AuditKind.ROOM_TRANSFERRED, heir),
        (AuditKind.ROOM_ARCHIVED, None),
        (AuditKind.ROOM_REOPENED, None),
        (AuditKind.ROOM_DELETED, None),
    ]


async def test_the_life_of_an_account_is_written_down(environment: Environment) -> None:
    await stored_user(environment)  # who owns the workspace stays
    account = await stored_account(environment)
    user = account.id
    here, there = session(user), session(user)
    await environment.sessions.add(here, NOW, "agent", "address")
    await environment.sessions.add(there, NOW, "agent", "address")
    await environment.sessions.revoke(here.id)
    await environment.sessions.revoke(here.id)
    await environment.sessions.revoke_all(user, None)
    await environment.sessions.revoke_all(user, None)
    await environment.credentials.change_password(user, "hash", here.id)
    token = OneTimeToken(new_id(), user, Purpose.RESET, account.email, NOW)
    await environment.credentials.add_token(token)
    for _ in range(2):
        await environment.credentials.reset_password(token.digest, "hash", NOW)
    moved = OneTimeToken(new_id(), user, Purpose.EMAIL, f"{new_id()}@example.org", NOW)
    await environment.credentials.add_token(moved)
    await environment.credentials.confirm_email(moved.digest, NOW)
    await environment.second_factors.begin(user, "sealed")
    await environment.second_factors.confirm(user, ["code"])
    for _ in range(2):
        await environment.second_factors.use_recovery_code(user, "code")
    for _ in range(2):
        await environment.second_factors.remove(user)
    await environment.users.delete(user, NOW)
    assert [kind for kind, _, _, _ in await told(environment, user)] == [
        AuditKind.SESSION_ENDED,
        AuditKind.SESSIONS_ENDED,
        AuditKind.PASSWORD_CHANGED,
        AuditKind.PASSWORD_RESET,
        AuditKind.EMAIL_CHANGED,
        AuditKind.SECOND_FACTOR_ON,
        AuditKind.RECOVERY_CODE_USED,
        AuditKind.SECOND_FACTOR_OFF,
        AuditKind.ACCOUNT_DELETED,
    ]
    by = await environment.audit.page(AuditFilter(actor=user), None, 100)
    assert [it.kind for it in by].count(AuditKind.LOGGED_IN) == 2
    assert by[-1].kind is AuditKind.REGISTERED
    everything = repr(by)
    assert account.name not in everything
    assert account.email not in everything


async def test_invitations_and_who_came_by_them_are_written_down(environment: Environment) -> None:
    invite = await stored_invite(environment, uses=3)
    guest = replace(await stored_account(environment), id=new_id(), name=new_id(), email=f"{new_id()}@example.org")
    await environment.users.add(guest, NOW, invite.digest)
    await environment.invites.revoke(invite.id)
    made = await environment.audit.page(AuditFilter(actor=invite.created_by, kind=AuditKind.INVITE_MADE), None, 10)
    assert [it.detail for it in made] == ["3"]
    came = await environment.audit.page(AuditFilter(actor=guest.id), None, 10)
    assert [(it.kind, it.detail) for it in came] == [(AuditKind.REGISTERED, "invited")]
    assert await told(environment, invite.created_by) == [(AuditKind.INVITE_REVOKED, None, None, "")]


async def test_an_entry_says_who_called_and_from_which_network(environment: Environment) -> None:
    caller, target = await stored_user(environment), await stored_user(environment)

    async def request() -> None:
        arrive("93.184.216.34")
        identify(caller)
        await environment.audit.add(AuditKind.LOGIN_REFUSED, target, "password")

    await asyncio.create_task(request())
    (entry,) = await environment.audit.page(AuditFilter(target=target), None, 10)
    assert entry == AuditEntry(
        entry.id, entry.at, AuditKind.LOGIN_REFUSED, caller, target, None, "93.184.216.0/24", "password"
    )


async def test_pages_are_cut_by_what_is_wanted_and_go_on_where_the_last_one_ended(environment: Environment) -> None:
    user = await stored_user(environment)
    for number in range(5):
        await environment.audit.add(AuditKind.LOGIN_REFUSED, user, str(number))
    await environment.audit.add(AuditKind.SESSION_ENDED, user, "")
    wanted = AuditFilter(target=user, kind=AuditKind.LOGIN_REFUSED)
    first = await environment.audit.page(wanted, None, 2)
    await environment.audit.add(AuditKind.LOGIN_REFUSED, user, "meanwhile")
    rest = await environment.audit.page(wanted, first[-1].id, 10)
    assert [it.detail for it in (*first, *rest)] == ["4", "3", "2", "1", "0"]
    at = first[0].at
    since = await environment.audit.page(AuditFilter(target=user, since=at), None, 10)
    until = await environment.audit.page(AuditFilter(target=user, until=at), None, 10)
    assert {"4", "meanwhile"} <= {it.detail for it in since}
    assert [it.detail for it in until] == ["3", "2", "1", "0"]


async def test_what_is_so_already_is_written_once_even_by_several_at_once(environments: Sequence[Environment]) -> None:
    detail = new_id()
    await asyncio.gather(*(it.audit.add_changed(AuditKind.REGISTRATION_SET, detail) for it in environments))
    found = await environments[0].audit.page(AuditFilter(kind=AuditKind.REGISTRATION_SET), None, 100)
    assert [it.detail for it in found].count(detail) == 1


async def test_nothing_young_expires_however_late_it_is_said_to_be(environment: Environment) -> None:
    user = await stored_user(environment)
    await environment.audit.add(AuditKind.SESSION_ENDED, user, "")
    await environment.audit.expire(SystemClock().now() + 400 * DAY, 1_000)
    assert len(await told(environment, user)) == 1


async def test_the_database_refuses_to_change_or_delete_entries_and_lets_old_ones_go(
    postgres_environments: Sequence[Environment], postgres_url: str
) -> None:
    environment, user = postgres_environments[0], new_id()
    await environment.audit.add(AuditKind.SESSION_ENDED, user, "")
    link = await asyncpg.connect(postgres_url)
    try:
        for statement in ("update audit set detail = 'x'", "delete from audit", "truncate audit"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await link.execute(statement)
        days = KEPT_DAYS_MIN + 1
        await link.execute(
            "insert into audit (at, kind, target_id, network, detail)"
            " values (now() - $2 * interval '1 day', 'session_ended', $1, '', 'old')",
            user,
            days,
        )
    finally:
        await link.close()
    assert len(await told(environment, user)) == 2
    assert await environment.audit.expire(SystemClock().now() - (days + 1) * DAY, 1_000) == 0
    assert await environment.audit.expire(SystemClock().now() - KEPT_DAYS_MIN * DAY, 1_000) == 1
    assert await told(environment, user) == [(AuditKind.SESSION_ENDED, None, None, "")]


async def test_a_disabled_account_has_no_session_and_begins_none_until_it_is_enabled(environment: Environment) -> None:
    admin, user = await stored_user(environment), await stored_user(environment)
    here = session(user)
    await environment.sessions.add(here, NOW, "agent", "address")
    change = await environment.disabling.set(user, admin, anybody, NOW, on=True)
    assert change is not None
    assert change.user == user
    found = await environment.sessions.get(here.id)
    assert found is not None
    assert found.revoked
    with pytest.raises(Forbidden, match="disabled"):
        await environment.sessions.add(session(user), NOW, "agent", "address")
    assert [it.disabled for it in await environment.roles.of_workspace(user[:-1], 100) if it.user.id == user] == [True]
    assert await environment.disabling.set(user, admin, anybody, NOW, on=True) is None
    assert await environment.disabling.set(user, admin, anybody, NOW, on=False) is None
    await environment.sessions.add(session(user), NOW, "agent", "address")
    kinds = [kind for kind, _, _, _ in await told(environment, user)]
    assert kinds == [AuditKind.ACCOUNT_DISABLED, AuditKind.ACCOUNT_ENABLED]
    with pytest.raises(NotFound):
        await environment.disabling.set(new_id(), admin, anybody, NOW, on=True)


async def test_disabling_that_races_a_log_in_leaves_no_session(environments: Sequence[Environment]) -> None:
    admin = await stored_user(environments[0])
    for _ in range(20):
        user = await stored_user(environments[0])
        made = session(user)
        await asyncio.gather(
            environments[0].sessions.add(made, NOW, "agent", "address"),
            environments[1].disabling.set(user, admin, anybody, NOW, on=True),
            return_exceptions=True,
        )
        found = await environments[2].sessions.get(made.id)
        assert found is None or found.revoked
