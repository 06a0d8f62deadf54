"""Deleting an account."""

import pytest

from chalicelib.domain.accounts import DELETED
from chalicelib.domain.permissions import WorkspaceRole
from chalicelib.domain.rooms import Role
from chalicelib.errors import BadCredentials, Forbidden, NotFound, NotLive, Unauthenticated, Unavailable
from tests.parley import DEVICE, PASSWORD, World


async def test_deleting_an_account_needs_its_password(world: World) -> None:
    ada = await world.person("Ada")
    with pytest.raises(BadCredentials):
        await world.app.erasure.delete(ada.id, "wrong password")
    await world.app.accounts.authenticate(ada.access)


async def test_who_owns_the_workspace_hands_it_on_first(world: World) -> None:
    ada, bob = await world.person("Ada"), await world.person("Bob")
    room = await world.room(ada, bob)
    with pytest.raises(Forbidden, match="somebody else"):
        await world.app.erasure.delete(ada.id, PASSWORD)
    assert [it.room.id for it in await world.stores.rooms.of_user(ada.id)] == [room]
    await world.app.roles.set_workspace_role(ada.id, bob.id, WorkspaceRole.OWNER)
    await world.app.erasure.delete(ada.id, PASSWORD)
    with pytest.raises(NotFound):
        await world.app.roles.set_workspace_role(bob.id, ada.id, WorkspaceRole.OWNER)
    await world.app.erasure.delete(bob.id, PASSWORD)
    cleo = await world.person("Cleo")
    assert (await world.stores.roles.standing(cleo.id, None)).workspace is WorkspaceRole.OWNER, "nobody else is left"


async def test_messages_stay_as_those_of_a_deleted_user_and_nothing_of_the_account_works(world: World) -> None:
    bob, ada = await world.person("Bob"), await world.person("Ada")
    room = await world.room(ada, bob)
    socket, other = await world.socket(ada), await world.socket(bob)
    await world.say(socket, room, "still here")
    await world.app.erasure.delete(ada.id, PASSWORD)
    assert await world.texts(room) == ["still here"]
    assert [(it.name, it.deleted) for it in await world.app.users.named([ada.id])] == [(DELETED, True)]
    assert world.callbacks.closed == [socket]
    assert "member.left" in world.callbacks.types(other)
    with pytest.raises(NotLive):
        await world.of(socket)
    with pytest.raises(Unauthenticated):
        await world.app.accounts.authenticate(ada.access)
    with pytest.raises(Unauthenticated):
        await world.app.accounts.refresh(ada.refresh, DEVICE)
    with pytest.raises(BadCredentials):
        await world.app.accounts.log_in("Ada", PASSWORD, DEVICE)


async def test_the_room_of_a_last_owner_goes_to_who_has_been_in_it_longest(world: World) -> None:
    bob, cleo, ada = [await world.person(name) for name in ("Bob", "Cleo", "Ada")]
    room = await world.room(ada)
    for it in (bob, cleo):
        world.clock.advance(1)
        await world.app.rooms.join(it.id, room)
    await world.app.erasure.delete(ada.id, PASSWORD)
    members = await world.app.rooms.members(bob.id, room)
    assert {it.user.name: it.role for it in members} == {"Bob": Role.OWNER, "Cleo": Role.MEMBER}


async def test_nothing_personal_is_left_in_any_store(world: World) -> None:
    bob, ada = await world.person("Bob"), await world.person("Ada")
    room = await world.room(ada, bob)
    await world.app.rooms.open_dm(ada.id, bob.id)
    socket = await world.socket(ada)
    said = await world.say(socket, room, "hello")
    await world.app.markers.mark(await world.of(socket), room, said["n"], 0)
    await world.app.erasure.delete(ada.id, PASSWORD)
    assert await world.stores.last_seen.of([ada.id]) == {}
    assert await world.stores.markers.of_user(ada.id, [room]) == {}
    assert await world.stores.connections.get(socket) is None
    access = await world.stores.access.get(ada.id)
    assert access is not None
    assert (access.rooms, access.sessions) == (frozenset(), frozenset())
    with pytest.raises(NotFound):
        await world.app.rooms.open_dm(bob.id, ada.id)


async def test_what_a_crash_left_of_an_account_the_sweep_erases(world: World) -> None:
    ada = await world.person("Ada")
    socket = await world.socket(ada)
    await world.stores.last_seen.note(ada.id, world.clock.now())

    async def away() -> None:
        world.stores.mongodb.away = True

    world.stores.mongodb.before["last_seen.forget"] = away
    with pytest.raises(Unavailable):
        await world.app.erasure.delete(ada.id, PASSWORD)
    world.stores.mongodb.away = False
    world.clock.advance(60)
    assert (await world.again().sweep.run())["changes"] == 1
    assert await world.stores.last_seen.of([ada.id]) == {}
    assert world.callbacks.closed == [socket]
