import asyncio
from collections.abc import Sequence
from dataclasses import replace

import asyncpg
import pytest

from chalicelib.domain.access import AccessChange, ChangeKind
from chalicelib.domain.accounts import User, key
from chalicelib.domain.rooms import ListedRoom, Member, MyRoom, Role, Room, Visibility, dm_key
from chalicelib.errors import Conflict
from chalicelib.repositories.postgres.connection import Link
from tests.contract.conftest import Environment
from tests.contract.made import NOW, dm, new_id, room, stored_account, stored_user


async def stored_room(environment: Environment, owner: str, *others: str) -> Room:
    made = room()
    await environment.rooms.create(made, owner, new_id())
    for user in others:
        await environment.rooms.join(made.id, user, user, new_id(), NOW)
    return made


async def members(environment: Environment, of: Room) -> dict[str, Role]:
    return {it.user.id: it.role for it in await environment.rooms.members(of.id)}


async def version(environment: Environment, user: str) -> int:
    return (await environment.outbox.snapshot(user, NOW)).version


async def test_a_room_reads_back_as_it_was_stored(environment: Environment) -> None:
    made = replace(room("Ω 🙂"), visibility=Visibility.PRIVATE)
    owner = await stored_user(environment)
    event = new_id()
    change = await environment.rooms.create(made, owner, event)
    assert change is not None
    assert change == AccessChange(change.id, owner, ChangeKind.JOINED, made.id, owner, event)
    assert await environment.rooms.get(made.id) == made
    assert await environment.rooms.mine(made.id, owner) == MyRoom(made, Role.OWNER, None)


async def test_an_unknown_room_is_nobodys(environment: Environment) -> None:
    user = await stored_user(environment)
    assert await environment.rooms.get(new_id()) is None
    assert await environment.rooms.mine(new_id(), user) is None
    assert await environment.rooms.members(new_id()) == []
    assert await environment.rooms.of_user(user) == []


async def test_creating_a_room_again_changes_nothing(environment: Environment) -> None:
    owner = await stored_user(environment)
    made = await stored_room(environment, owner)
    assert await environment.rooms.create(replace(made, topic="Other"), owner, new_id()) is None
    assert await environment.rooms.get(made.id) == made
    assert await version(environment, owner) == 1


async def test_created_by_several_at_once_a_room_has_one_first_member(environments: Sequence[Environment]) -> None:
    owner = await stored_user(environments[0])
    made = room()
    changes = await asyncio.gather(*(it.rooms.create(made, owner, new_id()) for it in environments))
    assert len([it for it in changes if it is not None]) == 1
    assert await members(environments[0], made) == {owner: Role.OWNER}


async def test_the_id_of_anothers_room_is_refused(environment: Environment) -> None:
    made = await stored_room(environment, await stored_user(environment))
    stranger = await stored_user(environment)
    with pytest.raises(Conflict) as refused:
        await environment.rooms.create(replace(room(), id=made.id), stranger, new_id())
    assert refused.value.details == {"field": "id"}
    assert await environment.rooms.of_user(stranger) == []
    assert await version(environment, stranger) == 0


async def test_a_public_room_cannot_have_the_name_of_another(environment: Environment) -> None:
    made = await stored_room(environment, await stored_user(environment))
    owner = await stored_user(environment)
    again = replace(room(), name=made.name.upper())
    with pytest.raises(Conflict) as refused:
        await environment.rooms.create(again, owner, new_id())
    assert refused.value.details == {"field": "name"}
    assert await environment.rooms.get(again.id) is None
    private = replace(again, visibility=Visibility.PRIVATE)
    assert await environment.rooms.create(private, owner, new_id()) is not None


async def test_the_rooms_of_a_user_come_by_id(environment: Environment) -> None:
    ada, bob = await stored_user(environment), await stored_user(environment)
    theirs = [await stored_room(environment, bob, ada), await stored_room(environment, ada)]
    await stored_room(environment, bob)
    assert await environment.rooms.of_user(ada) == [
        MyRoom(it, role, None)
        for it, role in sorted(zip(theirs, (Role.MEMBER, Role.OWNER), strict=True), key=lambda pair: pair[0].id)
    ]


