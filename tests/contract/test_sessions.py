import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from chalicelib.domain.access import Access, AccessChange, ChangeKind
from chalicelib.domain.sessions import ABSOLUTE_US, IDLE_US, OpenSession, Session
from tests.contract.conftest import Environment
from tests.contract.made import NOW, SECOND, new_id, session, stored_user

EARLY = 1_000_000 * SECOND
"""1970: when only the sessions of the tests that say so are past their deadline."""


async def stored_session(environment: Environment, rotated_at: int = NOW) -> Session:
    made = session(await stored_user(environment), rotated_at)
    await environment.sessions.add(made, rotated_at, "agent", "127.0.0.1")
    return made


async def version(environment: Environment, user: str) -> int:
    return (await environment.outbox.snapshot(user, NOW)).version


async def test_a_session_reads_back_as_it_was_stored(environment: Environment) -> None:
    stored = await stored_session(environment)
    assert await environment.sessions.get(stored.id) == stored
    assert await environment.sessions.get(new_id()) is None


async def test_a_new_session_is_a_change_of_its_users_access(environment: Environment) -> None:
    user = await stored_user(environment)
    made = session(user)
    change = await environment.sessions.add(made, NOW, "agent", "127.0.0.1")
    assert change == AccessChange(change.id, user, ChangeKind.SESSION, None, None, None)
    access = await environment.outbox.snapshot(user, NOW)
    assert access == Access(user, 1, frozenset(), frozenset({made.id}))


async def test_a_rotation_keeps_the_token_it_replaced(environment: Environment) -> None:
    stored = await stored_session(environment)
    assert await environment.sessions.rotate(stored.id, stored.refresh_digest, "new", NOW + 7, "agent", "address")
    assert await environment.sessions.get(stored.id) == replace(
        stored, refresh_digest="new", previous_digest=stored.refresh_digest, rotated_at=NOW + 7
    )


async def test_a_token_that_is_not_current_rotates_nothing(environment: Environment) -> None:
    stored = await stored_session(environment)
    assert not await environment.sessions.rotate(stored.id, "other", "new", NOW + 7, "agent", "address")
    assert not await environment.sessions.rotate(new_id(), stored.refresh_digest, "new", NOW + 7, "agent", "address")
    assert await environment.sessions.get(stored.id) == stored


async def test_of_those_who_rotate_at_once_one_does(environments: Sequence[Environment]) -> None:
    stored = await stored_session(environments[0])
    rotated = await asyncio.gather(
        *(
            it.sessions.rotate(stored.id, stored.refresh_digest, f"new {n}", NOW + 7, "agent", "address")
            for n, it in enumerate(environments)
        )
    )
    assert rotated.count(True) == 1
    found = await environments[0].sessions.get(stored.id)
    assert found is not None
    assert found.refresh_digest == f"new {rotated.index(True)}"


async def test_a_revoked_session_is_over_and_cannot_be_rotated(environment: Environment) -> None:
    stored = await stored_session(environment)
    change = await environment.sessions.revoke(stored.id)
    assert change is not None
    assert change == AccessChange(change.id, stored.user, ChangeKind.SESSION, None, None, None)
    assert await environment.sessions.get(stored.id) == replace(stored, revoked=True)
    assert not await environment.sessions.rotate(stored.id, stored.refresh_digest, "new", NOW + 7, "agent", "address")
    assert (await environment.outbox.snapshot(stored.user, NOW)).sessions == frozenset()


async def test_revoking_twice_changes_access_once(environment: Environment) -> None:
    stored = await stored_session(environment)
    await environment.sessions.revoke(stored.id)
    before = await version(environment, stored.user)
    assert await environment.sessions.revoke(stored.id) is None
    assert await environment.sessions.revoke(new_id()) is None
    assert await version(environment, stored.user) == before


async def test_revoked_by_several_at_once_a_session_ends_once(environments: Sequence[Environment]) -> None:
    stored = await stored_session(environments[0])
    changes = await asyncio.gather(*(it.sessions.revoke(stored.id) for it in environments))
    assert len([it for it in changes if it is not None]) == 1
    assert await version(environments[0], stored.user) == 2


@pytest.mark.parametrize(
    ("rotated_at", "expires_at", "ended"),
    [
        (EARLY - IDLE_US, EARLY + ABSOLUTE_US, True),
        (EARLY - IDLE_US + 1, EARLY + ABSOLUTE_US, False),
        (EARLY - 1, EARLY, True),
        (EARLY - 1, EARLY + 1, False),
    ],
)
async def test_sessions_past_their_deadline_are_ended(
    environment: Environment, rotated_at: int, expires_at: int, ended: bool
) -> None:
    stored = replace(session(await stored_user(environment), rotated_at), expires_at=expires_at)
    await environment.sessions.add(stored, rotated_at, "agent", "address")
    changes = await environment.sessions.revoke_expired(EARLY, 100)
    assert [it.kind for it in changes if it.user == stored.user] == [ChangeKind.SESSION] * ended
    found = await environment.sessions.get(stored.id)
    assert found == replace(stored, revoked=ended)
    assert stored.user not in {it.user for it in await environment.sessions.revoke_expired(EARLY, 100)}
    await environment.sessions.revoke(stored.id)


async def test_no_more_sessions_are_ended_than_asked_for(environment: Environment) -> None:
    long_ago = EARLY // 2
    stored = [await stored_session(environment, long_ago - IDLE_US) for _ in range(3)]
    users = {it.user for it in stored}
    first = await environment.sessions.revoke_expired(long_ago, 2)
    second = await environment.sessions.revoke_expired(long_ago, 2)
    assert (len(first), len(second)) == (2, 1)
    assert {it.user for it in [*first, *second]} == users


async def test_a_users_living_sessions_say_where_they_were_used_last(environment: Environment) -> None:
    user = await stored_user(environment)
    first, second, over, idle = (session(user, NOW + n) for n in range(4))
    idle = replace(idle, rotated_at=NOW - IDLE_US)
    over = replace(over, expires_at=NOW)
    for it in (first, second, over, idle):
        await environment.sessions.add(it, NOW - 5, "Firefox", "192.0.2.1")
    await environment.sessions.rotate(first.id, first.refresh_digest, "new", NOW + 9, "Safari", "192.0.2.2")
    found = await environment.sessions.of_user(user, NOW + 10)
    renewed = replace(first, refresh_digest="new", previous_digest=first.refresh_digest, rotated_at=NOW + 9)
    assert found == [
        OpenSession(renewed, NOW - 5, "Safari", "192.0.2.2"),
        OpenSession(second, NOW - 5, "Firefox", "192.0.2.1"),
    ]
    assert await environment.sessions.of_user(new_id(), NOW) == []


async def test_all_sessions_but_one_are_ended_in_one_change(environment: Environment) -> None:
    user = await stored_user(environment)
    kept, *others = [session(user) for _ in range(3)]
    for it in (kept, *others):
        await environment.sessions.add(it, NOW, "agent", "address")
    strange = await stored_session(environment)
    change = await environment.sessions.revoke_all(user, kept.id)
    assert change is not None
    assert (change.user, change.kind) == (user, ChangeKind.SESSION)
    assert (await environment.outbox.snapshot(user, NOW)).sessions == frozenset((kept.id,))
    assert await environment.sessions.revoke_all(user, kept.id) is None
    assert await environment.sessions.revoke_all(user, None) is not None
    assert (await environment.outbox.snapshot(user, NOW)).sessions == frozenset()
    assert (await environment.sessions.get(strange.id)) == strange
