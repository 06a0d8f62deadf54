"""Every cell of the table of permissions, over REST and over the socket, against a running Parley."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack

import pytest

from chalicelib.domain.permissions import PERMISSIONS, Operation, Place, WorkspaceRole, allows
from tests.client import Socket
from tests.permissions.grid import ATTEMPTS, Grid, outcomes
from tests.system import System


@pytest.fixture(scope="module")
async def grid(
    parley_without_cassandra: System, stores_without_cassandra: Mapping[str, str]
) -> AsyncIterator[tuple[Grid, Socket]]:
    """Everybody everywhere, with a socket each; the second is of a member of all the rooms."""
    built = Grid(parley_without_cassandra, stores_without_cassandra["POSTGRES_URL"])
    await built.build()
    async with AsyncExitStack() as stack:
        keeper = await stack.enter_async_context(built.keeper.socket())
        for role, person in built.users.items():
            built.sockets[role] = await stack.enter_async_context(person.socket())
        yield built, keeper


def test_there_is_an_attempt_for_every_row() -> None:
    assert set(ATTEMPTS) == set(PERMISSIONS) == set(Operation)


@pytest.mark.parametrize("operation", list(ATTEMPTS))
async def test_what_the_table_says_is_what_happens(grid: tuple[Grid, Socket], operation: Operation) -> None:
    built, keeper = grid
    found = await outcomes(built, operation, keeper)
    expected = {
        (role, place, number): allows(operation, WorkspaceRole(role), Place(place)) for role, place, number in found
    }
    assert found == expected
