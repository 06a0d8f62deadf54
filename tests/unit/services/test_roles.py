import pytest

from chalicelib.domain.permissions import WorkspaceRole
from chalicelib.domain.rooms import Role, Visibility
from chalicelib.errors import Conflict, Forbidden, NotFound, NotMember, Unavailable
from tests.parley import Person, World


async def roles(world: World, room: str) -> dict[str, Role]:
    members = await world.stores.rooms.members(room)
    return {it.user.name: it.role for it in members}


async def crew(world: World) -> tuple[Person, Person, Person, Person, str]:
    """The workspace's owner, who is in no room, and a room's owner, its moderator and a member."""
    boss, ada, mod, bob = [await world.person(name) for name in ("boss", "ada", "mod", "bob")]
    room = await world.room(ada, mod, bob)
    await world.app.roles.set_role(ada.id, room, mod.id, Role.MODERATOR)
    return boss, ada, mod, bob, room


async def test_the_first_who_registers_owns_the_workspace(world: World) -> None:
    first, second = await world.person("first"), await world.person("second")
    found, more = await world.app.roles.of_workspace(first.id, "")
    assert {it.user.id: it.workspace for it in found} == {
        first.id: WorkspaceRole.OWNER,
        second.id: WorkspaceRole.MEMBER,
    }
    assert not more


async def test_roles_of_the_workspace_are_given_downwards_only(world: World) -> None:
    owner, admin, other, user = [await world.person(it) for it in ("owner", "admin", "other", "user")]
    for person in (admin, other):
        await world.app.roles.set_workspace_role(owner.id, person.id, WorkspaceRole.ADMIN)
    await world.app.roles.set_workspace_role(admin.id, user.id, WorkspaceRole.GUEST)
    for target, role in (
        (owner, WorkspaceRole.MEMBER),
        (other, WorkspaceRole.MEMBER),
        (user, WorkspaceRole.ADMIN),
        (user, WorkspaceRole.OWNER),
        (admin, WorkspaceRole.OWNER),
    ):
        with pytest.raises(Forbidden):
            await world.app.roles.set_workspace_role(admin.id, target.id, role)
    with pytest.raises(NotFound):
        await world.app.roles.set_workspace_role(owner.id, world.id(), WorkspaceRole.GUEST)


async def test_the_owner_of_the_workspace_hands_it_on_and_is_an_admin_then(world: World) -> None:
    owner, heir = await world.person("owner"), await world.person("heir")
    await world.app.roles.set_workspace_role(owner.id, heir.id, WorkspaceRole.OWNER)
    assert await world.app.permissions.role(heir.id) is WorkspaceRole.OWNER
    assert await world.app.permissions.role(owner.id) is WorkspaceRole.ADMIN
    with pytest.raises(Forbidden):
        await world.app.roles.set_workspace_role(owner.id, heir.id, WorkspaceRole.MEMBER)


async def test_all_devices_of_those_concerned_know_a_role_in_the_workspace_at_once(world: World) -> None:
    owner, heir, other = [await world.person(it) for it in ("owner", "heir", "other")]
    there = {it.name: [await world.socket(it), await world.socket(it)] for it in (owner, heir)}
    there["other"] = [await world.socket(other)]
    for role, told in (
        (WorkspaceRole.GUEST, {"owner": [], "heir": ["guest"]}),
        (WorkspaceRole.OWNER, {"owner": ["admin"], "heir": ["owner"]}),
    ):
        world.callbacks.frames.clear()
        await world.app.roles.set_workspace_role(owner.id, heir.id, role)
        for name, sockets in there.items():
            roles = [{"type": "workspace_role.updated", "role": it} for it in told.get(name, [])]
            assert [world.callbacks.frames[it] for it in sockets] == [roles] * len(sockets)


async def test_who_is_kicked_says_nothing_more_and_is_told(world: World) -> None:
    _, ada, _, bob, room = await crew(world)
    here = await world.socket(bob)
    await world.say(here, room, "still in")
    await world.app.roles.kick(ada.id, room, bob.id)
    assert world.callbacks.types(here)[-1] == "left"
    left = world.stores.events.stored[-1]
    assert (left.type.value, left.sender, left.body) == ("member.left", ada.id, {"user": bob.id})
    with pytest.raises(NotMember):
        await world.app.sending.send(await world.of(here), room, world.id(), "out")
    await world.app.roles.kick(ada.id, room, bob.id)
    assert world.stores.events.stored[-1] == left


async def test_moderation_goes_downwards_only(world: World) -> None:
    boss, ada, mod, bob, room = await crew(world)
    for actor, target in ((mod, ada), (mod, mod), (bob, mod), (bob, bob), (ada, ada)):
        with pytest.raises(Forbidden):
            await world.app.roles.kick(actor.id, room, target.id)
        with pytest.raises(Forbidden):
            await world.app.roles.mute(actor.id, room, target.id, on=True)
        with pytest.raises(Forbidden):
            await world.app.roles.ban(actor.id, room, target.id)
    with pytest.raises(NotMember):
        await world.app.roles.kick(boss.id, room, ada.id)
    await world.app.rooms.join(boss.id, room)
    with pytest.raises(Forbidden):
        await world.app.roles.kick(ada.id, room, boss.id)
    await world.app.roles.kick(boss.id, room, ada.id)
    assert await roles(world, room) == {"boss": Role.OWNER, "mod": Role.MODERATOR, "bob": Role.MEMBER}


