import pytest

from chalicelib.domain.permissions import WorkspaceRole
from chalicelib.errors import BadCredentials, Forbidden, NotFound, NotLive, Unauthenticated
from tests.parley import DEVICE, PASSWORD, World


async def test_who_is_disabled_is_told_so_after_the_right_password_only(world: World) -> None:
    boss, bob = await world.person("boss"), await world.person("bob")
    await world.app.disabling.set(boss.id, bob.id, on=True)
    with pytest.raises(Forbidden, match="Ask whoever runs this Parley"):
        await world.app.accounts.log_in(bob.name, PASSWORD, DEVICE)
    with pytest.raises(BadCredentials):
        await world.app.accounts.log_in(bob.name, "not the password", DEVICE)
    await world.app.disabling.set(boss.id, bob.id, on=False)
    await world.app.accounts.log_in(bob.name, PASSWORD, DEVICE)


async def test_nothing_of_a_disabled_account_works_and_its_sockets_are_closed(world: World) -> None:
    boss, bob = await world.person("boss"), await world.person("bob")
    socket = await world.socket(bob)
    await world.app.disabling.set(boss.id, bob.id, on=True)
    assert world.callbacks.closed == [socket]
    with pytest.raises(NotLive):
        await world.of(socket)
    with pytest.raises(Unauthenticated):
        await world.app.accounts.authenticate(bob.access)
    with pytest.raises(Unauthenticated):
        await world.app.accounts.refresh(bob.refresh, DEVICE)


async def test_accounts_are_disabled_downwards_only(world: World) -> None:
    boss, admin, other, bob = [await world.person(it) for it in ("boss", "admin", "other", "bob")]
    for it in (admin, other):
        await world.app.roles.set_workspace_role(boss.id, it.id, WorkspaceRole.ADMIN)
    for by, target in ((admin, boss), (admin, other), (admin, admin), (bob, other), (bob, bob), (boss, boss)):
        with pytest.raises(Forbidden):
            await world.app.disabling.set(by.id, target.id, on=True)
    with pytest.raises(NotFound):
        await world.app.disabling.set(boss.id, world.id(), on=True)
    await world.app.disabling.set(admin.id, bob.id, on=True)
    found, _ = await world.app.roles.of_workspace(boss.id, "", "BO")
    assert [(it.user.name, it.disabled) for it in found] == [("boss", False), ("bob", True)]
