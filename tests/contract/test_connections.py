import asyncio
from dataclasses import replace

import pytest

from chalicelib.domain.access import Access
from chalicelib.domain.connections import RATE_WINDOW_US, Connection, ConnectionState
from chalicelib.repositories.base import ConnectionRepository, Recipient
from chalicelib.repositories.mongodb.connections import Connections
from tests.contract.made import NOW, SECOND, connection, new_id
from tests.fakes import FakeStores

PENDING = ConnectionState.PENDING


@pytest.fixture(params=["fake", "mongodb"])
def repository(request: pytest.FixtureRequest, fakes: FakeStores) -> ConnectionRepository:
    return fakes.connections if request.param == "fake" else Connections(request.getfixturevalue("mongodb"))


async def store(repository: ConnectionRepository, *connections: Connection) -> None:
    for it in connections:
        await repository.add(it)


async def got(repository: ConnectionRepository, id_: str) -> Connection:
    found = await repository.get(id_)
    assert found is not None
    return found


def recipient(of: Connection) -> Recipient:
    return Recipient(of.id, of.user)


def access(user: str, version: int, *rooms: str) -> Access:
    return Access(user, version, frozenset(rooms), frozenset())


async def test_a_connection_reads_back_as_it_was_stored(repository: ConnectionRepository) -> None:
    stored = connection(new_id(), frozenset({new_id(), new_id()}), state=PENDING, version=-1)
    await repository.add(stored)
    assert await repository.get(stored.id) == stored
    assert await repository.get(new_id()) is None


async def test_storing_a_connection_again_changes_nothing(repository: ConnectionRepository) -> None:
    stored = connection(new_id())
    await store(repository, stored, replace(stored, state=PENDING, version=-1))
    assert await repository.get(stored.id) == stored


async def test_a_grant_replaces_rooms_and_version(repository: ConnectionRepository) -> None:
    stored = connection("user", frozenset({"old"}), version=3)
    await repository.add(stored)
    await repository.grant(stored.id, access("user", 4, "new", "newer"))
    assert await repository.get(stored.id) == replace(stored, version=4, rooms=frozenset({"new", "newer"}))


async def test_an_older_grant_changes_nothing(repository: ConnectionRepository) -> None:
    stored = connection(new_id(), frozenset({"room"}), version=3)
    await repository.add(stored)
    await repository.grant(stored.id, access(stored.user, 2, "other"))
    assert await repository.grant_all(access(stored.user, 2, "other")) == [stored]
    assert await repository.get(stored.id) == stored


async def test_grants_at_once_leave_the_highest(repository: ConnectionRepository) -> None:
    stored = connection(new_id(), version=-1)
    await repository.add(stored)
    versions = (4, 9, 2, 7, 1)
    await asyncio.gather(
        *(repository.grant(stored.id, access("user", version, f"room {version}")) for version in versions)
    )
    assert (await got(repository, stored.id)).rooms == {"room 9"}


async def test_a_grant_to_no_connection_stores_none(repository: ConnectionRepository) -> None:
    gone = new_id()
    await repository.grant(gone, access("user", 1))
    assert await repository.get(gone) is None


async def test_a_grant_to_all_reaches_pending_and_live_ones_of_the_user_only(
    repository: ConnectionRepository,
) -> None:
    user = new_id()
    pending, live, ahead = (
        connection(user, state=PENDING, version=-1),
        connection(user),
        connection(user, frozenset({"x"}), version=9),
    )
    other = connection(new_id())
    await store(repository, pending, live, ahead, other)
    returned = {it.id: it for it in await repository.grant_all(access(user, 5, "room"))}
    assert {id_: (it.version, set(it.rooms)) for id_, it in returned.items()} == {
        pending.id: (5, {"room"}),
        live.id: (5, {"room"}),
        ahead.id: (9, {"x"}),
    }
    assert await repository.get(live.id) == returned[live.id]
    assert await repository.get(other.id) == other


async def test_a_pending_connection_goes_live_once(repository: ConnectionRepository) -> None:
    stored = connection(new_id(), state=PENDING)
    await repository.add(stored)
    went = await asyncio.gather(*(repository.go_live(stored.id, NOW + 5, NOW + SECOND) for _ in range(20)))
    assert went.count(True) == 1
    assert await repository.get(stored.id) == replace(
        stored, state=ConnectionState.LIVE, lease_until=NOW + SECOND, window_start=NOW + 5
    )
    assert not await repository.go_live(new_id(), NOW, NOW + SECOND)


