"""What the stores' clients do when connections die, as they do while an environment is frozen, or servers are away."""

import asyncio
from collections.abc import AsyncIterator
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
from chalicelib.repositories.postgres.connection import Postgres
from chalicelib.repositories.postgres.outbox import Outbox
from chalicelib.repositories.postgres.rooms import Rooms
from chalicelib.repositories.postgres.sessions import Sessions
from chalicelib.repositories.postgres.users import Users
from tests.contract.conftest import PostgresEnvironment
from tests.contract.made import NOW, event, message, new_id, room, session, stored_user
from tests.contract.relay import Relay
from tests.fakes import FakeStores

pytestmark = pytest.mark.usefixtures("drivers_may_leak")


def through(relay: Relay, url: SplitResult) -> str:
    """The URL with the relay's address in place of the server's."""
    user, at, _ = url.netloc.rpartition("@")
    return url._replace(netloc=f"{user}{at}127.0.0.1:{relay.port}").geturl()


async def relay_to(address: SplitResult) -> Relay:
    assert address.hostname is not None
    assert address.port is not None
    return Relay(address.hostname, address.port)


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
        return PostgresEnvironment(Users(postgres), Sessions(postgres), Rooms(postgres), Outbox(postgres))

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
        database = client.connect(through(relay, urlsplit(mongodb_url)))
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
        messages, stored = Messages(cassandra), message(new_id(), 1)
        await messages.write([stored])
        await relay.cut()
        assert await messages.read(stored.room, Span(1, 1)) == [stored]
        await relay.cut()
        await messages.write([stored])

    async def test_reads_that_meet_dead_connections_at_once_all_go_on(self, relay: Relay, cassandra: Cassandra) -> None:
        messages, stored = Messages(cassandra), message(new_id(), 1)
        await messages.write([stored])
        await relay.cut()
        found = await asyncio.gather(*(messages.read(stored.room, Span(1, 1)) for _ in range(20)))
        assert found == [[stored]] * 20

    async def test_away_it_is_unavailable_and_back_it_works(self, relay: Relay, cassandra: Cassandra) -> None:
        messages, stored = Messages(cassandra), message(new_id(), 1)
        await cassandra.ping()
        await relay.go_away()
        with pytest.raises(Unavailable, match="Cassandra"):
            await cassandra.ping()
        with pytest.raises(Unavailable, match="Cassandra"):
            await messages.write([stored])
        await relay.come_back()
        await messages.write([stored])

    async def test_an_answer_of_several_pages_comes_whole(self, cassandra: Cassandra) -> None:
        room, rows = new_id(), 5_100  # the driver asks for 5,000 at a time
        await Messages(cassandra).write([message(room, n) for n in range(1, rows + 1)])
        found = await cassandra.rows("select n from messages where room_id = ? and bucket in (0, 1)", room)
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
