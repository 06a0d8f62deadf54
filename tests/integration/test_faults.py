"""Functions that die, sockets that vanish: nothing is lost, nothing is said twice."""

from collections.abc import AsyncIterator, Mapping

import pytest
import pytest_asyncio
from pymongo import AsyncMongoClient

from infra.gateway import Faults
from tests.client import Person, new_id
from tests.failpoints import Failpoint
from tests.system import ROOT, System, running
from tests.waiting import until


@pytest.fixture(scope="module")
def failpoint(tmp_path_factory: pytest.TempPathFactory) -> Failpoint:
    return Failpoint(tmp_path_factory.mktemp("failpoint") / "armed")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def fragile(stores_environment: Mapping[str, str], failpoint: Failpoint) -> AsyncIterator[System]:
    """A Parley whose functions can be killed at any step, and whose $disconnects never come."""
    environment = failpoint.environment(ROOT / "functions")
    async with running(stores_environment, faults=Faults(drop_disconnect=True), environment=environment) as system:
        yield system


async def connections(mongodb_url: str, user: str) -> set[str]:
    """Ids of the user's connections as the store has them."""
    async with AsyncMongoClient[dict[str, object]](mongodb_url, serverMonitoringMode="poll") as client:
        found = client.get_default_database()["connections"].find({"user": user})
        return {str(it["_id"]) async for it in found}


@pytest.mark.parametrize(
    "step",
    [
        "before events.insert",
        "after events.insert",
        "before connections.live_in_room",
        "before callbacks.post",
        "after callbacks.post",
    ],
)
async def test_a_message_function_killed_at_any_step_loses_nothing_and_says_nothing_twice(
    fragile: System, failpoint: Failpoint, step: str
) -> None:
    ada, grace = await fragile.person(), await fragile.person()
    room = await ada.room()
    await grace.post(f"/rooms/{room}/join")
    async with ada.socket() as here, grace.socket() as there:
        id_ = new_id()
        await fragile.quiet()
        failpoint.arm(step)
        await here.send("message.send", room=room, text="said once", id=id_)
        # API Gateway's own frame: the function died.
        await here.wait(lambda it: it.get("message") == "Internal server error")
        assert failpoint.fired
        here.frames.clear()
        ack = await here.say(room, "said once", id_)
        event = await there.kind("message.created", id=id_)
        assert event["seq"] == ack["seq"] == 3
        # The socket outlives its functions.
        await here.say(room, "and on it goes")
        await there.kind("message.created", text="and on it goes")
    assert [it["text"] for it in await grace.history(room)] == ["said once", "and on it goes"]


@pytest.mark.parametrize(
    "step", ["before history.write", "after history.write", "after heads.raise_flushed", "after events.mark_flushed"]
)
async def test_a_flush_killed_at_any_step_is_repeated_without_a_trace(
    fragile: System, failpoint: Failpoint, step: str
) -> None:
    ada = await fragile.person()
    room = await ada.room()
    async with ada.socket() as socket:
        said = [(await socket.say(room, f"message {number}"))["id"] for number in range(8)]
        await fragile.quiet()
        failpoint.arm(step)
        result = await fragile.gateway.functions.call("flush_room", f'{{"room": "{room}"}}'.encode())
        assert not result.ok
        assert failpoint.fired
        assert [it["id"] for it in await ada.history(room)] == said
        await flushed_again(fragile, ada, room, said)


async def flushed_again(system: System, person: Person, room: str, said: list[str]) -> None:
    """Without the dead one's lease, which a test cannot wait for, the room is flushed for good."""
    url = system.gateway.settings.environment["MONGODB_URL"]
    async with AsyncMongoClient[dict[str, object]](url, serverMonitoringMode="poll") as client:
        await client.get_default_database()["leases"].delete_one({"_id": f"flush:{room}"})
    await system.invoke("flush_room", {"room": room})
    assert await system.invoke("flush_room", {"room": room}) == {"events": 0}
    assert [it["id"] for it in await person.history(room)] == said


@pytest.mark.parametrize("step", ["after rooms.join", "after access.replace", "before outbox.done"])
async def test_a_join_killed_at_any_step_is_finished_when_it_is_repeated_or_swept(
    fragile: System, failpoint: Failpoint, step: str
) -> None:
    ada, grace = await fragile.person(), await fragile.person()
    room = await ada.room()
    await fragile.quiet()
    failpoint.arm(step)
    assert (await grace.call("POST", f"/rooms/{room}/join")).status == 502
    assert failpoint.fired
    # A new ticket brings the socket's side up to date whatever the sweep has done.
    async with grace.socket() as there:
        await there.say(room, "I am in")
    assert [it["text"] for it in await ada.history(room)] == ["I am in"]


async def test_connections_that_vanished_are_cleaned_up_by_the_first_delivery(
    fragile: System, mongodb_url: str
) -> None:
    ada, grace = await fragile.person(), await fragile.person()
    room = await ada.room()
    await grace.post(f"/rooms/{room}/join")
    async with ada.socket() as here:
        async with grace.socket():
            (dead,) = await connections(mongodb_url, grace.id)
        # The socket is closed, and nobody told the functions.
        assert await connections(mongodb_url, grace.id) == {dead}
        async with grace.socket() as there:
            await here.say(room, "hello")
            await there.kind("message.created", text="hello")

            async def forgotten() -> bool:
                return dead not in await connections(mongodb_url, grace.id)

            await until(forgotten)


def test_failpoints_are_not_part_of_what_ships() -> None:
    sources = [path.read_text() for path in (ROOT / "functions").rglob("*.py")]
    assert sources
    assert not any("FAILPOINT" in source for source in sources)
