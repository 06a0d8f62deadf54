"""Stores that somebody else brought back, each as of another time, are made to fit."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from chalicelib.domain.access import Access
from chalicelib.domain.messages import Span
from infra.backup import mongodb, postgres
from infra.backup.deployment import Deployment, connected
from infra.backup.errors import LogIncomplete
from infra.backup.settle import NEW_RANGE, services, settle
from infra.stores import HistoryStore
from tests.backup import places
from tests.client import new_id
from tests.contract.room_log import folded, talk

NOW = datetime.now(UTC).isoformat()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def deployment(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Deployment]:
    named = places.settings(HistoryStore.MONGODB, None)
    async with (
        places.migrated(tmp_path_factory.mktemp("settled"), named) as environment,
        connected(environment, HistoryStore.MONGODB) as it,
    ):
        yield it


async def test_a_history_of_an_earlier_time_is_made_whole_from_the_logs(deployment: Deployment) -> None:
    log = talk(30)
    log.edits(3, "edited")
    log.reacts(4, "👍")
    log.deletes(5)
    user = new_id()
    async with postgres.connected(deployment.postgres_url) as connection:
        await connection.execute(
            "insert into users values ($1, 'ada', 'ada', 'ada@example.org', 'ada@example.org', '', 0, now())", user
        )
        await connection.execute(
            "insert into rooms values ($1, 'room', 'r', 'r', '', 'public', null, $2, now())", log.room, user
        )
        await connection.execute("insert into memberships values ($1, $2, 'owner', now())", log.room, user)
    said: list[str] = []
    async with services(deployment) as parley:
        for event in log.events:
            assert await parley.stores.events.insert(event)
        await parley.flush.room(log.room)
        # Of a moment that is lost: its version is higher than PostgreSQL's.
        await parley.stores.access.replace(Access(user, 99, frozenset({log.room, new_id()}), frozenset()))
        # As it was before message 20.
        await deployment.mongodb["messages"].delete_many({"n": {"$gte": 20}})
        await deployment.mongodb["message_versions"].delete_many({})
        await deployment.mongodb["messages"].update_one({"n": 3}, {"$unset": {"edit": "", "edited_at": ""}})
        moment = datetime.fromtimestamp(log.events[17].ts / 1_000_000, UTC)
        for _ in range(2):
            # Twice, as after one that was killed.
            await settle(deployment, said.append, since=NOW, history_at=moment)
        assert await parley.stores.history.read(log.room, Span(1, 30)) == folded(log.events)
        assert [it.text for it in await parley.stores.history.versions(log.room, 3)] == ["text 3 äöü 🙂", "edited"]
        head = await parley.stores.heads.get(log.room)
        assert head.end == head.flushed
        assert head.end.seq > NEW_RANGE + log.events[-1].seq - 1
        assert head.end.n == 30
        access = await parley.stores.access.get(user)
        assert access is not None
        assert access.rooms == {log.room}
        # The log does not say that ada has joined: the sweep will.
        waiting = await parley.stores.outbox.older_than(2**53, 10)
        assert [(it.user, it.room, it.kind.value) for it in waiting] == [(user, log.room, "joined")]


async def test_only_what_may_be_missing_is_flushed_again(deployment: Deployment) -> None:
    log = talk(10)
    async with services(deployment) as parley:
        for event in log.events:
            await parley.stores.events.insert(event)
        await parley.flush.room(log.room)
        await mongodb.rewind(deployment.mongodb, log.events[-1].ts + 1)
        assert (await parley.stores.heads.get(log.room)).flushed == log.events[-1].end
        assert await mongodb.rewind(deployment.mongodb, log.events[6].ts) >= 1
        assert (await parley.stores.heads.get(log.room)).flushed == log.events[5].end
        pending = await deployment.mongodb["events"].distinct("seq", {"pending": log.room})
        assert {it.seq for it in log.events[6:]} <= set(pending)
        await deployment.mongodb["events"].delete_one({"room": log.room, "seq": log.events[8].seq})
        with pytest.raises(LogIncomplete, match=f"event {log.events[8].seq} is missing"):
            await mongodb.rewind(deployment.mongodb, log.events[3].ts)
        await deployment.mongodb["events"].delete_many({"room": log.room})
        await deployment.mongodb["heads"].delete_many({"_id": log.room})


async def test_sessions_end_where_that_is_wanted(deployment: Deployment) -> None:
    user = new_id()
    async with postgres.connected(deployment.postgres_url) as connection:
        await connection.execute(
            "insert into users values ($1, 'eve', 'eve', 'eve@example.org', 'eve@example.org', '', 0, now())", user
        )
        await connection.execute(
            "insert into sessions values ($1, $2, 'x', null, now(), now() + interval '1 day', null, now(), '', '')",
            new_id(),
            user,
        )
        async with services(deployment) as parley:
            await settle(deployment, lambda _: None, since=NOW)
            assert [len(it.sessions) for it in [await parley.stores.access.get(user)] if it] == [1]
            await settle(deployment, lambda _: None, since=NOW, end_sessions=True)
            assert [len(it.sessions) for it in [await parley.stores.access.get(user)] if it] == [0]
