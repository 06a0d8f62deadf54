import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.domain.markers import ReadMarker
from chalicelib.repositories.base import MarkerRepository
from chalicelib.repositories.mongodb.markers import Markers
from tests.contract.made import NOW, new_id
from tests.fakes import FakeStores


@pytest.fixture(params=["fake", "mongodb"])
def repository(request: pytest.FixtureRequest, fakes: FakeStores) -> MarkerRepository:
    return fakes.markers if request.param == "fake" else Markers(request.getfixturevalue("mongodb"))


on_one_repository = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

places = st.tuples(st.integers(0, 4), st.integers(0, 3))
"""n and version."""


async def stored(repository: MarkerRepository, user: str, room: str) -> ReadMarker:
    return (await repository.of_user(user, [room])).get(room, ReadMarker())


async def test_a_marker_reads_back_as_it_was_set(repository: MarkerRepository) -> None:
    user, room = new_id(), new_id()
    assert await repository.mark(user, room, 2**40, NOW) == ReadMarker(2**40, NOW)
    assert await repository.of_user(user, [room]) == {room: ReadMarker(2**40, NOW)}


async def test_within_a_version_a_marker_only_rises(repository: MarkerRepository) -> None:
    user, room = new_id(), new_id()
    for n, expected in ((5, 5), (3, 5), (5, 5), (6, 6)):
        assert await repository.mark(user, room, n, 0) == ReadMarker(expected, 0)
        assert await stored(repository, user, room) == ReadMarker(expected, 0)


async def test_a_higher_version_lowers_it_and_a_lower_one_is_too_late(repository: MarkerRepository) -> None:
    user, room = new_id(), new_id()
    await repository.mark(user, room, 9, 0)
    assert await repository.mark(user, room, 2, 1) == ReadMarker(2, 1)
    assert await repository.mark(user, room, 9, 0) == ReadMarker(2, 1)
    assert await repository.mark(user, room, 3, 1) == ReadMarker(3, 1)
    assert await stored(repository, user, room) == ReadMarker(3, 1)


async def test_setting_a_marker_to_where_it_is_without_one_stores_none(repository: MarkerRepository) -> None:
    user, room = new_id(), new_id()
    assert await repository.mark(user, room, 0, 0) == ReadMarker(0, 0)
    assert await repository.of_user(user, [room]) == {}


async def test_marking_everything_unread_is_stored(repository: MarkerRepository) -> None:
    user, room = new_id(), new_id()
    assert await repository.mark(user, room, 0, 1) == ReadMarker(0, 1)
    assert await repository.of_user(user, [room]) == {room: ReadMarker(0, 1)}


async def test_markers_are_each_users_own_in_each_room(repository: MarkerRepository) -> None:
    (ada, bob), (one, other, none) = (new_id(), new_id()), (new_id(), new_id(), new_id())
    await repository.mark(ada, one, 1, 0)
    await repository.mark(ada, other, 2, 0)
    await repository.mark(bob, one, 3, 0)
    assert await repository.of_user(ada, [one, none]) == {one: ReadMarker(1, 0)}
    assert await repository.of_user(ada, [one, other]) == {one: ReadMarker(1, 0), other: ReadMarker(2, 0)}
    assert await repository.of_user(bob, [one, other, none]) == {one: ReadMarker(3, 0)}
    assert await repository.of_user(bob, []) == {}


@on_one_repository
@given(marks=st.lists(places, min_size=1, max_size=8))
async def test_in_any_order_marks_come_to_the_highest(
    repository: MarkerRepository, marks: list[tuple[int, int]]
) -> None:
    user, room = new_id(), new_id()
    highest = ReadMarker()
    for n, version in marks:
        highest = max(highest, ReadMarker(n, version), key=lambda it: (it.version, it.n))
        assert await repository.mark(user, room, n, version) == highest
    assert await stored(repository, user, room) == highest


@on_one_repository
@given(marks=st.lists(places, min_size=1, max_size=8))
async def test_at_once_marks_come_to_the_highest(repository: MarkerRepository, marks: list[tuple[int, int]]) -> None:
    user, room = new_id(), new_id()
    answers = await asyncio.gather(*(repository.mark(user, room, n, version) for n, version in marks))
    highest = max((ReadMarker(*mark) for mark in marks), key=lambda it: (it.version, it.n))
    assert await stored(repository, user, room) == highest
    # Nobody is told less than what was asked for.
    for (n, version), answer in zip(marks, answers, strict=True):
        assert (answer.version, answer.n) >= (version, n)


async def test_forgetting_a_users_markers_leaves_those_of_others(repository: MarkerRepository) -> None:
    user, other, rooms = new_id(), new_id(), [new_id(), new_id()]
    for room in rooms:
        await repository.mark(user, room, 3, 0)
        await repository.mark(other, room, 4, 0)
    for _ in range(2):
        await repository.forget(user)
    assert await repository.of_user(user, rooms) == {}
    assert await repository.of_user(other, rooms) == {room: ReadMarker(4, 0) for room in rooms}
