import asyncio
from collections.abc import Sequence

import pytest

from chalicelib.domain.access import AccessChange, ChangeKind
from chalicelib.domain.permissions import Place, Standing, WorkspaceRole
from chalicelib.domain.rooms import Role, Room
from chalicelib.errors import Forbidden
from tests.contract.conftest import Environment
from tests.contract.made import NOW, new_id, stored_account, stored_user
from tests.contract.test_rooms import members, stored_room, version


def anybody(_by: Standing, _target: Standing) -> None:
    """Judge nothing."""


def nobody(_by: Standing, _target: Standing) -> None:
    raise Forbidden("No.")


async def place(environment: Environment, user: str, room: Room) -> Place:
    return (await environment.roles.standing(user, room.id)).place


async def silenced(environment: Environment, user: str) -> frozenset[str]:
    return (await environment.outbox.snapshot(user, NOW)).silenced


async def test_a_standing_is_of_the_workspace_and_of_the_room(environment: Environment) -> None:
    owner, user = await stored_user(environment), await stored_user(environment)
    made = await stored_room(environment, owner)
    standing = await environment.roles.standing(owner, made.id)
    assert (standing.user, standing.room, standing.role, standing.place) == (owner, made, Role.OWNER, Place.OWNER)
    assert await place(environment, user, made) is Place.NONE
    without_room = await environment.roles.standing(owner, None)
    assert (without_room.room, without_room.role) == (None, None)
    unknown = new_id()
    assert await environment.roles.standing(unknown, made.id) == Standing(unknown, WorkspaceRole.GUEST)


async def test_a_judge_sees_both_and_what_is_refused_changes_nothing(environment: Environment) -> None:
    owner, user = await stored_user(environment), await stored_user(environment)
    made = await stored_room(environment, owner, user)
    seen: list[tuple[str, Role | None, str, Role | None]] = []

    def judge(by: Standing, target: Standing) -> None:
        seen.append((by.user, by.role, target.user, target.role))
        raise Forbidden("No.")

    before = await version(environment, user)
    roles = environment.roles
    for refused in (
        roles.remove(made.id, user, owner, judge, new_id(), NOW, ban=True),
        roles.mute(made.id, user, owner, judge, new_id(), NOW, on=True),
        roles.set_role(made.id, user, Role.OWNER, owner, judge, new_id(), NOW),
        roles.transfer(made.id, user, owner, judge, (new_id(), new_id()), NOW),
        environment.rooms.join(made.id, user, owner, new_id(), NOW, judge),
    ):
        with pytest.raises(Forbidden):
            await refused
    assert set(seen) == {(owner, Role.OWNER, user, Role.MEMBER)}
    assert await members(environment, made) == {owner: Role.OWNER, user: Role.MEMBER}
    assert await place(environment, user, made) is Place.MEMBER
    assert await version(environment, user) == before


async def test_who_is_removed_is_out_once(environment: Environment) -> None:
    owner, user = await stored_user(environment), await stored_user(environment)
    made = await stored_room(environment, owner, user)
    event = new_id()
    change = await environment.roles.remove(made.id, user, owner, anybody, event, NOW, ban=False)
    assert change is not None
    assert change == AccessChange(change.id, user, ChangeKind.LEFT, made.id, owner, event)
    assert await environment.roles.remove(made.id, user, owner, anybody, new_id(), NOW, ban=False) is None
    assert await place(environment, user, made) is Place.NONE


async def test_a_ban_stays_until_it_is_lifted(environment: Environment) -> None:
    owner = await stored_user(environment)
    inside, outside = await stored_account(environment), await stored_account(environment)
    made = await stored_room(environment, owner, inside.id)
    for user in (inside.id, outside.id):
        await environment.roles.remove(made.id, user, owner, anybody, new_id(), NOW, ban=True)
        assert await place(environment, user, made) is Place.BANNED
    banned = await environment.roles.banned(made.id)
    assert [it.id for it in banned] == sorted((inside.id, outside.id))
    assert await environment.roles.unban(made.id, inside.id, owner, anybody) is True
    assert await environment.roles.unban(made.id, inside.id, owner, anybody) is False
    assert await place(environment, inside.id, made) is Place.NONE


async def test_when_the_last_owner_is_put_out_who_did_it_owns_the_room(environment: Environment) -> None:
    owner, admin = await stored_user(environment), await stored_user(environment)
    made = await stored_room(environment, owner, admin)
    await environment.roles.remove(made.id, owner, admin, anybody, new_id(), NOW, ban=False)
    assert await members(environment, made) == {admin: Role.OWNER}


