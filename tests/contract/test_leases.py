import asyncio

import pytest

from chalicelib.repositories.base import LeaseRepository
from chalicelib.repositories.mongodb.leases import Leases
from tests.contract.made import NOW, SECOND, new_id
from tests.fakes import FakeStores

END = NOW + SECOND


@pytest.fixture(params=["fake", "mongodb"])
def repository(request: pytest.FixtureRequest, fakes: FakeStores) -> LeaseRepository:
    return fakes.leases if request.param == "fake" else Leases(request.getfixturevalue("mongodb"))


async def test_a_lease_that_is_held_cannot_be_taken(repository: LeaseRepository) -> None:
    name = new_id()
    assert await repository.take(name, "one", NOW, END)
    assert not await repository.take(name, "two", END - 1, END + SECOND)
    assert not await repository.take(name, "one", END - 1, END + SECOND)


async def test_a_lease_that_ran_out_can_be_taken(repository: LeaseRepository) -> None:
    name = new_id()
    await repository.take(name, "one", NOW, END)
    assert await repository.take(name, "two", END, END + SECOND)
    assert not await repository.take(name, "three", END + 1, END + SECOND)


async def test_a_released_lease_can_be_taken(repository: LeaseRepository) -> None:
    name = new_id()
    await repository.take(name, "one", NOW, END)
    await repository.release(name, "one")
    assert await repository.take(name, "two", NOW, END)


async def test_only_the_holder_can_release_a_lease(repository: LeaseRepository) -> None:
    name = new_id()
    await repository.take(name, "one", NOW, END)
    await repository.take(name, "two", END, END + SECOND)
    await repository.release(name, "one")
    assert not await repository.take(name, "three", END, END + SECOND)


@pytest.mark.parametrize("ran_out", [False, True])
async def test_of_twenty_at_once_one_gets_the_lease(repository: LeaseRepository, ran_out: bool) -> None:
    name = new_id()
    if ran_out:
        await repository.take(name, "before", NOW - SECOND, NOW)
    taken = await asyncio.gather(*(repository.take(name, f"holder {n}", NOW, END) for n in range(20)))
    assert taken.count(True) == 1
