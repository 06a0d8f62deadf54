import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from chalicelib.domain.access import Access, ChangeKind
from chalicelib.domain.accounts import DELETED, User, key
from chalicelib.domain.credentials import OneTimeToken, Purpose
from chalicelib.domain.invites import Invite
from chalicelib.domain.rooms import Role
from chalicelib.errors import Conflict, Forbidden
from tests.contract.conftest import Environment
from tests.contract.made import NOW, account, dm, new_id, room, session, stored_account, stored_user


async def test_an_account_reads_back_as_it_was_stored(environment: Environment) -> None:
    stored = await stored_account(environment, "Zoë 🙂")
    assert await environment.users.account(stored.id) == stored
    assert await environment.users.account(new_id()) is None


async def test_a_log_in_finds_the_account_by_name_or_email_in_any_case(environment: Environment) -> None:
    stored = await stored_account(environment, "STRASSE")
    for login in (stored.name, stored.name.lower(), stored.email, stored.email.upper()):
        assert await environment.users.by_login(key(login)) == stored


@pytest.mark.parametrize("login", ["", "nobody", "nul \0 inside", "lone \ud800 surrogate", "%", "_"])
async def test_a_log_in_that_is_nobodys_finds_nobody(environment: Environment, login: str) -> None:
    await stored_account(environment)
    assert await environment.users.by_login(login) is None


async def test_a_name_that_differs_in_case_only_is_taken(environment: Environment) -> None:
    stored = await stored_account(environment)
    with pytest.raises(Conflict) as refused:
        await environment.users.add(replace(account(), name=stored.name.upper()), NOW)
    assert refused.value.details == {"field": "name"}


async def test_an_email_that_differs_in_case_only_is_taken(environment: Environment) -> None:
    stored = await stored_account(environment)
    with pytest.raises(Conflict) as refused:
        await environment.users.add(replace(account(), email=stored.email.upper()), NOW)
    assert refused.value.details == {"field": "email"}


async def test_a_refused_account_is_not_stored(environment: Environment) -> None:
    stored = await stored_account(environment)
    refused = replace(account(), name=stored.name)
    with pytest.raises(Conflict):
        await environment.users.add(refused, NOW)
    assert await environment.users.account(refused.id) is None


async def test_of_those_who_take_a_name_at_once_one_gets_it(environments: Sequence[Environment]) -> None:
    name = account().name
    rivals = [replace(account(), name=name) for _ in environments]
    outcomes = await asyncio.gather(
        *(each.users.add(it, NOW) for each, it in zip(environments, rivals, strict=True)), return_exceptions=True
    )
    assert [type(it) for it in outcomes if it is not None] == [Conflict] * (len(rivals) - 1)


async def test_a_replaced_hash_is_the_one_that_counts(environment: Environment) -> None:
    stored = await stored_account(environment)
    await environment.users.set_password_hash(stored.id, "stronger")
    assert await environment.users.account(stored.id) == replace(stored, password_hash="stronger")


async def test_ids_give_the_users_there_are(environment: Environment) -> None:
    ada, bob = await stored_account(environment, "Ada"), await stored_account(environment, "Bob")
    found = await environment.users.by_ids([ada.id, bob.id, ada.id, new_id()])
    assert sorted(it.name for it in found) == [ada.name, bob.name]
    assert User(ada.id, ada.name) in found
    assert await environment.users.by_ids([]) == []


async def test_a_search_finds_names_that_contain_the_key_in_order(environment: Environment) -> None:
    tail = new_id()
    stored = [replace(account(), name=f"{name} {tail}") for name in ("Émile", "zed", "Adam", "eve")]
    for it in stored:
        await environment.users.add(it, NOW)
    found = await environment.users.search(key(tail), 10)
    assert [it.name.split()[0] for it in found] == ["Adam", "eve", "zed", "Émile"]
    assert await environment.users.search(key(f"ADAM {tail}"), 10) == [found[0]]
    assert await environment.users.search(key(tail), 2) == found[:2]