async def test_a_mute_silences_and_outlasts_the_membership(environment: Environment) -> None:
    owner, user = await stored_user(environment), await stored_user(environment)
    made = await stored_room(environment, owner, user)
    event = new_id()
    change = await environment.roles.mute(made.id, user, owner, anybody, event, NOW, on=True)
    assert change is not None
    assert change == AccessChange(change.id, user, ChangeKind.PLACED, made.id, owner, event)
    assert await environment.roles.mute(made.id, user, owner, anybody, new_id(), NOW, on=True) is None
    assert await silenced(environment, user) == {made.id}
    assert await silenced(environment, owner) == frozenset()
    mine = await environment.rooms.mine(made.id, user)
    assert mine is not None
    assert mine.muted
    assert {it.user.id: it.muted for it in await environment.rooms.members(made.id)} == {owner: False, user: True}
    await environment.rooms.leave(made.id, user, user, new_id(), NOW)
    await environment.rooms.join(made.id, user, user, new_id(), NOW)
    assert await place(environment, user, made) is Place.MUTED
    assert await environment.roles.mute(made.id, user, owner, anybody, new_id(), NOW, on=False) is not None
    assert await silenced(environment, user) == frozenset()


async def test_a_role_is_given_once_and_a_higher_one_lifts_a_mute(environment: Environment) -> None:
    owner, user = await stored_user(environment), await stored_user(environment)
    made = await stored_room(environment, owner, user)
    await environment.roles.mute(made.id, user, owner, anybody, new_id(), NOW, on=True)
    change = await environment.roles.set_role(made.id, user, Role.MODERATOR, owner, anybody, new_id(), NOW)
    assert change is not None
    assert change.kind is ChangeKind.PLACED
    again = await environment.roles.set_role(made.id, user, Role.MODERATOR, owner, anybody, new_id(), NOW)
    assert again is None
    await environment.roles.set_role(made.id, user, Role.MEMBER, owner, anybody, new_id(), NOW)
    assert await place(environment, user, made) is Place.MEMBER


async def test_a_room_is_handed_on_in_one_step(environment: Environment) -> None:
    owner, user = await stored_user(environment), await stored_user(environment)
    made = await stored_room(environment, owner, user)
    events = (new_id(), new_id())
    changes = await environment.roles.transfer(made.id, user, owner, anybody, events, NOW)
    assert [(it.user, it.event, it.kind) for it in changes] == [
        (user, events[0], ChangeKind.PLACED),
        (owner, events[1], ChangeKind.PLACED),
    ]
    assert await members(environment, made) == {owner: Role.MODERATOR, user: Role.OWNER}


async def test_there_is_one_owner_of_the_workspace(environment: Environment) -> None:
    one, other = await stored_user(environment), await stored_user(environment)
    for user, actor in ((one, one), (other, one)):
        await environment.roles.set_workspace_role(user, WorkspaceRole.OWNER, actor, anybody, NOW)
    assert (await environment.roles.standing(one, None)).workspace is WorkspaceRole.ADMIN
    assert (await environment.roles.standing(other, None)).workspace is WorkspaceRole.OWNER
    with pytest.raises(Forbidden):
        await environment.roles.set_workspace_role(one, WorkspaceRole.GUEST, other, nobody, NOW)


async def test_another_role_in_the_workspace_is_another_version_of_access(environment: Environment) -> None:
    one, other = await stored_user(environment), await stored_user(environment)
    changes = await environment.roles.set_workspace_role(other, WorkspaceRole.GUEST, one, anybody, NOW)
    assert [(it.user, it.kind) for it in changes] == [(other, ChangeKind.REFRESHED)]
    assert await version(environment, other) == 1
    assert await environment.roles.set_workspace_role(other, WorkspaceRole.GUEST, one, anybody, NOW) == []


async def test_users_are_listed_with_their_roles_by_id(environment: Environment) -> None:
    users = sorted([await stored_user(environment) for _ in range(3)])
    before = min(users)[:-1]
    found = await environment.roles.of_workspace(before, 1_000)
    assert [it.user.id for it in found if it.user.id in users] == users
    assert len(await environment.roles.of_workspace(before, 2)) == 2


async def test_of_opposite_changes_at_once_one_is_judged_after_the_other(environments: Sequence[Environment]) -> None:
    """Two owners who put each other out: one of them is there still, and owns the room."""
    one, other = [await stored_user(environments[0]) for _ in range(2)]
    made = await stored_room(environments[0], one, other)
    await environments[0].roles.set_role(made.id, other, Role.OWNER, one, anybody, new_id(), NOW)

    def owns(by: Standing, _target: Standing) -> None:
        if by.role is not Role.OWNER:
            raise Forbidden("No owner any more.")

    results = await asyncio.gather(
        environments[0].roles.remove(made.id, other, one, owns, new_id(), NOW, ban=False),
        environments[1].roles.remove(made.id, one, other, owns, new_id(), NOW, ban=False),
        return_exceptions=True,
    )
    assert sorted(isinstance(it, Forbidden) for it in results) == [False, True]
    assert list((await members(environments[0], made)).values()) == [Role.OWNER]
