"""A room with more connections than one invocation delivers to: the rest is handed over in shards."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack

import pytest_asyncio

from tests.system import System, running

SHARD = 4
OTHERS = 23
SAID = 3


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def sharded(stores_environment: Mapping[str, str]) -> AsyncIterator[System]:
    """A Parley in which five connections are many."""
    async with running(stores_environment, environment={"FANOUT_SHARD": str(SHARD)}) as system:
        yield system


async def test_everybody_in_a_sharded_room_gets_each_message_once(sharded: System) -> None:
    ada, grace = await sharded.person(), await sharded.person()
    room = await ada.room()
    await grace.post(f"/rooms/{room}/join")
    async with AsyncExitStack() as stack:
        here = await stack.enter_async_context(ada.socket())
        others = [await stack.enter_async_context(grace.socket()) for _ in range(OTHERS)]
        acks = [await here.say(room, f"message {number}") for number in range(SAID)]
        for other in others:
            for ack in acks:
                await other.kind("message.created", room=room, id=ack["id"])
        await sharded.quiet()
        for other in others:
            got = Counter(it["id"] for it in other.frames if it["type"] == "message.created")
            assert got == {ack["id"]: 1 for ack in acks}
        assert not [it for it in here.frames if it["type"] == "message.created"]
    (pool,) = [it for it in sharded.gateway.functions.pools if it.function.name == "fanout"]
    shards = -(-(OTHERS - SHARD) // SHARD)
    assert sum(it.invocations for it in pool.environments) == SAID * shards
