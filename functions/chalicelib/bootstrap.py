"""Wires services to stores and gateways. The one place where imports stand inside functions.

Every store and gateway is built when something first asks for it, its driver imported with it: the socket's functions
use MongoDB and the management API only, so their cold start never pays for PostgreSQL, Cassandra or bcrypt. Where the
history is in MongoDB, nothing pays for Cassandra.
"""

import os
from functools import cached_property
from random import Random
from typing import TYPE_CHECKING, Protocol

from chalicelib.config import Config, ConfigError, HistoryStore, load
from chalicelib.domain.connections import Connection, last_sign
from chalicelib.gateways.aws import Aws
from chalicelib.gateways.base import (
    AccessTokens,
    Callbacks,
    Clock,
    IdentityProvider,
    Ids,
    Invoker,
    Mail,
    Metrics,
    PasswordHasher,
    Seals,
    SlowHash,
    Totp,
)
from chalicelib.gateways.callbacks import ManagementApi
from chalicelib.gateways.clock import SystemClock
from chalicelib.gateways.ids import RandomIds
from chalicelib.gateways.invoker import LambdaInvoker
from chalicelib.gateways.metrics import LoggedMetrics
from chalicelib.gateways.sigv4 import Scope
from chalicelib.gateways.stored_secrets import resolve
from chalicelib.repositories import base as repositories
from chalicelib.services.access import AccessChanges
from chalicelib.services.accounts import Accounts
from chalicelib.services.audit import Audit
from chalicelib.services.blocks import Blocks
from chalicelib.services.connections import Connections
from chalicelib.services.disabling import Disabling
from chalicelib.services.endings import Endings
from chalicelib.services.erasure import Erasure
from chalicelib.services.expiry import Expiring
from chalicelib.services.fan_out import FanOut
from chalicelib.services.flush import Flush, FlushTrigger
from chalicelib.services.hashing import Hashing
from chalicelib.services.health import Health
from chalicelib.services.history import History
from chalicelib.services.identities import Identities
from chalicelib.services.invite_links import InviteLinks
from chalicelib.services.invites import Invites
from chalicelib.services.log import Log
from chalicelib.services.markers import Markers
from chalicelib.services.messages import Changing, Sending
from chalicelib.services.notifications import Notifications
from chalicelib.services.passwords import Passwords
from chalicelib.services.permissions import Permissions
from chalicelib.services.presence import Presence
from chalicelib.services.profiles import Profiles
from chalicelib.services.rates import Rates
from chalicelib.services.recovery import Recovery
from chalicelib.services.reports import Reports
from chalicelib.services.resume import Resuming
from chalicelib.services.roles import Roles
from chalicelib.services.rooms import Rooms
from chalicelib.services.second_factors import SecondFactors
from chalicelib.services.sessions import Sessions
from chalicelib.services.sweep import Sweep
from chalicelib.services.throttling import Throttling
from chalicelib.services.users import Users

if TYPE_CHECKING:
    from chalicelib.repositories.cassandra.session import Cassandra
    from chalicelib.repositories.mongodb.client import Database
    from chalicelib.repositories.postgres.connection import Postgres


class Stores(Protocol):
    """One repository per noun."""

    @property
    def users(self) -> repositories.UserRepository: ...
    @property
    def sessions(self) -> repositories.SessionRepository: ...
    @property
    def credentials(self) -> repositories.CredentialRepository: ...
    @property
    def invites(self) -> repositories.InviteRepository: ...
    @property
    def second_factors(self) -> repositories.SecondFactorRepository: ...
    @property
    def identities(self) -> repositories.IdentityRepository: ...
    @property
    def rooms(self) -> repositories.RoomRepository: ...
    @property
    def notifications(self) -> repositories.NotificationRepository: ...
    @property
    def blocks(self) -> repositories.BlockRepository: ...
    @property
    def roles(self) -> repositories.RoleRepository: ...
    @property
    def invite_links(self) -> repositories.InviteLinkRepository: ...
    @property
    def endings(self) -> repositories.EndingRepository: ...
    @property
    def audit(self) -> repositories.AuditRepository: ...
    @property
    def disabling(self) -> repositories.DisablingRepository: ...
    @property
    def reports(self) -> repositories.ReportRepository: ...
    @property
    def outbox(self) -> repositories.OutboxRepository: ...
    @property
    def events(self) -> repositories.EventRepository: ...
    @property
    def heads(self) -> repositories.HeadRepository: ...
    @property
    def expiries(self) -> repositories.ExpiryRepository: ...
    @property
    def access(self) -> repositories.AccessRepository: ...
    @property
    def connections(self) -> repositories.ConnectionRepository: ...
    @property
    def tickets(self) -> repositories.TicketRepository: ...
    @property
    def last_seen(self) -> repositories.LastSeenRepository: ...
    @property
    def attempts(self) -> repositories.AttemptRepository: ...
    @property
    def samples(self) -> repositories.SampleRepository: ...
    @property
    def leases(self) -> repositories.LeaseRepository: ...
    @property
    def markers(self) -> repositories.MarkerRepository: ...
    @property
    def mentions(self) -> repositories.MentionRepository: ...
    @property
    def history(self) -> repositories.HistoryRepository: ...
    @property
    def probes(self) -> repositories.Probes: ...


