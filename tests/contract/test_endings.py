import asyncio
from collections.abc import Sequence

import pytest

from chalicelib.domain.access import ChangeKind
from chalicelib.domain.invite_links import InviteLink
from chalicelib.domain.permissions import Place, Standing
from chalicelib.domain.rooms import Room
from chalicelib.errors import Forbidden
from tests.contract.conftest import Environment
from tests.contract.made import NOW, SECOND, new_id, room, stored_user
from tests.contract.test_rooms import members, stored_room


def anybody(_by: Standing, _target: Standing) -> None:
    """Judge nothing."""


def nobody(_by: Standing, _target: Standing) -> None:
    raise Forbidden("No.")


async def applied(environment: Environment, of: Room) -> None:
    """Nothing about the room waits in the outbox."""
    for change in await environment.outbox.older_than(NOW + SECOND, 100_000):
        if change.room == of.id:
            await environment.outbox.done(change)


async def test_an_archived_room_silences_its_members_and_the_last_row_is_the_logs(environment: Environment) -> None:
    owner, user = await stored_user(environment), await stored_user(environment)
    made = await stored_room(environment, owner, user)
    event = new_id()
    changes = await environment.endings.archive(made.id, owner, anybody, event, NOW, on=True)
    assert [(it.user, it.kind, it.event) for it in changes] == [
        (user, ChangeKind.REFRESHED, None),
        (owner, ChangeKind.UPDATED, event),
    ]
    assert await environment.endings.archive(made.id, owner, anybody, new_id(), NOW, on=True) == []
    for it in (owner, user):
        assert (await environment.outbox.snapshot(it, NOW)).silenced == {made.id}
    await environment.endings.archive(made.id, owner, anybody, new_id(), NOW, on=False)
    assert (await environment.outbox.snapshot(user, NOW)).silenced == frozenset()
    assert await environment.rooms.get(made.id) == made


async def test_a_refused_end_changes_nothing(environment: Environment) -> None:
    owner = await stored_user(environment)
    made = await stored_room(environment, owner)
    for refused in (
        environment.endings.archive(made.id, owner, nobody, new_id(), NOW, on=True),
        environment.endings.delete(made.id, owner, nobody, new_id, NOW),
    ):
        with pytest.raises(Forbidden):
            await refused
    assert await environment.rooms.get(made.id) == made
    assert await members(environment, made) != {}


async def test_a_deleted_room_is_nobodys_and_its_name_is_free(environment: Environment) -> None:
    owner, user = await stored_user(environment), await stored_user(environment)
    made = await stored_room(environment, owner, user)
    changes = await environment.endings.delete(made.id, owner, anybody, new_id, NOW)
    assert [(it.user, it.kind, it.room, it.actor) for it in changes] == [
        (it, ChangeKind.LEFT, made.id, owner) for it in (user, owner)
    ]
    assert len({it.event for it in changes}) == 2
    assert await environment.rooms.of_user(user) == []
    assert (await environment.roles.standing(owner, made.id)).place is Place.NONE
    another = Room(new_id(), made.kind, made.name, "", made.visibility, NOW)
    assert await environment.rooms.create(another, user, new_id()) is not None


async def test_a_deleted_room_is_forgotten_once_its_changes_are_applied(environment: Environment) -> None:
    owner = await stored_user(environment)
    made = await stored_room(environment, owner)
    await environment.endings.forget(made.id)
    assert await environment.rooms.get(made.id) == made
    await environment.endings.delete(made.id, owner, anybody, new_id, NOW)
    assert made.id not in dict(await environment.endings.deleted(NOW + 1, 100_000))
    await applied(environment, made)
    assert (made.id, NOW) in await environment.endings.deleted(NOW + 1, 100_000)
    assert made.id not in dict(await environment.endings.deleted(NOW, 100_000))
    await environment.endings.forget(made.id)
    assert await environment.rooms.get(made.id) is None


async def test_who_joins_while_a_room_is_deleted_is_put_out_or_finds_none(environments: Sequence[Environment]) -> None:
    def open_room(_by: Standing, target: Standing) -> None:
        if target.room is None or target.room.name == "":
            raise Forbidden("There is no such room.")

    owner = await stored_user(environments[0])
    users = [await stored_user(environments[0]) for _ in range(3)]
    made = await stored_room(environments[0], owner)
    await asyncio.gather(
        environments[0].endings.delete(made.id, owner, anybody, new_id, NOW),
        *(
            it.rooms.join(made.id, user, user, new_id(), NOW, open_room)
            for it, user in zip(environments[1:], users, strict=True)
        ),
        return_exceptions=True,
    )
    assert await members(environments[0], made) == {}


async def stored_invite(environment: Environment, uses: int = 1) -> tuple[InviteLink, str]:
    owner = await stored_user(environment)
    made = room()
    await environment.rooms.create(made, owner, new_id())
    invite, digest = InviteLink(new_id(), made.id, owner, NOW, NOW + SECOND, uses), new_id()
    await environment.invite_links.add(invite, digest)
    return invite, digest


async def test_a_link_is_found_by_its_digest_until_it_runs_out(environment: Environment) -> None:
    invite, digest = await stored_invite(environment)
    assert await environment.invite_links.find(digest, NOW) == invite
    assert await environment.invite_links.find(invite.id, NOW) is None
    assert await environment.invite_links.of_room(invite.room, NOW) == [invite]
    assert await environment.invite_links.find(digest, invite.expires_at) is None
    assert await environment.invite_links.of_room(invite.room, invite.expires_at) == []


async def test_a_link_is_revoked_in_its_room_only(environment: Environment) -> None:
    invite, digest = await stored_invite(environment)
    await environment.invite_links.revoke(new_id(), invite.id)
    assert await environment.invite_links.find(digest, NOW) == invite
    await environment.invite_links.revoke(invite.room, invite.id)
    assert await environment.invite_links.find(digest, NOW) is None


async def test_a_use_makes_a_member_and_who_is_one_takes_none(environment: Environment) -> None:
    invite, digest = await stored_invite(environment, uses=2)
    user, event = await stored_user(environment), new_id()
    with pytest.raises(Forbidden):
        await environment.invite_links.use(invite, user, nobody, event, NOW)
    usable, change = await environment.invite_links.use(invite, user, anybody, event, NOW)
    assert usable
    assert change is not None
    assert (change.kind, change.user, change.room, change.event) == (ChangeKind.JOINED, user, invite.room, event)
    assert await environment.invite_links.use(invite, user, anybody, new_id(), NOW) == (True, None)
    found = await environment.invite_links.find(digest, NOW)
    assert found is not None
    assert found.uses_left == 1
    other = await stored_user(environment)
    assert await environment.invite_links.use(invite, other, anybody, new_id(), invite.expires_at) == (False, None)


async def test_used_by_several_at_once_a_link_lets_in_as_many_as_it_says(environments: Sequence[Environment]) -> None:
    invite, digest = await stored_invite(environments[0], uses=2)
    users = [await stored_user(environments[0]) for _ in environments]
    used = await asyncio.gather(
        *(
            it.invite_links.use(invite, user, anybody, new_id(), NOW)
            for it, user in zip(environments, users, strict=True)
        )
    )
    assert sorted(usable for usable, _ in used) == [False, False, True, True]
    assert await environments[0].invite_links.find(digest, NOW) is None
