from dataclasses import replace

import pytest

from chalicelib.domain.audit import AuditFilter, AuditKind
from chalicelib.domain.invites import Registration
from chalicelib.domain.permissions import WorkspaceRole
from chalicelib.errors import BadCredentials, Forbidden
from tests.parley import CONFIG, DEVICE, PASSWORD, World


async def test_refused_log_ins_are_written_down_without_what_was_typed(world: World) -> None:
    boss, bob = await world.person("boss"), await world.person("bob")
    for login in (bob.name, "somebody else"):
        with pytest.raises(BadCredentials):
            await world.app.accounts.log_in(login, "my secret pass", DEVICE)
    found, more = await world.app.audit.page(boss.id, AuditFilter(kind=AuditKind.LOGIN_REFUSED), None)
    assert [(it.target, it.detail) for it in found] == [(None, "password"), (bob.id, "password")]
    assert not more
    assert "secret" not in repr(found)
    assert "somebody" not in repr(found)


async def test_only_owner_and_admins_read_it(world: World) -> None:
    boss, admin, bob = [await world.person(it) for it in ("boss", "admin", "bob")]
    await world.app.roles.set_workspace_role(boss.id, admin.id, WorkspaceRole.ADMIN)
    for reader in (boss, admin):
        assert (await world.app.audit.page(reader.id, AuditFilter(), None))[0]
    with pytest.raises(Forbidden):
        await world.app.audit.page(bob.id, AuditFilter(), None)


async def test_the_sweep_forgets_what_was_kept_long_enough_and_notes_who_may_register(world: World) -> None:
    boss = await world.person("boss")
    await world.app.sweep.run()
    world.app = world.again()
    await world.app.sweep.run()
    world.config = replace(CONFIG, registration=Registration.CLOSED)
    world.app = world.again()
    await world.app.sweep.run()
    found, _ = await world.app.audit.page(boss.id, AuditFilter(kind=AuditKind.REGISTRATION_SET), None)
    assert [(it.detail, it.actor) for it in found] == [("closed", None), ("open", None)]
    world.clock.advance(366 * 24 * 3_600)
    await world.app.sweep.run()
    found, _ = await world.app.audit.page(boss.id, AuditFilter(), None)
    assert [it.kind for it in found] == [AuditKind.REGISTRATION_SET]


async def test_logging_out_is_its_users_doing(world: World) -> None:
    boss, bob = await world.person("boss"), await world.person("bob")
    again = await world.app.accounts.log_in(bob.name, PASSWORD, DEVICE)
    await world.app.accounts.log_out(again.refresh)
    found, _ = await world.app.audit.page(boss.id, AuditFilter(target=bob.id), None)
    assert [(it.kind, it.actor) for it in found] == [(AuditKind.SESSION_ENDED, bob.id)]
