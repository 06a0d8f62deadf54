"""The web app behind a gateway that has AWS's bad days: whatever happens, both screens end with the room's log."""

from collections.abc import Callable, Iterator

import pytest

from infra.gateway import Faults
from tests.e2e.conftest import Invite
from tests.e2e.test_chat import room_name
from tests.system import System

Provoke = Callable[[Faults], None]


@pytest.fixture
def provoke(parley: System) -> Iterator[Provoke]:
    """Has faults happen, until the test is over."""
    yield parley.gateway.provoke
    parley.gateway.provoke(Faults())


@pytest.mark.parametrize(
    "faults",
    [
        pytest.param(Faults(duplicate_invocations=True), id="every message is handled twice"),
        pytest.param(Faults(reorder_messages=0.3), id="messages overtake each other"),
        pytest.param(Faults(connection_age=1.0, drop_disconnect=True), id="sockets end after a second, unnoticed"),
        pytest.param(Faults(callbacks_per_second=4.0), id="callbacks are throttled"),
        pytest.param(Faults(fail_connect=503, idle_timeout=0.2), id="sockets end and no new one opens"),
    ],
)
async def test_two_screens_agree_after(faults: Faults, invite: Invite, provoke: Provoke) -> None:
    ada, grace = await invite("Ada"), await invite("Grace")
    room = room_name("storm")
    await ada.create_room(room)
    await grace.browse_and_join(room)
    await ada.say("before")
    await grace.sees_once("before")

    provoke(faults)
    for number in range(4):
        await ada.say(f"question {number}")
        await grace.say(f"answer {number}")
    provoke(Faults())
    # One more event shows what was lost before it.
    await ada.say("after")

    lines = ["before", "after", *(f"{kind} {number}" for kind in ("question", "answer") for number in range(4))]
    for visitor in (ada, grace):
        await visitor.sees_once(*lines)
    seen = await ada.texts()
    assert await grace.texts() == seen
    assert sorted(seen) == sorted(lines)
    for kind in ("question", "answer"):
        assert [line for line in seen if line.startswith(kind)] == [f"{kind} {number}" for number in range(4)]
