import asyncio

import pytest

from chalicelib.repositories.base import AttemptRepository
from chalicelib.repositories.mongodb.attempts import Attempts
from tests.contract.made import NOW, new_id
from tests.contract.test_tickets import FAR_US
from tests.fakes import FakeStores


@pytest.fixture(params=["fake", "mongodb"])
def repository(request: pytest.FixtureRequest, fakes: FakeStores) -> AttemptRepository:
    return fakes.attempts if request.param == "fake" else Attempts(request.getfixturevalue("mongodb"))


async def test_as_many_attempts_as_allowed_are_taken_and_no_more(repository: AttemptRepository) -> None:
    key = new_id()
    assert [await repository.take(key, 3, FAR_US) for _ in range(5)] == [True, True, True, False, False]
    assert await repository.take(new_id(), 3, FAR_US)


async def test_of_twenty_at_once_exactly_as_many_as_allowed_are_taken(repository: AttemptRepository) -> None:
    for key in (new_id(), new_id()):
        taken = await asyncio.gather(*(repository.take(key, 7, FAR_US) for _ in range(20)))
        assert sum(taken) == 7


async def test_one_that_is_given_back_can_be_taken_again(repository: AttemptRepository) -> None:
    key = new_id()
    await repository.give_back(key)
    assert [await repository.take(key, 1, FAR_US) for _ in range(2)] == [True, False]
    await repository.give_back(key)
    assert [await repository.take(key, 1, FAR_US) for _ in range(2)] == [True, False]


async def test_what_is_forgotten_starts_from_none(repository: AttemptRepository) -> None:
    key = new_id()
    await repository.forget(key)
    assert [await repository.take(key, 2, FAR_US) for _ in range(3)] == [True, True, False]
    await repository.forget(key)
    assert await repository.take(key, 1, FAR_US)


async def test_a_note_is_there_up_to_its_end(repository: AttemptRepository) -> None:
    key = new_id()
    assert not await repository.noted(key, NOW)
    await repository.note(key, FAR_US)
    assert await repository.noted(key, FAR_US - 1)
    assert not await repository.noted(key, FAR_US)


async def test_what_many_add_at_once_is_counted_in_full(repository: AttemptRepository) -> None:
    key = new_id()
    assert await repository.add(key, 5, FAR_US) == 5
    totals = await asyncio.gather(*(repository.add(key, 2, FAR_US) for _ in range(20)))
    assert min(totals) >= 7
    assert max(totals) == 45


async def test_the_first_of_many_that_add_at_once_loses_nothing(repository: AttemptRepository) -> None:
    for key in (new_id(), new_id()):
        assert max(await asyncio.gather(*(repository.add(key, 1, FAR_US) for _ in range(20)))) == 20


async def test_what_is_over_is_dropped_and_nothing_else(repository: AttemptRepository) -> None:
    over, running, noted, remembered = new_id(), new_id(), new_id(), new_id()
    assert await repository.take(over, 1, NOW)
    await repository.add(running, 3, NOW + 1)
    await repository.note(noted, NOW)
    await repository.note(remembered, NOW + 1)
    await repository.drop_expired(NOW)
    assert await repository.take(over, 1, FAR_US)
    assert await repository.add(running, 1, FAR_US) == 4
    assert not await repository.noted(noted, NOW - 1)
    assert await repository.noted(remembered, NOW)