@pytest.mark.parametrize("wildcard", ["%", "_", "\\", "a%", "%%%", "\0"])
async def test_a_search_takes_every_character_as_itself(environment: Environment, wildcard: str) -> None:
    tail = new_id()
    await environment.users.add(replace(account(), name=f"abc {tail}"), NOW)
    assert await environment.users.search(key(f"{wildcard} {tail}"), 10) == []


async def test_wildcards_in_names_can_be_searched_for(environment: Environment) -> None:
    tail = new_id()
    stored = replace(account(), name=f"100%_\\ {tail}")
    await environment.users.add(stored, NOW)
    assert await environment.users.search(key(f"0%_\\ {tail}"), 10) == [User(stored.id, stored.name)]


async def test_somebody_without_rooms_shares_them_with_nobody_else(environment: Environment) -> None:
    ada = await stored_account(environment)
    assert await environment.users.sharing_rooms(ada.id) == [User(ada.id, ada.name)]


async def test_those_in_a_common_room_are_found_once_each_by_id(environment: Environment) -> None:
    ada, bob, cleo, dan = [await stored_user(environment) for _ in range(4)]
    for members in ([ada, bob], [ada, bob, cleo], [cleo, dan]):
        made = room()
        await environment.rooms.create(made, members[0], new_id())
        for user in members[1:]:
            await environment.rooms.join(made.id, user, user, new_id(), NOW)
    assert [it.id for it in await environment.users.sharing_rooms(ada)] == sorted([ada, bob, cleo])


async def test_of_a_profile_only_what_is_given_changes(environment: Environment) -> None:
    stored = await stored_account(environment)
    users = environment.users
    name = f"Grace {new_id()}"
    assert await users.change_profile(stored.id, name, None, None) == replace(stored, name=name)
    coloured = replace(stored, name=name, colour=3, status="Away 🌴")
    assert await users.change_profile(stored.id, None, 3, "Away 🌴") == coloured
    assert await users.account(stored.id) == coloured
    assert await users.by_ids([stored.id]) == [User(stored.id, name, 3, "Away 🌴")]
    assert await users.by_login(key(name)) == coloured
    assert await users.by_login(key(stored.name)) is None
    assert await users.change_profile(stored.id, None, -1, "") == replace(stored, name=name)
    assert await users.change_profile(new_id(), name, None, None) is None


async def test_a_name_of_somebody_else_cannot_be_taken_and_ones_own_can_be_written_anew(
    environment: Environment,
) -> None:
    ada, bob = await stored_account(environment), await stored_account(environment)
    with pytest.raises(Conflict) as refused:
        await environment.users.change_profile(ada.id, bob.name.upper(), 1, None)
    assert refused.value.details == {"field": "name"}
    assert await environment.users.account(ada.id) == ada
    changed = await environment.users.change_profile(ada.id, ada.name.upper(), None, None)
    assert changed == replace(ada, name=ada.name.upper())


async def test_once_there_was_an_account_there_is_any(environment: Environment) -> None:
    await stored_account(environment)
    assert await environment.users.any()


async def stored_invite(environment: Environment, uses: int = 1, expires_at: int = NOW + 10) -> Invite:
    invite = Invite(new_id(), new_id(), await stored_user(environment), NOW, expires_at, uses)
    await environment.invites.add(invite)
    return invite


async def usable(environment: Environment, user: str) -> list[Invite]:
    return [it for it in await environment.invites.usable(NOW) if it.created_by == user]


async def test_an_invitation_lets_so_many_in_and_no_more(environments: Sequence[Environment]) -> None:
    invite = await stored_invite(environments[0], uses=2)
    guests = [account() for _ in environments]
    outcomes = await asyncio.gather(
        *(each.users.add(it, NOW, invite.digest) for each, it in zip(environments, guests, strict=True)),
        return_exceptions=True,
    )
    assert [type(it) for it in outcomes if it is not None] == [Forbidden] * (len(guests) - 2)
    admitted = [await environments[0].users.account(it.id) for it in guests]
    assert len([it for it in admitted if it is not None]) == 2
    assert await usable(environments[0], invite.created_by) == []


async def test_an_invitation_is_not_used_by_who_was_refused(environment: Environment) -> None:
    invite = await stored_invite(environment)
    taken = await stored_account(environment)
    with pytest.raises(Conflict):
        await environment.users.add(replace(account(), name=taken.name), NOW, invite.digest)
    assert await usable(environment, invite.created_by) == [invite]
    await environment.users.add(account(), NOW, invite.digest)