async def test_who_is_banned_stays_out_until_that_is_lifted(world: World) -> None:
    _, ada, mod, bob, room = await crew(world)
    await world.app.roles.ban(mod.id, room, bob.id)
    assert [it.id for it in await world.app.roles.banned(ada.id, room)] == [bob.id]
    with pytest.raises(Forbidden):
        await world.app.rooms.join(bob.id, room)
    with pytest.raises(Conflict):
        await world.app.roles.add(ada.id, room, bob.id)
    await world.app.roles.unban(mod.id, room, bob.id)
    await world.app.rooms.join(bob.id, room)
    assert (await roles(world, room))["bob"] is Role.MEMBER


async def test_who_is_muted_reads_and_does_not_speak(world: World) -> None:
    _, ada, mod, bob, room = await crew(world)
    here, there = await world.socket(bob), await world.socket(ada)
    n = (await world.say(here, room, "mine"))["n"]
    await world.app.roles.mute(mod.id, room, bob.id, on=True)
    for refused in (
        world.app.sending.send(await world.of(here), room, world.id(), "hello"),
        world.app.presence.set_typing(await world.of(here), room, on=True),
        world.app.changing.react(bob.id, room, n, world.id(), "👍", on=True),
        world.app.changing.edit(bob.id, room, n, world.id(), "other"),
    ):
        with pytest.raises(Forbidden):
            await refused
    await world.say(there, room, "you hear me")
    assert world.callbacks.frames[here][-1]["text"] == "you hear me"
    await world.app.changing.delete(bob.id, room, n, world.id())
    await world.app.roles.mute(mod.id, room, bob.id, on=False)
    await world.say(here, room, "again")


async def test_a_send_already_past_its_check_is_refused_when_its_author_is_muted_meanwhile(world: World) -> None:
    _, ada, _, bob, room = await crew(world)
    here = await world.socket(bob)

    async def mute() -> None:
        await world.again().roles.mute(ada.id, room, bob.id, on=True)

    world.stores.mongodb.before["events.insert"] = mute
    with pytest.raises(Forbidden):
        await world.app.sending.send(await world.of(here), room, world.id(), "too late")
    assert await world.texts(room) == []


async def test_a_moderator_who_is_one_no_longer_deletes_nothing(world: World) -> None:
    _, ada, mod, bob, room = await crew(world)
    n = (await world.say(await world.socket(bob), room, "stays"))["n"]

    async def demote() -> None:
        await world.again().roles.set_role(ada.id, room, mod.id, Role.MEMBER)

    world.stores.mongodb.before["events.insert"] = demote
    with pytest.raises(Forbidden):
        await world.app.changing.delete(mod.id, room, n, world.id())
    assert await world.texts(room) == ["stays"]


async def test_a_change_of_role_is_in_the_log(world: World) -> None:
    _, ada, _, bob, room = await crew(world)
    await world.app.roles.set_role(ada.id, room, bob.id, Role.MODERATOR)
    event = world.stores.events.stored[-1]
    assert (event.type.value, event.sender, event.body["user"]) == ("room.updated", ada.id, bob.id)


async def test_an_owner_hands_the_room_on_and_can_leave_then(world: World) -> None:
    _, ada, mod, bob, room = await crew(world)
    with pytest.raises(Conflict):
        await world.app.rooms.leave(ada.id, room)
    with pytest.raises(NotFound):
        await world.app.roles.transfer(ada.id, room, world.id())
    with pytest.raises(Forbidden):
        await world.app.roles.transfer(mod.id, room, bob.id)
    await world.app.roles.transfer(ada.id, room, bob.id)
    assert await roles(world, room) == {"ada": Role.MODERATOR, "mod": Role.MODERATOR, "bob": Role.OWNER}
    await world.app.rooms.leave(ada.id, room)


async def test_members_of_a_private_room_are_added_guests_too(world: World) -> None:
    boss, ada, guest = [await world.person(it) for it in ("boss", "ada", "guest")]
    await world.app.roles.set_workspace_role(boss.id, guest.id, WorkspaceRole.GUEST)
    room = await world.room(ada, visibility=Visibility.PRIVATE)
    with pytest.raises(NotMember):
        await world.app.roles.add(boss.id, room, guest.id)
    await world.app.roles.add(ada.id, room, guest.id)
    await world.say(await world.socket(guest), room, "hello")
    for refused in (
        world.app.rooms.browse(guest.id, "", ""),
        world.app.rooms.open_dm(guest.id, ada.id),
        world.app.rooms.create(guest.id, world.id(), "mine", "", Visibility.PUBLIC),
    ):
        with pytest.raises(Forbidden):
            await refused


async def test_a_kick_that_died_before_it_was_applied_is_finished_by_another(world: World) -> None:
    _, ada, _, bob, room = await crew(world)
    here = await world.socket(bob)

    async def vanish() -> None:
        world.stores.mongodb.away = True

    world.stores.mongodb.before["access.replace"] = vanish
    with pytest.raises(Unavailable):
        await world.app.roles.kick(ada.id, room, bob.id)
    world.stores.mongodb.away = False
    await world.app.roles.kick(ada.id, room, bob.id)
    with pytest.raises(NotMember):
        await world.app.sending.send(await world.of(here), room, world.id(), "out")