class World(Protocol):
    """One gateway per thing outside."""

    @property
    def clock(self) -> Clock: ...
    @property
    def ids(self) -> Ids: ...
    @property
    def random(self) -> Random: ...
    @property
    def callbacks(self) -> Callbacks: ...
    @property
    def invoker(self) -> Invoker: ...
    @property
    def metrics(self) -> Metrics: ...
    @property
    def passwords(self) -> PasswordHasher: ...
    @property
    def slow_hash(self) -> SlowHash: ...
    @property
    def tokens(self) -> AccessTokens: ...
    @property
    def mail(self) -> Mail: ...
    @property
    def totp(self) -> Totp: ...
    @property
    def provider(self) -> IdentityProvider: ...
    @property
    def seals(self) -> Seals: ...


class Parley:
    """All services, each built when first used, over the given stores and world."""

    def __init__(self, config: Config, stores: Stores, world: World) -> None:
        self.config = config
        self.stores = stores
        self.world = world

    @cached_property
    def fan_out(self) -> FanOut:
        """Delivers frames."""
        stores, world = self.stores, self.world
        fan_out = FanOut(
            stores.connections,
            stores.events,
            world.callbacks,
            world.invoker,
            world.clock,
            world.random,
            world.metrics,
            self.config.fanout_shard,
        )
        fan_out.when_gone(self._went)
        return fan_out

    @cached_property
    def connections(self) -> Connections:
        """Opens and authenticates sockets."""
        stores, world = self.stores, self.world
        return Connections(
            stores.connections,
            stores.access,
            stores.tickets,
            world.callbacks,
            self.presence,
            self.rates,
            world.clock,
            world.ids,
        )

    @cached_property
    def rates(self) -> Rates:
        """What users send over all their sockets."""
        return Rates(self.stores.attempts, self.world.clock)

    @cached_property
    def log(self) -> Log:
        """The room logs."""
        return Log(self.stores.events, self.stores.heads, self.world.clock, self.world.random)

    @cached_property
    def sending(self) -> Sending:
        """The message path."""
        return Sending(
            self.log,
            self.connections,
            self.stores.access,
            self.fan_out,
            self._flush_trigger,
            self.world.metrics,
            self.world.clock,
        )

    @cached_property
    def changing(self) -> Changing:
        """Edits, deletions, reactions."""
        return Changing(
            self.log,
            self.history,
            self.permissions,
            self.stores.access,
            self.fan_out,
            self._flush_trigger,
            self.world.clock,
        )

    @cached_property
    def markers(self) -> Markers:
        """Read markers and what is unread."""
        stores = self.stores
        return Markers(stores.markers, stores.mentions, stores.events, self.log, self.fan_out)

    @cached_property
    def resuming(self) -> Resuming:
        """Resume, heartbeat and ranges of the log."""
        return Resuming(self.log, self.stores.heads, self.connections, self.world.metrics, self.world.clock)

    @cached_property
    def presence(self) -> Presence:
        """Presence and typing."""
        stores = self.stores
        return Presence(stores.connections, stores.access, stores.last_seen, self.fan_out, self.world.clock)

    @cached_property
    def access(self) -> AccessChanges:
        """The outbox."""
        stores = self.stores
        return AccessChanges(
            stores.outbox,
            stores.rooms,
            stores.access,
            stores.connections,
            self.connections,
            self.markers,
            self.log,
            self.fan_out,
            self.world.clock,
            stores.last_seen,
        )

    @cached_property
    def accounts(self) -> Accounts:
        """Accounts and sessions."""
        stores, world = self.stores, self.world
        return Accounts(
            stores.users,
            stores.sessions,
            self.access,
            self.connections,
            self.passwords,
            self.second_factors,
            self.throttling,
            world.passwords,
            world.tokens,
            world.clock,
            world.ids,
            self.config.registration,
            self.audit,
        )

    @cached_property
    def audit(self) -> Audit:
        """The audit log."""
        config = self.config
        return Audit(self.stores.audit, self.permissions, self.world.clock, config.registration, config.audit_days)

    @cached_property
    def disabling(self) -> Disabling:
        """Disabling accounts."""
        return Disabling(self.stores.disabling, self.access, self.world.clock)

    @cached_property
    def reports(self) -> Reports:
        """Reported messages."""
        stores = self.stores
        return Reports(stores.reports, self.throttling, self.history, self.permissions, self.world.clock)

    @cached_property
    def throttling(self) -> Throttling:
        """What slows down whoever guesses."""
        return Throttling(self.stores.attempts, self.stores.sessions, self.world.clock)

    @cached_property
    def invites(self) -> Invites:
        """Invitations to the workspace."""
        return Invites(
            self.stores.invites, self.permissions, self.world.clock, self.world.ids, self.config.registration
        )

    @cached_property
    def erasure(self) -> Erasure:
        """Deleting accounts."""
        stores, world = self.stores, self.world
        return Erasure(
            stores.users,
            stores.rooms,
            stores.roles,
            stores.last_seen,
            self.access,
            self.passwords,
            world.clock,
            world.ids,
        )

    @cached_property
    def profiles(self) -> Profiles:
        """What others see of a user."""
        stores = self.stores
        return Profiles(stores.users, stores.access, stores.connections, self.fan_out)

    @cached_property
    def notifications(self) -> Notifications:
        """What users want to be told of."""
        return Notifications(self.stores.notifications, self.fan_out)

    @cached_property
    def blocks(self) -> Blocks:
        """Whom users have blocked."""
        return Blocks(self.stores.blocks, self.access, self.fan_out, self.world.clock, self.world.ids)

    @cached_property
    def passwords(self) -> Passwords:
        """Setting and checking passwords."""
        stores = self.stores
        return Passwords(stores.users, stores.credentials, self.access, self.world.passwords)

    @cached_property
    def hashing(self) -> Hashing:
        """The slow part of hashing passwords."""
        return Hashing(self.world.slow_hash)

    @cached_property
    def second_factors(self) -> SecondFactors:
        """Codes beside the password."""
        stores, world = self.stores, self.world
        return SecondFactors(stores.second_factors, self.passwords, self.throttling, world.totp, world.clock, world.ids)

    @cached_property
    def identities(self) -> Identities:
        """Signing in with an identity provider."""
        stores, world = self.stores, self.world
        return Identities(
            stores.identities,
            stores.users,
            self.accounts,
            world,
            world.clock,
            world.ids,
            self.config.provider,
            self.config.web_url,
        )

    @cached_property
    def recovery(self) -> Recovery:
        """What is proved by reading a mail."""
        stores, world = self.stores, self.world
        return Recovery(
            stores.users,
            stores.credentials,
            self.access,
            self.passwords,
            self.throttling,
            world.invoker,
            world.mail,
            world.clock,
            world.ids,
            web_url=self.config.web_url,
            sends_mail=bool(self.config.mail_url),
        )

    @cached_property
    def sessions(self) -> Sessions:
        """The sessions a user has."""
        return Sessions(self.stores.sessions, self.access, self.world.clock)

    @cached_property
    def rooms(self) -> Rooms:
        """Rooms and direct messages."""
        stores, world = self.stores, self.world
        return Rooms(
            stores.rooms,
            stores.users,
            stores.heads,
            self.access,
            self.markers,
            self.permissions,
            self.log,
            world.clock,
            world.ids,
        )

    @cached_property
    def permissions(self) -> Permissions:
        """What the table says of a caller."""
        return Permissions(self.stores.roles)

    @cached_property
    def roles(self) -> Roles:
        """Roles and moderation."""
        stores, world = self.stores, self.world
        return Roles(
            stores.roles,
            stores.rooms,
            stores.users,
            self.permissions,
            self.access,
            self.fan_out,
            world.clock,
            world.ids,
        )

    @cached_property
    def invite_links(self) -> InviteLinks:
        """Invite links."""
        return InviteLinks(self.stores.invite_links, self.permissions, self.access, self.world.clock, self.world.ids)

    @cached_property
    def endings(self) -> Endings:
        """Archiving and deleting rooms."""
        stores, world = self.stores, self.world
        return Endings(
            stores.endings,
            self.access,
            self.log,
            stores.events,
            stores.heads,
            stores.history,
            stores.mentions,
            self.expiring,
            world.clock,
            world.ids,
        )

    @cached_property
    def users(self) -> Users:
        """Looking users up."""
        return Users(self.stores.users)

    @cached_property
    def history(self) -> History:
        """Pages of messages."""
        return History(self.log, self.stores.events, self.stores.heads, self.stores.history)

    @cached_property
    def flush(self) -> Flush:
        """From the log to history."""
        stores, world = self.stores, self.world
        return Flush(
            stores.events,
            stores.heads,
            stores.expiries,
            self.log,
            stores.history,
            stores.mentions,
            stores.leases,
            stores.samples,
            world.metrics,
            world.clock,
            world.ids,
            world.random,
        )

    @cached_property
    def expiring(self) -> Expiring:
        """What need not be kept in the log any longer."""
        stores = self.stores
        return Expiring(stores.events, stores.heads, stores.expiries, self.world.clock)

    @cached_property
    def health(self) -> Health:
        """How the stores and the flushes do."""
        stores = self.stores
        return Health(stores.probes, stores.samples, self.permissions, self.world.clock)

    @cached_property
    def sweep(self) -> Sweep:
        """What crashes left behind."""
        stores = self.stores
        return Sweep(
            self.access,
            self.endings,
            stores.rooms,
            stores.sessions,
            stores.credentials,
            stores.attempts,
            stores.samples,
            stores.connections,
            self.connections,
            self.expiring,
            self.world.callbacks,
            self.world.clock,
            self.audit,
        )

    @cached_property
    def _flush_trigger(self) -> FlushTrigger:
        return FlushTrigger(self.world.invoker, self.config.flush_count)

    async def _went(self, gone: Connection) -> None:
        # Presence is looked up when somebody went, not before: it tells over the fan-out itself.
        await self.presence.went(gone.user, last_sign(gone))


