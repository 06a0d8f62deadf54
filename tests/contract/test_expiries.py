"""Notes of what may be deleted from the log when."""

from typing import Final

import pytest

from chalicelib.repositories.base import Expiry, ExpiryRepository
from chalicelib.repositories.mongodb.expiries import Expiries
from tests.contract.made import new_id
from tests.fakes import FakeStores

HOUR_US: Final = 3600 * 1_000_000
NINE: Final = 450_009 * HOUR_US
MANY: Final = 10_000


@pytest.fixture(params=["fake", "mongodb"])
def repository(request: pytest.FixtureRequest, fakes: FakeStores) -> ExpiryRepository:
    return fakes.expiries if request.param == "fake" else Expiries(request.getfixturevalue("mongodb"))


async def due(repository: ExpiryRepository, now: int, *rooms: str) -> list[Expiry]:
    return [it for it in await repository.due(now, MANY) if it.room in rooms]


async def test_a_note_is_due_at_its_time_or_within_an_hour_after_and_never_before(repository: ExpiryRepository) -> None:
    exactly, later = new_id(), new_id()
    await repository.note(exactly, 7, NINE)
    await repository.note(later, 7, NINE + 1)
    assert await due(repository, NINE - 1, exactly, later) == []
    assert await due(repository, NINE + HOUR_US - 1, exactly, later) == [Expiry(exactly, 7, NINE)]
    assert await due(repository, NINE + HOUR_US, later) == [Expiry(later, 7, NINE + HOUR_US)]


async def test_of_the_notes_of_an_hour_the_highest_counts(repository: ExpiryRepository) -> None:
    room = new_id()
    for seq in (3, 9, 5):
        await repository.note(room, seq, NINE - seq)
    assert await due(repository, NINE, room) == [Expiry(room, 9, NINE)]


async def test_the_earliest_come_first_and_no_more_than_asked_for(repository: ExpiryRepository) -> None:
    room = new_id()
    for hours in (3, 1, 2):
        await repository.note(room, hours, hours * HOUR_US)
    assert [it.seq for it in await due(repository, 3 * HOUR_US, room)] == [1, 2, 3]
    assert len(await repository.due(3 * HOUR_US, 2)) == 2


async def test_what_is_done_is_forgotten_unless_it_says_more_by_now(repository: ExpiryRepository) -> None:
    room = new_id()
    await repository.note(room, 3, NINE)
    await repository.note(room, 3, NINE + HOUR_US)
    (old,) = await due(repository, NINE, room)
    await repository.note(room, 4, NINE)
    await repository.done(old)
    (more,) = await due(repository, NINE, room)
    assert more.seq == 4
    for _ in range(2):
        await repository.done(more)
    assert await due(repository, NINE + HOUR_US, room) == [Expiry(room, 3, NINE + HOUR_US)]