async def test_public_rooms_are_listed_by_name_with_who_is_in_them(environment: Environment) -> None:
    ada, bob = await stored_user(environment), await stored_user(environment)
    tail = new_id()
    named = [replace(room(), name=f"{name} {tail}") for name in ("Öl", "beta", "Alpha")]
    hidden = replace(room(), name=f"hidden {tail}", visibility=Visibility.PRIVATE)
    for it in (*named, hidden):
        await environment.rooms.create(it, ada, new_id())
    await environment.rooms.join(named[1].id, bob, bob, new_id(), NOW)
    listed = await environment.rooms.browse(bob, key(tail), "", 10)
    assert listed == [
        ListedRoom(named[2], 1, joined=False),
        ListedRoom(named[1], 2, joined=True),
        ListedRoom(named[0], 1, joined=False),
    ]
    assert await environment.rooms.browse(bob, key(tail), "", 2) == listed[:2]
    assert await environment.rooms.browse(bob, key(tail), key(named[2].name), 10) == listed[1:]
    assert await environment.rooms.browse(bob, key(f"BETA {tail}"), "", 10) == listed[1:2]


async def test_all_rooms_of_the_workspace_are_listed_the_latest_first(environment: Environment) -> None:
    ada, bob = await stored_user(environment), await stored_user(environment)
    made = [room("Öl"), room("attic", Visibility.PRIVATE), room("cellar", Visibility.PRIVATE)]
    for it in made:
        await environment.rooms.create(it, ada, new_id())
    await environment.rooms.join(made[2].id, bob, bob, new_id(), NOW)
    between = dm()
    events = (new_id(), new_id())
    await environment.rooms.open_dm(between, dm_key(ada, bob), (ada, bob), events)
    deleted = room()
    await environment.rooms.create(deleted, ada, new_id())
    await environment.endings.delete(deleted.id, ada, lambda _by, _who: None, new_id, NOW)
    expected = [ListedRoom(it, 2 if it is made[2] else 1, joined=it is made[2]) for it in made]
    expected.sort(key=lambda it: it.room.id, reverse=True)
    found = await environment.rooms.of_workspace(bob, "", None, 10)
    assert [it for it in found if it.room.id in {between.id, deleted.id, *(it.id for it in made)}] == expected
    assert await environment.rooms.of_workspace(bob, "", expected[0].room.id, 1) == expected[1:2]


async def test_a_search_finds_no_private_room_for_who_is_outside(environment: Environment) -> None:
    ada, bob = await stored_user(environment), await stored_user(environment)
    tail = new_id()
    public, private = [
        replace(room(), name=f"{it.value} {tail}", visibility=it) for it in (Visibility.PUBLIC, Visibility.PRIVATE)
    ]
    for it in (public, private):
        await environment.rooms.create(it, ada, new_id())

    async def found(user: str) -> set[Room]:
        return {it.room for it in await environment.rooms.of_workspace(user, key(tail), None, 10)}

    assert await found(ada) == {private, public}
    assert await found(bob) == {public}


@pytest.mark.parametrize("text", ["%", "_", "\\", "\0", "\ud800"])
async def test_browsing_takes_every_character_as_itself(environment: Environment, text: str) -> None:
    made = await stored_room(environment, await stored_user(environment))
    assert await environment.rooms.browse("nobody", text + key(made.name), "", 10) == []
    assert await environment.rooms.of_workspace("nobody", text + key(made.name), None, 10) == []


async def test_members_come_by_name_with_their_role_and_time(environment: Environment) -> None:
    zoe, adam = await stored_account(environment, "zoe"), await stored_account(environment, "Adam")
    made = await stored_room(environment, zoe.id)
    await environment.rooms.join(made.id, adam.id, adam.id, new_id(), NOW + 9)
    assert await environment.rooms.members(made.id) == [
        Member(User(adam.id, adam.name), Role.MEMBER, NOW + 9),
        Member(User(zoe.id, zoe.name), Role.OWNER, NOW),
    ]