async def test_fan_out_finds_live_connections_of_the_room_by_id(repository: ConnectionRepository) -> None:
    room = new_id()
    rooms = frozenset({room, new_id()})
    second, first = connection("ada", rooms, id_=f"b {room}"), connection("bob", rooms, id_=f"a {room}")
    pending, elsewhere = connection("cleo", rooms, state=PENDING), connection("dan", frozenset({new_id()}))
    await store(repository, second, first, pending, elsewhere)
    assert await repository.live_in_room(room) == [recipient(first), recipient(second)]


async def test_fan_out_takes_a_range_of_ids(repository: ConnectionRepository) -> None:
    room = new_id()
    stored = [connection("user", frozenset({room}), id_=f"{letter} {room}") for letter in "abcde"]
    await store(repository, *stored)
    low, high = stored[1].id, stored[3].id
    assert await repository.live_in_room(room, low, high) == [recipient(it) for it in stored[1:3]]
    assert await repository.live_in_room(room, low) == [recipient(it) for it in stored[1:]]
    assert await repository.live_in_room(room, "", high) == [recipient(it) for it in stored[:3]]


async def test_a_room_of_hundreds_is_found_whole(repository: ConnectionRepository) -> None:
    room = new_id()
    stored = [connection("user", frozenset({room}), id_=f"{n:03} {room}") for n in range(250)]
    await asyncio.gather(*(repository.add(it) for it in stored))
    assert await repository.live_in_room(room) == [recipient(it) for it in stored]


async def test_the_live_connections_of_a_user_are_found(repository: ConnectionRepository) -> None:
    user = new_id()
    live, pending, others = connection(user), connection(user, state=PENDING), connection(new_id())
    await store(repository, live, pending, others)
    assert await repository.live_of_user(user) == [recipient(live)]


async def test_a_touch_renews_the_lease_and_counts_frames(repository: ConnectionRepository) -> None:
    stored = connection(new_id(), lease_until=NOW)
    await repository.add(stored)
    await repository.touch(stored.id, NOW + 1, NOW + SECOND, 3)
    await repository.touch(stored.id, NOW + RATE_WINDOW_US - 1, NOW + 2 * SECOND, 4)
    assert await repository.get(stored.id) == replace(stored, lease_until=NOW + 2 * SECOND, window_frames=7)


async def test_a_late_touch_does_not_shorten_the_lease(repository: ConnectionRepository) -> None:
    stored = connection(new_id(), lease_until=NOW + 9 * SECOND)
    await repository.add(stored)
    await repository.touch(stored.id, NOW + 1, NOW + SECOND, 0)
    assert (await got(repository, stored.id)).lease_until == NOW + 9 * SECOND


async def test_a_window_that_is_over_starts_anew(repository: ConnectionRepository) -> None:
    stored = replace(connection(new_id()), window_frames=500)
    await repository.add(stored)
    later = NOW + RATE_WINDOW_US
    await repository.touch(stored.id, later, later + SECOND, 2)
    assert await repository.get(stored.id) == replace(
        stored, lease_until=later + SECOND, window_start=later, window_frames=2
    )


async def test_a_touch_of_no_connection_stores_none(repository: ConnectionRepository) -> None:
    gone = new_id()
    await repository.touch(gone, NOW, NOW + SECOND, 1)
    assert await repository.get(gone) is None


async def test_watchers_are_live_and_share_a_room(repository: ConnectionRepository) -> None:
    user, room, other_room = new_id(), new_id(), new_id()
    watcher = connection("ada", frozenset({room}))
    apart = connection("bob", frozenset({other_room}))
    pending = connection("cleo", frozenset({room}), state=PENDING)
    await store(repository, watcher, apart, pending)
    for it in (watcher, apart, pending):
        await repository.watch(it.id, [new_id(), user])
    assert await repository.watching(user, [room, new_id()]) == [recipient(watcher)]
    assert {it.user for it in await repository.watching(user, [room, other_room])} == {"ada", "bob"}
    assert await repository.watching(user, []) == []


async def test_watching_others_replaces_whom_was_watched(repository: ConnectionRepository) -> None:
    before, after, room = new_id(), new_id(), new_id()
    watcher = connection("ada", frozenset({room}))
    await repository.add(watcher)
    await repository.watch(watcher.id, [before])
    await repository.watch(watcher.id, [after])
    assert await repository.watching(before, [room]) == []
    assert await repository.watching(after, [room]) == [recipient(watcher)]


async def test_a_user_is_online_until_the_last_lease_ends(repository: ConnectionRepository) -> None:
    ada, bob, cleo = new_id(), new_id(), new_id()
    await store(
        repository,
        connection(ada, lease_until=NOW + 1),
        connection(ada, lease_until=NOW + 5),
        connection(bob, lease_until=NOW + 2),
        connection(cleo, lease_until=NOW + 9, state=PENDING),
    )
    assert await repository.present([ada, bob, cleo, new_id()], NOW) == {ada: True, bob: True}
    assert await repository.present([ada, bob], NOW + 4) == {ada: True}
    assert await repository.present([ada], NOW + 5) == {}
    assert await repository.present([], NOW) == {}


