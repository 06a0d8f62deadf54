import asyncio
from dataclasses import replace

import pytest

from chalicelib.domain.access import Access
from chalicelib.repositories.base import AccessRepository
from chalicelib.repositories.mongodb.access import AccessDocuments
from tests.contract.made import new_id
from tests.fakes import FakeStores


@pytest.fixture(params=["fake", "mongodb"])
def repository(request: pytest.FixtureRequest, fakes: FakeStores) -> AccessRepository:
    return fakes.access if request.param == "fake" else AccessDocuments(request.getfixturevalue("mongodb"))


def access(user: str, version: int, *rooms: str) -> Access:
    return Access(user, version, frozenset(rooms), frozenset({f"session {version}"}))


async def test_an_unknown_user_has_no_access(repository: AccessRepository) -> None:
    assert await repository.get(new_id()) is None


async def test_access_reads_back_as_it_was_stored(repository: AccessRepository) -> None:
    stored = access(new_id(), 0, "room b", "room a")
    assert await repository.replace(stored)
    assert await repository.get(stored.user) == stored


async def test_a_higher_version_replaces_all_of_a_lower_one(repository: AccessRepository) -> None:
    user = new_id()
    await repository.replace(access(user, 1, "old"))
    assert await repository.replace(access(user, 2))
    assert await repository.get(user) == access(user, 2)


@pytest.mark.parametrize("version", [1, 4, 5])
async def test_the_same_or_a_lower_version_replaces_nothing(repository: AccessRepository, version: int) -> None:
    user = new_id()
    await repository.replace(access(user, 5, "room"))
    assert not await repository.replace(access(user, version, "another"))
    assert await repository.get(user) == access(user, 5, "room")


async def test_of_many_at_once_the_highest_version_stays(repository: AccessRepository) -> None:
    user = new_id()
    versions = (5, 2, 9, 1, 20, 13, 20, 4, 11)
    await asyncio.gather(*(repository.replace(access(user, version)) for version in versions))
    assert await repository.get(user) == access(user, 20)


async def test_sharing_finds_those_with_a_room_in_common(repository: AccessRepository) -> None:
    ada, bob, cleo = new_id(), new_id(), new_id()
    await repository.replace(access(ada, 1, "x", "y"))
    await repository.replace(access(bob, 1, "z"))
    await repository.replace(access(cleo, 1, "y"))
    assert await repository.sharing([ada, bob, new_id()], ["y", "w"]) == {ada}
    assert await repository.sharing([ada, bob, cleo], ["x", "y", "z"]) == {ada, bob, cleo}
    assert await repository.sharing([], ["x"]) == set()
    assert await repository.sharing([ada], []) == set()


async def test_who_has_blocked_somebody_is_not_found_for_that_user(repository: AccessRepository) -> None:
    ada, bob, cleo = new_id(), new_id(), new_id()
    blocking = replace(access(ada, 1, "x"), blocked=frozenset({bob, cleo}))
    await repository.replace(blocking)
    await repository.replace(access(bob, 1, "x"))
    assert await repository.get(ada) == blocking
    assert await repository.sharing([ada, bob], ["x"], by=bob) == {bob}
    assert await repository.sharing([ada, bob], ["x"], by=ada) == {ada, bob}
    assert await repository.sharing([ada, bob], ["x"]) == {ada, bob}
