import asyncio

import pytest

from chalicelib.repositories.base import Pass, TicketRepository
from chalicelib.repositories.mongodb.tickets import Tickets
from tests.contract.made import NOW, new_id
from tests.fakes import FakeStores

PASS = Pass("user", "session", NOW + 1)
FAR_US = 4_102_444_800_000_001
"""2100-01-01, and a microsecond: the server does not drop the ticket while the test runs."""


@pytest.fixture(params=["fake", "mongodb"])
def repository(request: pytest.FixtureRequest, fakes: FakeStores) -> TicketRepository:
    return fakes.tickets if request.param == "fake" else Tickets(request.getfixturevalue("mongodb"))


async def test_a_ticket_is_used_once(repository: TicketRepository) -> None:
    digest = new_id()
    await repository.add(digest, PASS, FAR_US)
    assert await repository.consume(digest, NOW) == PASS
    assert await repository.consume(digest, NOW) is None


async def test_an_unknown_ticket_is_none(repository: TicketRepository) -> None:
    assert await repository.consume(new_id(), NOW) is None


async def test_of_twenty_who_use_a_ticket_at_once_one_gets_the_pass(repository: TicketRepository) -> None:
    for digest in [new_id() for _ in range(5)]:  # the first rounds open the connections that the others race on
        await repository.add(digest, PASS, FAR_US)
        passes = await asyncio.gather(*(repository.consume(digest, NOW) for _ in range(20)))
        assert [it for it in passes if it is not None] == [PASS]


async def test_a_ticket_is_good_up_to_its_end_and_not_at_it(repository: TicketRepository) -> None:
    late, in_time = new_id(), new_id()
    for digest in (late, in_time):
        await repository.add(digest, PASS, FAR_US)
    assert await repository.consume(late, FAR_US) is None
    assert await repository.consume(in_time, FAR_US - 1) == PASS
