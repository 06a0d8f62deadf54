"""The real stores' clients, one set a run. The suites choose between them and the fakes."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import pytest

from chalicelib.gateways.clock import SystemClock
from chalicelib.repositories.base import (
    AuditRepository,
    BlockRepository,
    CredentialRepository,
    DisablingRepository,
    EndingRepository,
    IdentityRepository,
    InviteLinkRepository,
    InviteRepository,
    NotificationRepository,
    OutboxRepository,
    ReportRepository,
    RoleRepository,
    RoomRepository,
    SecondFactorRepository,
    SessionRepository,
    UserRepository,
)
from chalicelib.repositories.cassandra.session import Cassandra
from chalicelib.repositories.mongodb import client
from chalicelib.repositories.mongodb.client import Database
from chalicelib.repositories.postgres.audit import Audit
from chalicelib.repositories.postgres.blocks import Blocks
from chalicelib.repositories.postgres.connection import Postgres
from chalicelib.repositories.postgres.credentials import Credentials
from chalicelib.repositories.postgres.disabling import Disabling
from chalicelib.repositories.postgres.endings import Endings
from chalicelib.repositories.postgres.identities import Identities
from chalicelib.repositories.postgres.invite_links import InviteLinks
from chalicelib.repositories.postgres.invites import Invites
from chalicelib.repositories.postgres.notifications import Notifications
from chalicelib.repositories.postgres.outbox import Outbox
from chalicelib.repositories.postgres.reports import Reports
from chalicelib.repositories.postgres.roles import Roles
from chalicelib.repositories.postgres.rooms import Rooms
from chalicelib.repositories.postgres.second_factors import SecondFactors
from chalicelib.repositories.postgres.sessions import Sessions
from chalicelib.repositories.postgres.users import Users
from tests.fakes import FakeStores


class Environment(Protocol):
    """The repositories of accounts and rooms, as one execution environment has them."""

    @property
    def users(self) -> UserRepository: ...
    @property
    def sessions(self) -> SessionRepository: ...
    @property
    def credentials(self) -> CredentialRepository: ...
    @property
    def invites(self) -> InviteRepository: ...
    @property
    def second_factors(self) -> SecondFactorRepository: ...
    @property
    def identities(self) -> IdentityRepository: ...
    @property
    def rooms(self) -> RoomRepository: ...
    @property
    def notifications(self) -> NotificationRepository: ...
    @property
    def blocks(self) -> BlockRepository: ...
    @property
    def roles(self) -> RoleRepository: ...
    @property
    def invite_links(self) -> InviteLinkRepository: ...
    @property
    def endings(self) -> EndingRepository: ...
    @property
    def audit(self) -> AuditRepository: ...
    @property
    def disabling(self) -> DisablingRepository: ...
    @property
    def reports(self) -> ReportRepository: ...
    @property
    def outbox(self) -> OutboxRepository: ...


@dataclass(frozen=True, slots=True)
class PostgresEnvironment:
    """Those of one connection to PostgreSQL."""

    users: Users
    sessions: Sessions
    credentials: Credentials
    invites: Invites
    second_factors: SecondFactors
    identities: Identities
    rooms: Rooms
    notifications: Notifications
    blocks: Blocks
    roles: Roles
    invite_links: InviteLinks
    endings: Endings
    audit: Audit
    disabling: Disabling
    reports: Reports
    outbox: Outbox


def postgres_environment(postgres: Postgres) -> PostgresEnvironment:
    """The repositories over this connection."""
    return PostgresEnvironment(
        Users(postgres),
        Sessions(postgres),
        Credentials(postgres),
        Invites(postgres),
        SecondFactors(postgres),
        Identities(postgres),
        Rooms(postgres),
        Notifications(postgres),
        Blocks(postgres),
        Roles(postgres),
        InviteLinks(postgres),
        Endings(postgres),
        Audit(postgres),
        Disabling(postgres),
        Reports(postgres),
        Outbox(postgres),
    )


@pytest.fixture
def fakes() -> FakeStores:
    return FakeStores(SystemClock())


@pytest.fixture(scope="session")
async def mongodb(mongodb_url: str) -> AsyncIterator[Database]:
    database = client.connect(mongodb_url)
    yield database
    await client.close(database)


@pytest.fixture(scope="session")
async def cassandra(cassandra_hosts: str, cassandra_keyspace: str) -> AsyncIterator[Cassandra]:
    cassandra = Cassandra(cassandra_hosts, cassandra_keyspace)
    yield cassandra
    await cassandra.close()


@pytest.fixture(scope="session")
async def postgres_environments(postgres_url: str) -> AsyncIterator[Sequence[PostgresEnvironment]]:
    connections = [Postgres(postgres_url) for _ in range(4)]
    yield [postgres_environment(it) for it in connections]
    for connection in connections:
        await connection.close()


@pytest.fixture(params=["fake", "postgres"])
def environments(request: pytest.FixtureRequest, fakes: FakeStores) -> Sequence[Environment]:
    """Four environments on the same store: what they do at once really happens at once."""
    if request.param == "fake":
        return [fakes] * 4
    found: Sequence[Environment] = request.getfixturevalue("postgres_environments")
    return found


@pytest.fixture
def environment(environments: Sequence[Environment]) -> Environment:
    return environments[0]