async def test_joining_is_a_change_once(environment: Environment) -> None:
    owner, user = await stored_user(environment), await stored_user(environment)
    made = await stored_room(environment, owner)
    event = new_id()
    change = await environment.rooms.join(made.id, user, owner, event, NOW)
    assert change is not None
    assert change == AccessChange(change.id, user, ChangeKind.JOINED, made.id, owner, event)
    assert await environment.rooms.join(made.id, user, owner, new_id(), NOW) is None
    assert await environment.rooms.join(made.id, owner, owner, new_id(), NOW) is None
    assert await members(environment, made) == {owner: Role.OWNER, user: Role.MEMBER}
    assert await version(environment, user) == 1


async def test_joining_several_times_at_once_is_one_change(environments: Sequence[Environment]) -> None:
    owner, user = await stored_user(environments[0]), await stored_user(environments[0])
    made = await stored_room(environments[0], owner)
    changes = await asyncio.gather(*(it.rooms.join(made.id, user, user, new_id(), NOW) for it in environments))
    assert len([it for it in changes if it is not None]) == 1
    assert await version(environments[0], user) == 1


async def test_leaving_is_a_change_once(environment: Environment) -> None:
    owner, user = await stored_user(environment), await stored_user(environment)
    made = await stored_room(environment, owner, user)
    event = new_id()
    change = await environment.rooms.leave(made.id, user, owner, event, NOW)
    assert change is not None
    assert change == AccessChange(change.id, user, ChangeKind.LEFT, made.id, owner, event)
    assert await environment.rooms.leave(made.id, user, owner, new_id(), NOW) is None
    assert await members(environment, made) == {owner: Role.OWNER}
    assert await version(environment, user) == 2


async def test_the_last_owner_cannot_leave_the_others(environment: Environment) -> None:
    owner, user = await stored_user(environment), await stored_user(environment)
    made = await stored_room(environment, owner, user)
    with pytest.raises(Conflict):
        await environment.rooms.leave(made.id, owner, owner, new_id(), NOW)
    assert await members(environment, made) == {owner: Role.OWNER, user: Role.MEMBER}
    assert await version(environment, owner) == 1


async def test_a_room_that_everybody_left_is_still_there(environment: Environment) -> None:
    owner, user = await stored_user(environment), await stored_user(environment)
    made = await stored_room(environment, owner, user)
    for it in (user, owner):
        assert await environment.rooms.leave(made.id, it, it, new_id(), NOW) is not None
    assert await environment.rooms.get(made.id) == made
    assert await members(environment, made) == {}


async def test_whoever_joins_an_empty_room_owns_it(environment: Environment) -> None:
    owner, first, second = [await stored_user(environment) for _ in range(3)]
    made = await stored_room(environment, owner)
    await environment.rooms.leave(made.id, owner, owner, new_id(), NOW)
    for it in (first, second):
        await environment.rooms.join(made.id, it, it, new_id(), NOW)
    assert await members(environment, made) == {first: Role.OWNER, second: Role.MEMBER}


async def test_somebody_who_joins_while_the_owner_leaves_is_not_left_without_one(
    postgres_environments: Sequence[Environment], postgres_url: str
) -> None:
    """The owner has left and is not committed yet: a join that does not wait would see the room as inhabited."""
    one, other = postgres_environments[:2]
    owner, user = await stored_user(one), await stored_user(one)
    made = await stored_room(one, owner)
    rival = await asyncpg.connect(postgres_url)
    async with rival.transaction():
        # Both changes end with an outbox row, so this holds them just before their commit.
        await rival.execute("lock table outbox in share row exclusive mode")
        leaving = asyncio.create_task(one.rooms.leave(made.id, owner, owner, new_id(), NOW))
        await until_waiting(rival, 1)
        joining = asyncio.create_task(other.rooms.join(made.id, user, user, new_id(), NOW))
        await until_waiting(rival, 2)
    assert None not in await asyncio.gather(leaving, joining)
    await rival.close()
    assert await members(one, made) == {user: Role.OWNER}


