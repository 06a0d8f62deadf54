"""What the stores' clients do when connections die, as they do while an environment is frozen, or servers are away."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import SplitResult, urlsplit

import asyncpg
import pytest

from chalicelib.domain.messages import Span
from chalicelib.errors import Unavailable
from chalicelib.repositories.cassandra.messages import Messages
from chalicelib.repositories.cassandra.session import Cassandra
from chalicelib.repositories.mongodb import client
from chalicelib.repositories.mongodb.client import Database
from chalicelib.repositories.mongodb.events import Events
from chalicelib.repositories.postgres.connection import Link, Postgres
from tests.contract.conftest import PostgresEnvironment, postgres_environment
from tests.contract.made import NOW, event, new_id, room, session, stored_user
from tests.contract.relay import Relay
from tests.contract.room_log import folded, talk
from tests.fakes import FakeStores
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("drivers_may_leak")


def through(relay: Relay, url: SplitResult) -> str:
    """The URL with the relay's address in place of the server's."""
    user, at, _ = url.netloc.rpartition("@")
    return url._replace(netloc=f"{user}{at}127.0.0.1:{relay.port}").geturl()


async def relay_to(address: SplitResult) -> Relay:
    assert address.hostname is not None
    assert address.port is not None
    return Relay(address.hostname, address.port)


async def ended(url: str, pid: int) -> None:
    """Wait until the server has no such process any more."""
    administrator = await asyncpg.connect(url)

    async def gone() -> bool:
        return not await administrator.fetchval("select count(*) from pg_stat_activity where pid = $1", pid)

    await until(gone)
    await administrator.close()


class TestPostgres:
    @pytest.fixture
    async def relay(self, postgres_url: str) -> AsyncIterator[Relay]:
        async with await relay_to(urlsplit(postgres_url)) as relay:
            yield relay

    @pytest.fixture
    async def postgres(self, relay: Relay, postgres_url: str) -> AsyncIterator[Postgres]:
        postgres = Postgres(through(relay, urlsplit(postgres_url)))
        yield postgres
        await postgres.close()

    @pytest.fixture
    def environment(self, postgres: Postgres) -> PostgresEnvironment:
        return postgres_environment(postgres)

    async def test_reads_and_changes_go_on_after_the_connection_died(
        self, relay: Relay, environment: PostgresEnvironment
    ) -> None:
        user = await stored_user(environment)
        await relay.cut()
        assert (await environment.users.by_ids([user]))[0].id == user
        await relay.cut()
        await environment.sessions.add(session(user), NOW, "agent", "address")
        assert (await environment.outbox.snapshot(user, NOW)).version == 1

    async def test_reads_go_on_after_the_server_ended_the_connection(
        self, postgres: Postgres, postgres_url: str
    ) -> None:
        row = await postgres.row("select pg_backend_pid() as pid")
        assert row is not None
        administrator = await asyncpg.connect(postgres_url)
        await administrator.execute("select pg_terminate_backend($1, 5000)", row["pid"])
        await administrator.close()
        await postgres.ping()

    async def test_a_connection_that_rests_is_given_up_to_others_and_opened_again(
        self, postgres: Postgres, postgres_url: str
    ) -> None:
        timeout = await postgres.row("select current_setting('idle_session_timeout') as it, pg_backend_pid() as pid")
        assert timeout is not None
        assert timeout["it"] == "5s"
        await postgres.row("select set_config('idle_session_timeout', '1ms', false)")
        # As in a frozen environment, whose event loop does not run while the server ends the connection.
        with ThreadPoolExecutor() as threads:
            threads.submit(asyncio.run, ended(postgres_url, timeout["pid"])).result()
        await postgres.ping()

    async def test_whenever_the_server_ends_a_connection_that_rests_nobody_notices(self, postgres: Postgres) -> None:
        async def one(link: Link) -> object:
            return await link.fetchval("select 1")

        for number in range(60):
            await postgres.row("select set_config('idle_session_timeout', '2ms', false)")
            # The end comes before, between and during what follows.
            for _ in range(40 * number):
                await asyncio.sleep(0)
            assert await postgres.change(one) == 1

    async def test_a_read_whose_answer_is_lost_is_asked_again(
        self, relay: Relay, environment: PostgresEnvironment
    ) -> None:
        user = await stored_user(environment)
        relay.swallow_answer_to(b"select id, name from users where id = any")
        assert (await environment.users.by_ids([user]))[0].id == user

    async def test_a_change_that_is_cut_before_its_commit_happens_once(
        self, relay: Relay, environment: PostgresEnvironment
    ) -> None:
        user = await stored_user(environment)
        relay.swallow_answer_to(b"insert into sessions")
        await environment.sessions.add(session(user), NOW, "agent", "address")
        access = await environment.outbox.snapshot(user, NOW)
        assert (access.version, len(access.sessions)) == (1, 1)

    async def test_a_change_whose_commit_is_not_answered_is_in_doubt_and_not_repeated(
        self, relay: Relay, environment: PostgresEnvironment
    ) -> None:
        owner, user = await stored_user(environment), await stored_user(environment)
        made = room()
        await environment.rooms.create(made, owner, new_id())
        relay.swallow_answer_to(b"COMMIT")
        with pytest.raises(Unavailable):
            await environment.rooms.join(made.id, user, user, new_id(), NOW)
        access = await environment.outbox.snapshot(user, NOW)
        assert (access.version, access.rooms) == (1, frozenset({made.id}))
        assert await environment.rooms.join(made.id, user, user, new_id(), NOW) is None

    async def test_a_change_that_is_cancelled_is_undone_and_the_next_one_works(
        self, environment: PostgresEnvironment, postgres_url: str
    ) -> None:
        user = await stored_user(environment)
        rival = await asyncpg.connect(postgres_url)
        held = rival.transaction()
        await held.start()
        await rival.execute("select from users where id = $1 for update", user)
        change = asyncio.create_task(environment.sessions.add(session(user), NOW, "agent", "address"))
        async with asyncio.timeout(10):
            while not await rival.fetchval("select count(*) from pg_locks where not granted"):
                pass
        change.cancel()
        with pytest.raises(asyncio.CancelledError):
            await change
        await held.rollback()
        await environment.sessions.add(session(user), NOW, "agent", "address")
        # Asked by somebody else: what the connection itself sees need not be committed.
        assert await rival.fetchval("select access_version from users where id = $1", user) == 1
        await rival.close()

    async def test_away_it_is_unavailable_and_back_it_works(self, relay: Relay, postgres: Postgres) -> None:
        await postgres.ping()
        await relay.go_away()
        with pytest.raises(Unavailable, match="PostgreSQL"):
            await postgres.ping()
        with pytest.raises(Unavailable, match="PostgreSQL"):
            await postgres.change(lambda link: link.execute("select 1"))
        await relay.come_back()
        await postgres.ping()

    async def test_wrong_statements_are_not_taken_for_a_lost_connection(self, postgres: Postgres) -> None:
        with pytest.raises(asyncpg.UndefinedTableError):
            await postgres.row("select * from nowhere")
        await postgres.ping()


class TestMongoDB:
    @pytest.fixture
    async def relay(self, mongodb_url: str) -> AsyncIterator[Relay]:
        async with await relay_to(urlsplit(mongodb_url)) as relay:
            yield relay

    @pytest.fixture
    async def database(self, relay: Relay, mongodb_url: str) -> AsyncIterator[Database]:
        # As on a server with a secondary; the embedded one does without (infra/stores/mongodb.py says why).
        url = through(relay, urlsplit(mongodb_url)).replace("retryWrites=false", "retryWrites=true")
        database = client.connect(url)
        yield database
        await client.close(database)

    async def test_reads_and_writes_go_on_after_the_connections_died(self, relay: Relay, database: Database) -> None:
        events, room = Events(database), new_id()
        assert await events.insert(event(room, 1))
        await relay.cut()
        assert len(await events.between(room, 0, 1)) == 1
        await relay.cut()
        assert await events.insert(event(room, 2))

    async def test_an_insert_whose_answer_is_lost_is_stored_once(self, relay: Relay, database: Database) -> None:
        events, stored = Events(database), event(new_id(), 1)
        await client.ping(database)
        relay.swallow_answer_to(stored.id.encode())
        assert await events.insert(stored)
        assert await events.between(stored.room, 0, 9) == [stored]

    async def test_away_it_is_unavailable_and_back_it_works(self, relay: Relay, database: Database) -> None:
        events, stored = Events(database), event(new_id(), 1)
        await client.ping(database)
        await relay.go_away()
        with pytest.raises(Unavailable, match="MongoDB"):
            await events.insert(stored)
        await relay.come_back()
        await client.ping(database)
        assert await events.insert(stored)


class TestCassandra:
    @pytest.fixture
    async def relay(self, cassandra_hosts: str) -> AsyncIterator[Relay]:
        async with await relay_to(urlsplit(f"//{cassandra_hosts.split(',', maxsplit=1)[0]}")) as relay:
            yield relay

    @pytest.fixture
    async def cassandra(self, relay: Relay, cassandra_keyspace: str) -> AsyncIterator[Cassandra]:
        cassandra = Cassandra(f"127.0.0.1:{relay.port}", cassandra_keyspace)
        yield cassandra
        await cassandra.close()

    async def test_reads_and_writes_go_on_after_the_connections_died(self, relay: Relay, cassandra: Cassandra) -> None:
        messages, log = Messages(cassandra), talk(1)
        await messages.apply(log.room, log.events)
        await relay.cut()
        assert await messages.read(log.room, Span(1, 1)) == folded(log.events)
        await relay.cut()
        await messages.apply(log.room, log.events)

    async def test_reads_that_meet_dead_connections_at_once_all_go_on(self, relay: Relay, cassandra: Cassandra) -> None:
        messages, log = Messages(cassandra), talk(1)
        await messages.apply(log.room, log.events)
        await relay.cut()
        found = await asyncio.gather(*(messages.read(log.room, Span(1, 1)) for _ in range(20)))
        assert found == [folded(log.events)] * 20

    async def test_away_it_is_unavailable_and_back_it_works(self, relay: Relay, cassandra: Cassandra) -> None:
        messages, log = Messages(cassandra), talk(1)
        await cassandra.ping()
        await relay.go_away()
        with pytest.raises(Unavailable, match="Cassandra"):
            await cassandra.ping()
        with pytest.raises(Unavailable, match="Cassandra"):
            await messages.apply(log.room, log.events)
        await relay.come_back()
        await messages.apply(log.room, log.events)

    async def test_a_session_that_nobody_waited_for_is_kept_for_the_next_one(self, cassandra: Cassandra) -> None:
        asked = asyncio.create_task(cassandra.ping())
        await asyncio.sleep(0)  # it begins to connect
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked

        async def connected() -> bool:
            return cassandra._opened is not None

        await until(connected)
        kept = cassandra._opened
        await cassandra.ping()
        assert cassandra._opened is kept

    async def test_an_answer_of_several_pages_comes_whole(self, cassandra: Cassandra) -> None:
        rows = 5_100  # the driver asks for 5,000 at a time
        log = talk(rows)
        await Messages(cassandra).apply(log.room, log.events)
        found = await cassandra.rows("select n from messages where room_id = ? and bucket in (0, 1)", log.room)
        assert sorted(found) == [(n,) for n in range(1, rows + 1)]


class TestFakes:
    @pytest.mark.parametrize("store", ["postgres", "mongodb", "cassandra"])
    async def test_away_a_fake_is_unavailable_and_back_it_works(self, fakes: FakeStores, store: str) -> None:
        server = {"postgres": fakes.postgres, "mongodb": fakes.mongodb, "cassandra": fakes.cassandra}[store]
        server.away = True
        with pytest.raises(Unavailable, match=server.name):
            await fakes.probes[store]()
        server.away = False
        await fakes.probes[store]()
        assert server.calls["ping"] == 2
