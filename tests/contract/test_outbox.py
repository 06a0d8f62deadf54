import asyncio
from collections.abc import Sequence

from chalicelib.domain.access import Access
from chalicelib.domain.sessions import IDLE_US
from tests.contract.conftest import Environment
from tests.contract.made import NOW, new_id, room, session, stored_user

ALL = 100_000


async def waiting(environment: Environment, user: str, created_before: int) -> list[int]:
    return [it.id for it in await environment.outbox.older_than(created_before, ALL) if it.user == user]


async def test_somebody_unknown_has_version_zero_and_nothing(environment: Environment) -> None:
    user = new_id()
    assert await environment.outbox.snapshot(user, NOW) == Access(user, 0, frozenset(), frozenset())


async def test_a_snapshot_has_all_rooms_and_living_sessions(environment: Environment) -> None:
    user = await stored_user(environment)
    alive, idle, revoked = session(user), session(user, NOW - IDLE_US), session(user)
    for made in (alive, idle, revoked):
        await environment.sessions.add(made, NOW, "agent", "address")
    await environment.sessions.revoke(revoked.id)
    own, joined, left = room(), room(), room()
    other = await stored_user(environment)
    await environment.rooms.create(own, user, new_id())
    for it in (joined, left):
        await environment.rooms.create(it, other, new_id())
        await environment.rooms.join(it.id, user, user, new_id(), NOW)
    await environment.rooms.leave(left.id, user, user, new_id(), NOW)
    assert await environment.outbox.snapshot(user, NOW) == Access(
        user, 8, frozenset({own.id, joined.id}), frozenset({alive.id})
    )


async def test_a_session_is_in_the_snapshot_up_to_its_deadline(environment: Environment) -> None:
    user = await stored_user(environment)
    made = session(user)
    await environment.sessions.add(made, NOW, "agent", "address")
    assert (await environment.outbox.snapshot(user, made.deadline - 1)).sessions == {made.id}
    assert (await environment.outbox.snapshot(user, made.deadline)).sessions == frozenset()


async def test_each_of_many_changes_at_once_has_its_own_version(environments: Sequence[Environment]) -> None:
    user = await stored_user(environments[0])
    await asyncio.gather(
        *(it.sessions.add(session(user), NOW, "agent", "address") for it in environments for _ in range(5))
    )
    access = await environments[0].outbox.snapshot(user, NOW)
    assert (access.version, len(access.sessions)) == (20, 20)


async def test_a_change_waits_until_it_is_done(environment: Environment) -> None:
    user = await stored_user(environment)
    first = await environment.sessions.add(session(user), NOW, "agent", "address")
    second = await environment.sessions.add(session(user), NOW, "agent", "address")
    assert await waiting(environment, user, NOW + 1) == [first.id, second.id]
    for _ in range(2):
        await environment.outbox.done(first)
    assert await waiting(environment, user, NOW + 1) == [second.id]


async def test_a_waiting_change_reads_back_as_it_was_returned(environment: Environment) -> None:
    user = await stored_user(environment)
    made = room()
    change = await environment.rooms.create(made, user, new_id())
    assert change in await environment.outbox.older_than(NOW + 1, ALL)


async def test_changes_that_are_too_new_are_left_alone(environment: Environment) -> None:
    user = await stored_user(environment)
    change = await environment.sessions.add(session(user), NOW, "agent", "address")
    assert await waiting(environment, user, NOW) == []
    assert await waiting(environment, user, NOW + 1) == [change.id]


async def test_changes_come_in_the_order_they_were_written_whatever_the_clocks_said(
    environment: Environment,
) -> None:
    user = await stored_user(environment)
    changes = [await environment.sessions.add(session(user), NOW - back, "agent", "address") for back in (0, 500, 100)]
    assert await waiting(environment, user, NOW + 1) == [it.id for it in changes]


async def test_no_more_changes_come_than_asked_for(environment: Environment) -> None:
    user = await stored_user(environment)
    for _ in range(3):
        await environment.sessions.add(session(user), NOW, "agent", "address")
    assert len(await environment.outbox.older_than(NOW + 1, 2)) == 2


async def test_what_waits_of_the_same_membership_is_known_before_a_later_change(environment: Environment) -> None:
    user, other = await stored_user(environment), await stored_user(environment)
    made, elsewhere = room(), room()
    for it in (made, elsewhere):
        await environment.rooms.create(it, other, new_id())
    await environment.rooms.join(elsewhere.id, user, user, new_id(), NOW)
    joined = await environment.rooms.join(made.id, user, user, new_id(), NOW)
    left = await environment.rooms.leave(made.id, user, other, new_id(), NOW)
    again = await environment.rooms.join(made.id, user, user, new_id(), NOW)
    assert joined is not None
    assert left is not None
    assert again is not None
    assert await environment.outbox.before(joined) == []
    assert await environment.outbox.before(again) == [joined, left]
    await environment.outbox.done(joined)
    assert await environment.outbox.before(again) == [left]