async def until_waiting(rival: Link, transactions: int) -> None:
    """So many others wait for a lock."""
    async with asyncio.timeout(10):
        while await rival.fetchval("select count(*) from pg_locks where not granted") < transactions:
            pass


async def test_a_direct_message_has_both_and_each_is_the_others_peer(environment: Environment) -> None:
    ada, bob = await stored_user(environment), await stored_user(environment)
    made, events = dm(), (new_id(), new_id())
    opened, changes = await environment.rooms.open_dm(made, dm_key(ada, bob), (ada, bob), events)
    assert opened == made
    assert [replace(it, id=0) for it in changes] == [
        AccessChange(0, ada, ChangeKind.JOINED, made.id, ada, events[0]),
        AccessChange(0, bob, ChangeKind.JOINED, made.id, ada, events[1]),
    ]
    assert await environment.rooms.mine(made.id, ada) == MyRoom(made, Role.MEMBER, bob)
    assert await environment.rooms.mine(made.id, bob) == MyRoom(made, Role.MEMBER, ada)


async def test_a_pair_has_one_direct_message_whoever_opens_it(environment: Environment) -> None:
    ada, bob = await stored_user(environment), await stored_user(environment)
    first, _ = await environment.rooms.open_dm(dm(), dm_key(ada, bob), (ada, bob), (new_id(), new_id()))
    again, changes = await environment.rooms.open_dm(dm(), dm_key(bob, ada), (bob, ada), (new_id(), new_id()))
    assert (again, changes) == (first, [])
    assert [await version(environment, it) for it in (ada, bob)] == [1, 1]


async def test_opened_by_both_at_once_a_direct_message_is_one(environments: Sequence[Environment]) -> None:
    for _ in range(10):
        pair = [await stored_user(environments[0]) for _ in range(2)]
        outcomes = await asyncio.gather(
            *(
                each.rooms.open_dm(dm(), dm_key(*pair), (pair[n % 2], pair[1 - n % 2]), (new_id(), new_id()))
                for n, each in enumerate(environments)
            )
        )
        assert len({opened.id for opened, _ in outcomes}) == 1
        assert sorted(it.user for _, changes in outcomes for it in changes) == sorted(pair)
        assert await members(environments[0], outcomes[0][0]) == dict.fromkeys(pair, Role.MEMBER)


async def test_somebody_who_left_a_direct_message_is_admitted_again(environment: Environment) -> None:
    ada, bob = await stored_user(environment), await stored_user(environment)
    opened, _ = await environment.rooms.open_dm(dm(), dm_key(ada, bob), (ada, bob), (new_id(), new_id()))
    await environment.rooms.leave(opened.id, bob, bob, new_id(), NOW)
    assert await environment.rooms.mine(opened.id, ada) == MyRoom(opened, Role.MEMBER, bob)
    event = new_id()
    again, changes = await environment.rooms.open_dm(dm(), dm_key(ada, bob), (ada, bob), (new_id(), event))
    assert again == opened
    assert [(it.user, it.event) for it in changes] == [(bob, event)]
    assert await environment.rooms.mine(opened.id, bob) == MyRoom(opened, Role.MEMBER, ada)


async def test_direct_messages_opened_in_a_ring_do_not_wait_in_a_circle(
    postgres_environments: Sequence[Environment], postgres_url: str
) -> None:
    watcher = await asyncpg.connect(postgres_url)
    deadlocks = "select deadlocks from pg_stat_database where datname = current_database()"
    before = await watcher.fetchval(deadlocks)
    for _ in range(5):
        users = [await stored_user(postgres_environments[0]) for _ in range(4)]
        pairs = zip(users, [*users[1:], users[0]], strict=True)
        await asyncio.gather(
            *(
                each.rooms.open_dm(dm(), dm_key(*pair), pair, (new_id(), new_id()))
                for each, pair in zip(postgres_environments, pairs, strict=True)
            )
        )
    assert await watcher.fetchval(deadlocks) == before
    await watcher.close()


