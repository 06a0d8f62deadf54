import pytest

from chalicelib.domain.permissions import WorkspaceRole
from chalicelib.domain.rooms import Visibility
from chalicelib.errors import Forbidden, NotFound, NotMember
from tests.parley import World


async def test_a_link_lets_into_a_private_room_as_often_as_it_says(world: World) -> None:
    ada, bob, cleo, dan = [await world.person(it) for it in ("ada", "bob", "cleo", "dan")]
    room = await world.room(ada, visibility=Visibility.PRIVATE)
    invite, secret = await world.app.invite_links.make(ada.id, room, 3600, 2)
    assert await world.app.invite_links.of_room(ada.id, room) == [invite]
    for person in (bob, bob, cleo):
        assert await world.app.invite_links.accept(person.id, secret) == room
    with pytest.raises(NotFound):
        await world.app.invite_links.accept(dan.id, secret)
    await world.say(await world.socket(bob), room, "in")
    assert await world.app.invite_links.of_room(ada.id, room) == []


async def test_a_link_ends_by_time_and_by_being_revoked(world: World) -> None:
    ada, bob = await world.person("ada"), await world.person("bob")
    room = await world.room(ada, visibility=Visibility.PRIVATE)
    _, late = await world.app.invite_links.make(ada.id, room, 60, 5)
    revoked, secret = await world.app.invite_links.make(ada.id, room, 3600, 5)
    await world.app.invite_links.revoke(ada.id, room, revoked.id)
    world.clock.advance(61)
    for unusable in (late, secret, "never made"):
        with pytest.raises(NotFound):
            await world.app.invite_links.accept(bob.id, unusable)


async def test_links_are_made_and_revoked_by_who_moderates(world: World) -> None:
    ada, bob, cleo = [await world.person(it) for it in ("ada", "bob", "cleo")]
    room = await world.room(ada, bob)
    with pytest.raises(Forbidden):
        await world.app.invite_links.make(bob.id, room, 60, 1)
    with pytest.raises(NotMember):
        await world.app.invite_links.of_room(cleo.id, room)


async def test_a_link_does_not_let_in_who_is_banned_but_guests(world: World) -> None:
    ada, bob, guest = [await world.person(it) for it in ("ada", "bob", "guest")]
    room = await world.room(ada, bob)
    _, secret = await world.app.invite_links.make(ada.id, room, 3600, 5)
    await world.app.roles.ban(ada.id, room, bob.id)
    with pytest.raises(Forbidden):
        await world.app.invite_links.accept(bob.id, secret)
    await world.app.roles.set_workspace_role(ada.id, guest.id, WorkspaceRole.GUEST)
    assert await world.app.invite_links.accept(guest.id, secret) == room
