"""EventBridge invokes what a schedule names. Last, as a rule of MiniStack first fires a minute after it was enabled."""

from tests.deploy.system import Deployed
from tests.integration.test_flush import in_cassandra
from tests.waiting import until


async def test_what_was_said_is_flushed_by_the_schedule(
    parley: Deployed, cassandra_hosts: str, cassandra_keyspace: str
) -> None:
    ada = await parley.person()
    room = await ada.room()
    async with ada.socket() as socket:
        await socket.say(room, "for the record")

    async def flushed() -> bool:
        return await in_cassandra(cassandra_hosts, cassandra_keyspace, room) == ["for the record"]

    await parley.set_schedule("flush", on=True)
    await until(flushed, within=90)
    assert [it["text"] for it in await ada.history(room)] == ["for the record"]
