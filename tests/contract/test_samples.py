"""Samples of what flushes did, minute by minute."""

import asyncio
from itertools import count
from typing import Final

import pytest

from chalicelib.domain.samples import HOUR_US, MINUTE_US, Sample
from chalicelib.repositories.base import SampleRepository
from chalicelib.repositories.mongodb.samples import Samples
from tests.fakes import FakeStores

_HOURS: Final = count(10, 10)


@pytest.fixture(params=["fake", "mongodb"])
def repository(request: pytest.FixtureRequest, fakes: FakeStores) -> SampleRepository:
    return fakes.samples if request.param == "fake" else Samples(request.getfixturevalue("mongodb"))


@pytest.fixture
def hour() -> int:
    """The first of ten hours that no other test writes to: the store is shared."""
    return next(_HOURS) * HOUR_US


async def test_what_is_known_is_read_by_the_minute_and_by_the_hour(repository: SampleRepository, hour: int) -> None:
    first, last = hour, hour + 59 * MINUTE_US
    after = hour + HOUR_US
    known = {first: Sample(7, 9, 0, 0, 41), last: Sample(2, 2, 3, 5, 12), after: Sample(messages=1)}
    await repository.add(known)
    assert await repository.minutes(hour, hour + 2 * HOUR_US) == known
    assert await repository.minutes(first + MINUTE_US, after) == {last: known[last]}
    assert await repository.hours(hour, after + HOUR_US) == {
        hour: Sample(9, 11, 3, 5, 41),
        after: Sample(1, 0, 0, None, None),
    }
    assert await repository.hours(hour, after) == {hour: Sample(9, 11, 3, 5, 41)}


async def test_of_a_minute_nobody_knows_there_is_nothing(repository: SampleRepository, hour: int) -> None:
    await repository.add({})
    assert await repository.minutes(hour, hour + HOUR_US) == {}
    assert await repository.hours(hour, hour + HOUR_US) == {}


async def test_what_many_add_to_a_minute_at_once_is_counted_in_full(repository: SampleRepository, hour: int) -> None:
    await asyncio.gather(*(repository.add({hour: Sample(1, 2, 1, it, 20 - it)}) for it in range(20)))
    assert await repository.minutes(hour, hour + MINUTE_US) == {hour: Sample(20, 40, 20, 19, 20)}


async def test_hours_that_are_over_are_dropped_and_no_other(repository: SampleRepository, hour: int) -> None:
    kept = {hour + HOUR_US: Sample(2), hour + HOUR_US + 30 * MINUTE_US: Sample(3)}
    await repository.add({hour + HOUR_US - MINUTE_US: Sample(1), **kept})
    await repository.drop_before(hour + HOUR_US + 20 * MINUTE_US)
    assert await repository.minutes(hour, hour + 2 * HOUR_US) == kept
