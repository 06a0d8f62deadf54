import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.repositories.base import MentionRepository
from chalicelib.repositories.mongodb.client import Database
from chalicelib.repositories.mongodb.mentions import Mentions
from tests.contract.made import new_id
from tests.fakes import FakeStores


@pytest.fixture(params=["fake", "mongodb"])
def repository(request: pytest.FixtureRequest, fakes: FakeStores) -> MentionRepository:
    return fakes.mentions if request.param == "fake" else Mentions(request.getfixturevalue("mongodb"))


on_one_repository = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def users(count: int) -> list[str]:
    """Ids nobody else has: mentions are looked up by user first."""
    return [new_id() for _ in range(count)]


async def mentions(repository: MentionRepository, user: str, room: str) -> list[int]:
    return (await repository.after(user, {room: 0})).get(room, [])


async def test_a_mention_is_of_its_user_room_and_number(repository: MentionRepository) -> None:
    room, other = new_id(), new_id()
    ada, bob, eve = users(3)
    await repository.note(room, 7, [ada, bob, ada], seq=9)
    await repository.note(other, 8, [bob], seq=9)
    assert await repository.after(ada, {room: 0, other: 0}) == {room: [7]}
    assert await repository.after(bob, {room: 0, other: 0}) == {room: [7], other: [8]}
    assert await repository.after(eve, {room: 0, other: 0}) == {}
    assert await repository.after(ada, {other: 0}) == {}
    assert await repository.after(ada, {}) == {}


async def test_only_what_is_above_a_rooms_value_is_given_ascending(repository: MentionRepository) -> None:
    room, other = new_id(), new_id()
    (ada,) = users(1)
    for n in (100, 9, 20, 3):
        await repository.note(room, n, [ada], seq=n)
        await repository.note(other, n, [ada], seq=n)
    assert await repository.after(ada, {room: 3, other: 20}) == {room: [9, 20, 100], other: [100]}
    assert await repository.after(ada, {room: 100, other: 99}) == {other: [100]}


async def test_many_rooms_are_asked_about_at_once(repository: MentionRepository) -> None:
    (ada,), rooms = users(1), [new_id() for _ in range(60)]
    await asyncio.gather(*(repository.note(room, place, [ada], 1) for place, room in enumerate(rooms, 1)))
    expected = {room: [place] for place, room in enumerate(rooms, 1) if place > 30}
    assert await repository.after(ada, dict.fromkeys(rooms, 30)) == expected


async def test_a_later_note_replaces_all_of_an_earlier_one(repository: MentionRepository) -> None:
    room = new_id()
    ada, bob, eve = users(3)
    await repository.note(room, 1, [ada, bob], seq=1)
    await repository.note(room, 1, [bob, eve], seq=2)
    assert [await mentions(repository, user, room) for user in (ada, bob, eve)] == [[], [1], [1]]


async def test_a_note_of_nobody_forgets_everybody_until_a_later_one(repository: MentionRepository) -> None:
    room = new_id()
    (ada,) = users(1)
    await repository.note(room, 1, [ada], seq=1)
    await repository.note(room, 1, [], seq=2)
    assert await mentions(repository, ada, room) == []
    await repository.note(room, 1, [ada], seq=1)
    assert await mentions(repository, ada, room) == []
    await repository.note(room, 1, [ada], seq=3)
    assert await mentions(repository, ada, room) == [1]


async def test_a_note_of_nobody_refuses_an_earlier_one_that_comes_after_it(repository: MentionRepository) -> None:
    room = new_id()
    (ada,) = users(1)
    await repository.note(room, 1, [], seq=5)
    await repository.note(room, 1, [ada], seq=1)
    assert await mentions(repository, ada, room) == []


notes = st.lists(st.tuples(st.integers(1, 2), st.sets(st.integers(0, 2))), min_size=1, max_size=8)
"""Message and whom it mentions, in the order of the log."""


@on_one_repository
@given(data=st.data(), noted=notes)
async def test_in_any_order_and_again_the_latest_note_is_what_counts(
    repository: MentionRepository, data: st.DataObject, noted: list[tuple[int, set[int]]]
) -> None:
    room, people = new_id(), users(3)
    log = [(n, [people[place] for place in named], seq) for seq, (n, named) in enumerate(noted, 1)]
    repeats = data.draw(st.lists(st.sampled_from(log), max_size=4), label="repeats")
    order = data.draw(st.permutations([*log, *repeats]), label="order")
    if data.draw(st.booleans(), label="at once"):
        await asyncio.gather(*(repository.note(room, *it) for it in order))
    else:
        for it in order:
            await repository.note(room, *it)
    latest = {n: named for n, named, _ in log}
    for user in people:
        assert await mentions(repository, user, room) == sorted(n for n, named in latest.items() if user in named)


async def test_the_server_drops_what_mentions_nobody_after_a_day_and_nothing_else(mongodb: Database) -> None:
    repository, room = Mentions(mongodb), new_id()
    (ada,) = users(1)
    await repository.note(room, 1, [ada], seq=1)
    await repository.note(room, 2, [], seq=2)
    await repository.note(room, 3, [], seq=3)
    await repository.note(room, 3, [ada], seq=4)
    documents = await mongodb["mentions"].find({"room": room}).to_list()
    assert [it["n"] for it in documents if "emptied_at" in it] == [2]
    indexes = await mongodb["mentions"].index_information()
    assert (list(indexes["expiry"]["key"]), indexes["expiry"]["expireAfterSeconds"]) == ([("emptied_at", 1)], 24 * 3600)


async def test_an_erased_room_mentions_nobody(repository: MentionRepository) -> None:
    room, other = new_id(), new_id()
    (ada,) = users(1)
    for where in (room, other):
        await repository.note(where, 1, [ada], seq=1)
        await repository.note(where, 20, [ada], seq=20)
    await repository.erase(room)
    assert await mentions(repository, ada, room) == []
    assert await mentions(repository, ada, other) == [1, 20]