async def test_a_renamed_room_has_its_new_name_and_topic_and_all_else_as_it_was(environment: Environment) -> None:
    owner = await stored_user(environment)
    made, other = await stored_room(environment, owner), await stored_room(environment, owner)
    name = f"Renamed {made.id}"
    event = new_id()
    change = await environment.rooms.rename(made.id, name, "Another topic", owner, event, NOW)
    assert change is not None
    assert (change.kind, change.user, change.room, change.actor, change.event) == (
        ChangeKind.UPDATED,
        owner,
        made.id,
        owner,
        event,
    )
    assert await environment.rooms.get(made.id) == replace(made, name=name, topic="Another topic")
    assert await environment.rooms.get(other.id) == other
    assert [it.room.id for it in await environment.rooms.browse(owner, key(name), "", 9)] == [made.id]
    assert await environment.rooms.browse(owner, key(made.name), "", 9) == []


async def test_a_public_room_cannot_take_another_public_rooms_name(environment: Environment) -> None:
    owner = await stored_user(environment)
    made, other = await stored_room(environment, owner), await stored_room(environment, owner)
    with pytest.raises(Conflict) as refusal:
        await environment.rooms.rename(made.id, other.name.upper(), "Topic", owner, new_id(), NOW)
    assert refusal.value.details == {"field": "name"}
    assert await environment.rooms.get(made.id) == made


async def test_a_room_can_keep_its_name_and_a_private_one_can_have_any(environment: Environment) -> None:
    owner = await stored_user(environment)
    made, private = await stored_room(environment, owner), replace(room(), visibility=Visibility.PRIVATE)
    await environment.rooms.create(private, owner, new_id())
    for renamed in (made, private):
        await environment.rooms.rename(renamed.id, made.name, "Another topic", owner, new_id(), NOW)
        assert await environment.rooms.get(renamed.id) == replace(renamed, name=made.name, topic="Another topic")


async def test_what_is_not_given_stays_as_it_is(environment: Environment) -> None:
    owner = await stored_user(environment)
    made = await stored_room(environment, owner)
    await environment.rooms.rename(made.id, None, "Another topic", owner, new_id(), NOW)
    await environment.rooms.rename(made.id, f"Renamed {made.id}", None, owner, new_id(), NOW)
    assert await environment.rooms.get(made.id) == replace(made, name=f"Renamed {made.id}", topic="Another topic")


async def test_a_change_that_comes_again_does_not_undo_a_later_one(environments: Sequence[Environment]) -> None:
    rooms, owner = environments[0].rooms, await stored_user(environments[0])
    made = await stored_room(environments[0], owner)
    first = new_id()
    changes = await asyncio.gather(*(it.rooms.rename(made.id, None, "1", owner, first, NOW) for it in environments))
    assert [it is not None for it in changes].count(True) == 1
    await rooms.rename(made.id, None, "2", owner, new_id(), NOW)
    assert await rooms.rename(made.id, None, "1", owner, first, NOW) is None
    assert await rooms.get(made.id) == replace(made, topic="2")


async def test_what_is_forgotten_of_changes_is_older_than_it_was_said(environment: Environment) -> None:
    owner = await stored_user(environment)
    made, old, new = await stored_room(environment, owner), new_id(), new_id()
    for event, at in ((old, NOW - 1), (new, NOW)):
        await environment.rooms.rename(made.id, None, "Topic", owner, event, at)
    await environment.rooms.forget_changes(NOW)
    assert await environment.rooms.rename(made.id, None, "Topic", owner, new, NOW) is None
    assert await environment.rooms.rename(made.id, None, "Topic", owner, old, NOW) is not None


async def test_a_change_that_was_refused_can_come_again(environment: Environment) -> None:
    owner = await stored_user(environment)
    made, other = await stored_room(environment, owner), await stored_room(environment, owner)
    event = new_id()
    with pytest.raises(Conflict):
        await environment.rooms.rename(made.id, other.name, None, owner, event, NOW)
    assert await environment.rooms.rename(made.id, None, "Topic", owner, event, NOW) is not None