async def test_a_user_is_active_with_one_device_that_is_not_idle(repository: ConnectionRepository) -> None:
    user, room = new_id(), new_id()
    phone, laptop = (connection(user, frozenset({room})) for _ in range(2))
    await store(repository, phone, laptop)
    for idle, active in (((phone,), True), ((phone, laptop), False), ((laptop,), True)):
        for it in (phone, laptop):
            await repository.set_idle(it.id, idle=it in idle)
        assert await repository.present([user], NOW) == {user: active}
        assert await repository.present_in_room(room, NOW) == {user: active}
    assert (await got(repository, laptop.id)).idle
    await repository.set_idle(new_id(), idle=True)


async def test_online_in_a_room_follows_live_connections_and_leases(repository: ConnectionRepository) -> None:
    room = new_id()
    rooms = frozenset({room})
    await store(
        repository,
        connection("ada", rooms, lease_until=NOW + 1),
        connection("bob", rooms, lease_until=NOW + 5),
        connection("cleo", rooms, state=PENDING),
        connection("dan", frozenset({new_id()})),
    )
    assert await repository.present_in_room(room, NOW) == {"ada": True, "bob": True}
    assert await repository.present_in_room(room, NOW + 1) == {"bob": True}


async def test_typing_ends_by_itself_or_when_the_user_stops(repository: ConnectionRepository) -> None:
    room, other = new_id(), new_id()
    ada, bob = connection("ada", frozenset({room, other})), connection("bob", frozenset({room}))
    await store(repository, ada, bob)
    await repository.set_typing(ada.id, room, NOW + 6)
    await repository.set_typing(bob.id, room, NOW + 9)
    assert await repository.typing_in_room(room, NOW) == {"ada", "bob"}
    assert await repository.typing_in_room(other, NOW) == set()
    assert await repository.typing_in_room(room, NOW + 6) == {"bob"}
    await repository.set_typing(bob.id, room, 0)
    assert await repository.typing_in_room(room, NOW) == {"ada"}


async def test_nobody_types_in_a_room_they_no_longer_have(repository: ConnectionRepository) -> None:
    room = new_id()
    ada = connection(new_id(), frozenset({room}))
    await repository.add(ada)
    await repository.set_typing(ada.id, room, NOW + SECOND)
    await repository.grant(ada.id, access(ada.user, 9))
    assert await repository.typing_in_room(room, NOW) == set()


async def test_a_removed_connection_is_returned_to_exactly_one(repository: ConnectionRepository) -> None:
    for _ in range(5):  # the first rounds open the connections that the others race on
        stored = connection(new_id(), frozenset({"room"}))
        await repository.add(stored)
        returned = await asyncio.gather(*(repository.remove(stored.id) for _ in range(20)))
        assert [it for it in returned if it is not None] == [stored]
        assert await repository.get(stored.id) is None


async def test_lapsed_are_live_ones_past_their_lease_and_pending_ones_too_old(
    repository: ConnectionRepository,
) -> None:
    # Far before the times of all other tests, so that their connections are not among the lapsed.
    then = 1_000_000 * SECOND
    dead = connection("user", lease_until=then)
    stuck = connection("user", state=PENDING, opened_at=then - 11, lease_until=then + SECOND)
    await store(
        repository,
        dead,
        stuck,
        connection("user", lease_until=then + 1, opened_at=then - 20),
        connection("user", state=PENDING, opened_at=then - 10, lease_until=then - 10),
    )
    found = await repository.lapsed(then, then - 10, 500)
    assert sorted(it.id for it in found) == sorted([dead.id, stuck.id])
    assert len(await repository.lapsed(then, then - 10, 1)) == 1
    for it in (dead, stuck):
        await repository.remove(it.id)


async def test_a_user_s_connections_are_counted_while_they_live_or_may_still_come_to(
    repository: ConnectionRepository,
) -> None:
    user = new_id()
    await store(
        repository,
        replace(connection(user), lease_until=NOW + SECOND),
        replace(connection(user), lease_until=NOW),
        replace(connection(user), state=PENDING, opened_at=NOW - SECOND),
        replace(connection(user), state=PENDING, opened_at=NOW - SECOND - 1),
        connection(new_id()),
    )
    assert await repository.count_of_user(user, NOW, NOW - SECOND) == 2
    assert await repository.count_of_user(new_id(), NOW, NOW - SECOND) == 0
