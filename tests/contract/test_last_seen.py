"""When users were last seen."""

import asyncio

import pytest

from chalicelib.repositories.base import LastSeenRepository
from chalicelib.repositories.mongodb.last_seen import LastSeen
from tests.contract.made import NOW, SECOND, new_id
from tests.fakes import FakeStores


@pytest.fixture(params=["fake", "mongodb"])
def repository(request: pytest.FixtureRequest, fakes: FakeStores) -> LastSeenRepository:
    return fakes.last_seen if request.param == "fake" else LastSeen(request.getfixturevalue("mongodb"))


async def test_the_latest_time_counts_in_whatever_order_it_comes(repository: LastSeenRepository) -> None:
    user, other, never = new_id(), new_id(), new_id()
    await asyncio.gather(*(repository.note(user, NOW + at * SECOND) for at in (3, 9, 1, 7)))
    await repository.note(user, NOW)
    await repository.note(other, NOW)
    assert await repository.of([user, other, never]) == {user: NOW + 9 * SECOND, other: NOW}
    assert await repository.of([]) == {}


async def test_who_was_forgotten_was_never_seen(repository: LastSeenRepository) -> None:
    user, other = new_id(), new_id()
    for it in (user, other):
        await repository.note(it, NOW)
    for _ in range(2):
        await repository.forget(user)
    assert await repository.of([user, other]) == {other: NOW}
