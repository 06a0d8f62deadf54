"""Every cell of the table of permissions, over REST and over the socket, against a running Parley."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack

import pytest

from chalicelib.domain.permissions import PERMISSIONS, Operation, Place, WorkspaceRole, allows
from tests.client import Socket
from tests.permissions.grid import ATTEMPTS, Cell, Grid, outcomes
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


@pytest.fixture(scope="module")
async def blocked(parley_without_cassandra: System) -> AsyncIterator[Callable[[Operation], Cell]]:
    """The direct message of two of whom one has blocked the other, with two messages for each operation."""
    by, other = await parley_without_cassandra.person(), await parley_without_cassandra.person()
    room = (await by.post("/dms", {"user": other.id}))["id"]
    async with by.socket() as mine, other.socket() as theirs:
        said = {it: ((await mine.say(room, "mine"))["n"], (await theirs.say(room, "theirs"))["n"]) for it in _IN_A_DM}
        await other.post(f"/users/{by.id}/block", {"on": True})
        yield lambda it: Cell(WorkspaceRole.MEMBER, Place.MEMBER, by, mine, theirs, room, other.id, *said[it])


_IN_A_DM = [it for it, permission in PERMISSIONS.items() if permission.places is not None and permission.dm]


@pytest.mark.parametrize("operation", _IN_A_DM)
async def test_what_the_table_says_of_two_who_do_not_speak_is_what_happens(
    blocked: Callable[[Operation], Cell], operation: Operation
) -> None:
    refused = {await attempt(blocked(operation)) for attempt in ATTEMPTS[operation]}
    allowed = PERMISSIONS[operation].blocked and allows(operation, WorkspaceRole.MEMBER, Place.MEMBER)
    assert refused == ({None} if allowed else {"forbidden"})


@pytest.mark.parametrize("operation", list(ATTEMPTS))
async def test_what_the_table_says_is_what_happens(grid: tuple[Grid, Socket], operation: Operation) -> None:
    built, keeper = grid
    found = await outcomes(built, operation, keeper)
    expected = {
        (role, place, number): allows(operation, WorkspaceRole(role), Place(place)) for role, place, number in found
    }
    assert found == expected