async def test_an_invitation_that_is_over_or_unknown_lets_nobody_in(environment: Environment) -> None:
    invite = await stored_invite(environment, expires_at=NOW)
    for digest in (invite.digest, new_id()):
        refused = account()
        with pytest.raises(Forbidden):
            await environment.users.add(refused, NOW, digest)
        assert await environment.users.account(refused.id) is None
    assert await usable(environment, invite.created_by) == []


async def test_an_invitation_is_revoked_once(environment: Environment) -> None:
    invite = await stored_invite(environment)
    assert await environment.invites.revoke(invite.id)
    assert not await environment.invites.revoke(invite.id)
    with pytest.raises(Forbidden):
        await environment.users.add(account(), NOW, invite.digest)


async def test_of_a_deleted_account_only_an_id_is_left(environment: Environment) -> None:
    await stored_account(environment)  # who owns the workspace stays
    ada, bob = await stored_account(environment), await stored_account(environment)
    opened, _ = await environment.rooms.open_dm(dm(), new_id(), (ada.id, bob.id), (new_id(), new_id()))
    here = session(ada.id)
    await environment.sessions.add(here, NOW, "agent", "address")
    token = OneTimeToken(new_id(), ada.id, Purpose.RESET, ada.email, NOW)
    await environment.credentials.add_token(token)
    invite = Invite(new_id(), new_id(), ada.id, NOW, NOW + 10, 1)
    await environment.invites.add(invite)
    [change] = await environment.users.delete(ada.id, NOW)
    assert (change.user, change.kind) == (ada.id, ChangeKind.ERASED)
    left = User(ada.id, DELETED, deleted=True)
    assert await environment.users.by_ids([ada.id]) == [left]
    assert left in await environment.users.sharing_rooms(bob.id)
    assert left in [it.user for it in await environment.rooms.members(opened.id)]
    assert await environment.users.account(ada.id) is None
    assert await environment.users.search(key(ada.name), 10) == []
    for login in (ada.name, ada.email, f"@{ada.id}", ""):
        assert await environment.users.by_login(key(login)) is None
    assert await environment.sessions.get(here.id) is None
    assert await environment.credentials.reset_password(token.digest, "hash", NOW) is None
    assert await usable(environment, ada.id) == []
    access = await environment.outbox.snapshot(ada.id, NOW)
    assert access == Access(ada.id, access.version, frozenset(), frozenset())
    assert access.version > 0


async def test_a_deleted_accounts_name_and_email_are_free_again_and_it_is_deleted_once(
    environment: Environment,
) -> None:
    ada = await stored_account(environment)
    assert await environment.users.delete(ada.id, NOW)
    assert await environment.users.delete(ada.id, NOW) == []
    assert await environment.users.delete(new_id(), NOW) == []
    again = replace(account(), name=ada.name, email=ada.email)
    await environment.users.add(again, NOW)
    assert await environment.users.by_login(key(ada.email)) == again


async def test_rooms_are_passed_on_to_who_joined_first_where_nobody_else_owns_them(environment: Environment) -> None:
    ada, bob, cleo = [await stored_user(environment) for _ in range(3)]
    shared, alone, others = room(), room(), room()
    for it, owner in ((shared, ada), (alone, ada), (others, bob)):
        await environment.rooms.create(it, owner, new_id())
    for n, user in enumerate((cleo, bob)):
        await environment.rooms.join(shared.id, user, user, new_id(), NOW + n)
    await environment.rooms.join(others.id, ada, ada, new_id(), NOW)
    for _ in range(2):
        await environment.users.pass_rooms_on(ada)
    roles = {
        it.id: {member.user.id: member.role for member in await environment.rooms.members(it.id)}
        for it in (shared, alone, others)
    }
    assert roles[shared.id] == {ada: Role.OWNER, cleo: Role.OWNER, bob: Role.MEMBER}
    assert roles[alone.id] == {ada: Role.OWNER}
    assert roles[others.id] == {bob: Role.OWNER, ada: Role.MEMBER}
