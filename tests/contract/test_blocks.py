import asyncio
from collections.abc import Sequence

import pytest

from chalicelib.domain.access import ChangeKind
from chalicelib.domain.rooms import dm_key
from chalicelib.errors import Conflict, Forbidden, NotFound
from chalicelib.limits import BLOCKED_USERS
from tests.contract.conftest import Environment
from tests.contract.made import NOW, dm, new_id, room, stored_account, stored_user


async def block(environment: Environment, user: str, other: str, *, on: bool = True) -> list[tuple[str, ChangeKind]]:
    """Block or unblock; whose access was changed, and how."""
    _, changes = await environment.blocks.set(user, other, (new_id(), new_id()), NOW, on=on)
    return [(it.user, it.kind) for it in changes]


async def opened(environment: Environment, one: str, other: str) -> str:
    """Their direct message."""
    found, _ = await environment.rooms.open_dm(dm(), dm_key(one, other), (one, other), (new_id(), new_id()))
    return found.id


async def blocked(environment: Environment, user: str, where: str) -> tuple[bool, bool, bool]:
    """Whether the room is blocked to the user, in each of the ways to ask."""
    mine = await environment.rooms.mine(where, user)
    assert mine is not None
    assert mine in await environment.rooms.of_user(user)
    silenced = (await environment.outbox.snapshot(user, NOW)).silenced
    return mine.blocked, (await environment.roles.standing(user, where)).blocked, where in silenced


async def test_blocks_are_kept_until_they_are_lifted(environment: Environment) -> None:
    ada, bob, cleo = [await stored_user(environment) for _ in range(3)]
    nobody = await environment.blocks.of_user(ada)
    assert nobody.users == frozenset()
    assert await block(environment, ada, bob) == [(ada, ChangeKind.REFRESHED)]
    assert await block(environment, ada, cleo) == [(ada, ChangeKind.REFRESHED)]
    found = await environment.blocks.of_user(ada)
    assert found.users == {bob, cleo}
    assert found.version > nobody.version
    assert (await environment.outbox.snapshot(ada, NOW)).blocked == {bob, cleo}
    assert (await environment.blocks.of_user(bob)).users == frozenset()
    assert await block(environment, ada, bob) == []
    assert await block(environment, ada, bob, on=False) == [(ada, ChangeKind.REFRESHED)]
    assert await block(environment, ada, bob, on=False) == []
    assert (await environment.blocks.of_user(ada)).users == {cleo}


async def test_either_of_two_blocks_their_direct_message_for_both_and_no_other_room(environment: Environment) -> None:
    ada, bob = await stored_user(environment), await stored_user(environment)
    shared = room()
    await environment.rooms.create(shared, ada, new_id())
    await environment.rooms.join(shared.id, bob, bob, new_id(), NOW)
    where = await opened(environment, ada, bob)
    placed = [(ada, ChangeKind.PLACED), (bob, ChangeKind.PLACED)]
    assert await block(environment, ada, bob) == placed
    for user in (ada, bob):
        assert await blocked(environment, user, where) == (True, True, True)
        assert await blocked(environment, user, shared.id) == (False, False, False)
    assert await block(environment, bob, ada) == placed[::-1]
    await block(environment, ada, bob, on=False)
    assert await blocked(environment, ada, where) == (True, True, True)
    await block(environment, bob, ada, on=False)
    for user in (ada, bob):
        assert await blocked(environment, user, where) == (False, False, False)


async def test_what_the_log_is_told_is_the_same_whoever_of_the_two_it_was(environment: Environment) -> None:
    ada, bob = await stored_user(environment), await stored_user(environment)
    where = await opened(environment, ada, bob)
    for user, other in ((ada, bob), (bob, ada)):
        events = (new_id(), new_id())
        found, changes = await environment.blocks.set(user, other, events, NOW, on=True)
        assert found == where
        assert [(it.user, it.room, it.event) for it in changes] == [(user, where, events[0]), (other, where, events[1])]
        assert {it.actor for it in changes} == {min(ada, bob)}


async def test_between_two_of_whom_one_is_blocked_no_direct_message_is_opened_and_an_old_one_is_found(
    environment: Environment,
) -> None:
    ada, bob, cleo = [await stored_user(environment) for _ in range(3)]
    where = await opened(environment, ada, bob)
    await block(environment, ada, bob)
    await block(environment, ada, cleo)
    assert await opened(environment, bob, ada) == where
    for one, other in ((ada, cleo), (cleo, ada)):
        with pytest.raises(Forbidden, match="blocked"):
            await opened(environment, one, other)
    await block(environment, ada, cleo, on=False)
    await opened(environment, cleo, ada)


async def test_who_is_blocked_adds_nobody_who_does_not_want_it_to_a_room(environment: Environment) -> None:
    ada, bob = await stored_user(environment), await stored_user(environment)
    where = room()
    await environment.rooms.create(where, bob, new_id())
    await block(environment, ada, bob)
    with pytest.raises(Forbidden):
        await environment.rooms.join(where.id, ada, bob, new_id(), NOW)
    assert await environment.rooms.join(where.id, ada, ada, new_id(), NOW) is not None


async def test_nobody_blocks_who_does_not_exist_or_more_than_fit(environment: Environment) -> None:
    await stored_account(environment)  # who owns the workspace stays
    ada, gone = await stored_user(environment), await stored_user(environment)
    await environment.users.delete(gone, NOW)
    for nobody in (new_id(), gone):
        with pytest.raises(NotFound):
            await block(environment, ada, nobody)
        assert await block(environment, ada, nobody, on=False) == []
    others = [await stored_user(environment) for _ in range(BLOCKED_USERS + 1)]
    for other in others[:-1]:
        await block(environment, ada, other)
    with pytest.raises(Conflict, match="You have blocked"):
        await block(environment, ada, others[-1])
    assert await block(environment, ada, others[0]) == []
    await block(environment, ada, others[0], on=False)
    await block(environment, ada, others[-1])


async def test_with_an_account_go_its_blocks_and_those_of_others_against_it(environment: Environment) -> None:
    await stored_account(environment)  # who owns the workspace stays
    ada, bob, cleo = [await stored_user(environment) for _ in range(3)]
    where = await opened(environment, ada, bob)
    await block(environment, ada, bob)
    await block(environment, cleo, ada)
    changes = await environment.users.delete(ada, NOW)
    assert [(it.user, it.kind) for it in changes] == [
        (ada, ChangeKind.ERASED),
        *((it, ChangeKind.REFRESHED) for it in sorted((bob, cleo))),
    ]
    assert await blocked(environment, bob, where) == (False, False, False)
    assert (await environment.blocks.of_user(cleo)).users == frozenset()


async def test_of_a_block_and_a_direct_message_at_once_one_comes_first(environments: Sequence[Environment]) -> None:
    one, other = environments[:2]
    for _ in range(10):
        ada, bob = await stored_user(one), await stored_user(one)
        results = await asyncio.gather(block(one, ada, bob), opened(other, bob, ada), return_exceptions=True)
        if isinstance(results[1], BaseException):
            assert isinstance(results[1], Forbidden)
            assert results[0] == [(ada, ChangeKind.REFRESHED)]
        else:
            assert results[0] == [(ada, ChangeKind.PLACED), (bob, ChangeKind.PLACED)]
            assert await blocked(one, bob, results[1]) == (True, True, True)