class RealStores:
    """The databases."""

    def __init__(self, config: Config) -> None:
        self._config = config

    @cached_property
    def _postgres(self) -> "Postgres":
        from chalicelib.repositories.postgres.connection import Postgres

        return Postgres(self._config.postgres_url)

    @cached_property
    def _mongodb(self) -> "Database":
        from chalicelib.repositories.mongodb.client import connect

        return connect(self._config.mongodb_url)

    @cached_property
    def _cassandra(self) -> "Cassandra":
        from chalicelib.repositories.cassandra.session import Cassandra, Entry

        it = self._config
        entry = Entry(it.cassandra_username, it.cassandra_password, it.cassandra_tls)
        return Cassandra(it.cassandra_hosts, it.cassandra_keyspace, entry)

    @cached_property
    def users(self) -> repositories.UserRepository:
        from chalicelib.repositories.postgres.users import Users as PostgresUsers

        return PostgresUsers(self._postgres)

    @cached_property
    def sessions(self) -> repositories.SessionRepository:
        from chalicelib.repositories.postgres.sessions import Sessions as PostgresSessions

        return PostgresSessions(self._postgres)

    @cached_property
    def credentials(self) -> repositories.CredentialRepository:
        from chalicelib.repositories.postgres.credentials import Credentials

        return Credentials(self._postgres)

    @cached_property
    def invites(self) -> repositories.InviteRepository:
        from chalicelib.repositories.postgres.invites import Invites as PostgresInvites

        return PostgresInvites(self._postgres)

    @cached_property
    def second_factors(self) -> repositories.SecondFactorRepository:
        from chalicelib.repositories.postgres.second_factors import SecondFactors as PostgresSecondFactors

        return PostgresSecondFactors(self._postgres)

    @cached_property
    def identities(self) -> repositories.IdentityRepository:
        from chalicelib.repositories.postgres.identities import Identities as PostgresIdentities

        return PostgresIdentities(self._postgres)

    @cached_property
    def rooms(self) -> repositories.RoomRepository:
        from chalicelib.repositories.postgres.rooms import Rooms as PostgresRooms

        return PostgresRooms(self._postgres)

    @cached_property
    def notifications(self) -> repositories.NotificationRepository:
        from chalicelib.repositories.postgres.notifications import Notifications as PostgresNotifications

        return PostgresNotifications(self._postgres)

    @cached_property
    def blocks(self) -> repositories.BlockRepository:
        from chalicelib.repositories.postgres.blocks import Blocks as PostgresBlocks

        return PostgresBlocks(self._postgres)

    @cached_property
    def roles(self) -> repositories.RoleRepository:
        from chalicelib.repositories.postgres.roles import Roles as PostgresRoles

        return PostgresRoles(self._postgres)

    @cached_property
    def invite_links(self) -> repositories.InviteLinkRepository:
        from chalicelib.repositories.postgres.invite_links import InviteLinks as PostgresInviteLinks

        return PostgresInviteLinks(self._postgres)

    @cached_property
    def endings(self) -> repositories.EndingRepository:
        from chalicelib.repositories.postgres.endings import Endings as PostgresEndings

        return PostgresEndings(self._postgres)

    @cached_property
    def audit(self) -> repositories.AuditRepository:
        from chalicelib.repositories.postgres.audit import Audit as PostgresAudit

        return PostgresAudit(self._postgres)

    @cached_property
    def disabling(self) -> repositories.DisablingRepository:
        from chalicelib.repositories.postgres.disabling import Disabling as PostgresDisabling

        return PostgresDisabling(self._postgres)

    @cached_property
    def reports(self) -> repositories.ReportRepository:
        from chalicelib.repositories.postgres.reports import Reports as PostgresReports

        return PostgresReports(self._postgres)

    @cached_property
    def outbox(self) -> repositories.OutboxRepository:
        from chalicelib.repositories.postgres.outbox import Outbox

        return Outbox(self._postgres)

    @cached_property
    def events(self) -> repositories.EventRepository:
        from chalicelib.repositories.mongodb.events import Events

        return Events(self._mongodb)

    @cached_property
    def heads(self) -> repositories.HeadRepository:
        from chalicelib.repositories.mongodb.heads import Heads

        return Heads(self._mongodb)

    @cached_property
    def expiries(self) -> repositories.ExpiryRepository:
        from chalicelib.repositories.mongodb.expiries import Expiries

        return Expiries(self._mongodb)

    @cached_property
    def access(self) -> repositories.AccessRepository:
        from chalicelib.repositories.mongodb.access import AccessDocuments

        return AccessDocuments(self._mongodb)

    @cached_property
    def connections(self) -> repositories.ConnectionRepository:
        from chalicelib.repositories.mongodb.connections import Connections as MongoConnections

        return MongoConnections(self._mongodb)

    @cached_property
    def tickets(self) -> repositories.TicketRepository:
        from chalicelib.repositories.mongodb.tickets import Tickets

        return Tickets(self._mongodb)

    @cached_property
    def last_seen(self) -> repositories.LastSeenRepository:
        from chalicelib.repositories.mongodb.last_seen import LastSeen

        return LastSeen(self._mongodb)

    @cached_property
    def attempts(self) -> repositories.AttemptRepository:
        from chalicelib.repositories.mongodb.attempts import Attempts

        return Attempts(self._mongodb)

    @cached_property
    def samples(self) -> repositories.SampleRepository:
        from chalicelib.repositories.mongodb.samples import Samples

        return Samples(self._mongodb)

    @cached_property
    def leases(self) -> repositories.LeaseRepository:
        from chalicelib.repositories.mongodb.leases import Leases

        return Leases(self._mongodb)

    @cached_property
    def markers(self) -> repositories.MarkerRepository:
        from chalicelib.repositories.mongodb.markers import Markers as MongoMarkers

        return MongoMarkers(self._mongodb)

    @cached_property
    def mentions(self) -> repositories.MentionRepository:
        from chalicelib.repositories.mongodb.mentions import Mentions

        return Mentions(self._mongodb)

    @cached_property
    def history(self) -> repositories.HistoryRepository:
        if self._config.history_store is HistoryStore.MONGODB:
            from chalicelib.repositories.mongodb.messages import Messages as MongoMessages

            return MongoMessages(self._mongodb)
        from chalicelib.repositories.cassandra.messages import Messages

        return Messages(self._cassandra)

    @property
    def probes(self) -> repositories.Probes:
        from chalicelib.repositories.mongodb.client import ping

        probes: dict[str, repositories.Probe] = {
            "postgres": self._postgres.ping,
            "mongodb": lambda: ping(self._mongodb),
        }
        if self._config.history_store is HistoryStore.CASSANDRA:
            probes["cassandra"] = self._cassandra.ping
        return probes

    async def close(self) -> None:
        """Close what was used: for programs that end. An environment of a function keeps its connections."""
        from chalicelib.repositories.mongodb.client import close

        used = vars(self)
        if "_postgres" in used:
            await self._postgres.close()
        if "_mongodb" in used:
            await close(self._mongodb)
        if "_cassandra" in used:
            await self._cassandra.close()


class RealWorld:
    """Clocks, randomness, AWS."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self.clock: Clock = SystemClock()
        self.ids: Ids = RandomIds(self.clock)
        self.metrics: Metrics = LoggedMetrics(config.metrics_namespace, self.clock)
        self.random = Random()  # noqa: S311 - jitter, no secret  # nosec B311

    @cached_property
    def callbacks(self) -> Callbacks:
        scope = Scope(self._config.region, "execute-api")
        return ManagementApi(Aws(self._config.callbacks_url, scope, self.clock))

    @cached_property
    def invoker(self) -> Invoker:
        aws = Aws(self._config.lambda_url, Scope(self._config.region, "lambda"), self.clock)
        return LambdaInvoker(aws, self._config.function_prefix)

    @cached_property
    def passwords(self) -> PasswordHasher:
        from chalicelib.gateways.passwords import BcryptHasher, InvokedHash

        config = self._config
        slow = InvokedHash(self.invoker, config.hash_function) if config.hash_function else self.slow_hash
        return BcryptHasher(config.password_peppers, config.bcrypt_cost, slow)

    @cached_property
    def slow_hash(self) -> SlowHash:
        from chalicelib.gateways.passwords import Bcrypt

        return Bcrypt()

    @cached_property
    def tokens(self) -> AccessTokens:
        from chalicelib.gateways.tokens import JwtTokens

        return JwtTokens(self._config.token_keys)

    @cached_property
    def totp(self) -> Totp:
        from chalicelib.gateways.totp import PepperedTotp

        return PepperedTotp(self._config.password_peppers)

    @cached_property
    def provider(self) -> IdentityProvider:
        from chalicelib.gateways.openid import OpenIdProvider

        if self._config.provider is None:
            raise ConfigError("IDENTITY_ISSUER is not set.")
        return OpenIdProvider(self._config.provider, self.clock)

    @cached_property
    def seals(self) -> Seals:
        from chalicelib.gateways.seals import JweSeals

        return JweSeals(self._config.token_keys)

    @cached_property
    def mail(self) -> Mail:
        from chalicelib.gateways.mail import NoMail, SesMail, SmtpMail

        config = self._config
        if not config.mail_url:
            return NoMail()
        if config.mail_url == "ses:":
            return SesMail(Aws(config.ses_url, Scope(config.region, "ses"), self.clock), config.mail_from)
        return SmtpMail(config.mail_url, config.mail_from)


_installed: list[Parley] = []


def parley() -> Parley:
    """This environment's services; made from its settings at the first call."""
    if not _installed:
        config = load(resolve(os.environ, SystemClock()))
        install(Parley(config, RealStores(config), RealWorld(config)))
    return _installed[0]


def install(services: Parley) -> None:
    """Use these services from now on: how tests put their own in place."""
    _installed[:] = [services]
