"""All fake repositories, as bootstrap would build the real ones."""

from dataclasses import dataclass, field

from chalicelib.gateways.base import Clock
from chalicelib.repositories.base import Probes
from tests.fakes.access import FakeAccess
from tests.fakes.attempts import FakeAttempts
from tests.fakes.audit import FakeAudit
from tests.fakes.blocks import FakeBlocks
from tests.fakes.connections import FakeConnections
from tests.fakes.credentials import FakeCredentials
from tests.fakes.disabling import FakeDisabling
from tests.fakes.endings import FakeEndings
from tests.fakes.events import FakeEvents
from tests.fakes.expiries import FakeExpiries
from tests.fakes.heads import FakeHeads
from tests.fakes.history import FakeHistory
from tests.fakes.identities import FakeIdentities
from tests.fakes.invite_links import FakeInviteLinks
from tests.fakes.invites import FakeInvites
from tests.fakes.last_seen import FakeLastSeen
from tests.fakes.leases import FakeLeases
from tests.fakes.markers import FakeMarkers
from tests.fakes.mentions import FakeMentions
from tests.fakes.notifications import FakeNotifications
from tests.fakes.outbox import FakeOutbox
from tests.fakes.reports import FakeReports
from tests.fakes.roles import FakeRoles
from tests.fakes.rooms import FakeRooms
from tests.fakes.samples import FakeSamples
from tests.fakes.second_factors import FakeSecondFactors
from tests.fakes.server import FakeServer
from tests.fakes.sessions import FakeSessions
from tests.fakes.tables import Tables
from tests.fakes.tickets import FakeTickets
from tests.fakes.users import FakeUsers


@dataclass(slots=True)
class FakeStores:
    """Three stores in memory, with a repository a noun. `clock` is the stores' own clock as well."""

    clock: Clock
    postgres: FakeServer = field(default_factory=lambda: FakeServer("PostgreSQL"))
    mongodb: FakeServer = field(default_factory=lambda: FakeServer("MongoDB"))
    cassandra: FakeServer = field(default_factory=lambda: FakeServer("Cassandra"))
    users: FakeUsers = field(init=False)
    sessions: FakeSessions = field(init=False)
    credentials: FakeCredentials = field(init=False)
    invites: FakeInvites = field(init=False)
    second_factors: FakeSecondFactors = field(init=False)
    identities: FakeIdentities = field(init=False)
    rooms: FakeRooms = field(init=False)
    notifications: FakeNotifications = field(init=False)
    blocks: FakeBlocks = field(init=False)
    roles: FakeRoles = field(init=False)
    invite_links: FakeInviteLinks = field(init=False)
    endings: FakeEndings = field(init=False)
    audit: FakeAudit = field(init=False)
    disabling: FakeDisabling = field(init=False)
    reports: FakeReports = field(init=False)
    outbox: FakeOutbox = field(init=False)
    events: FakeEvents = field(init=False)
    heads: FakeHeads = field(init=False)
    expiries: FakeExpiries = field(init=False)
    access: FakeAccess = field(init=False)
    connections: FakeConnections = field(init=False)
    tickets: FakeTickets = field(init=False)
    last_seen: FakeLastSeen = field(init=False)
    attempts: FakeAttempts = field(init=False)
    samples: FakeSamples = field(init=False)
    leases: FakeLeases = field(init=False)
    markers: FakeMarkers = field(init=False)
    mentions: FakeMentions = field(init=False)
    history: FakeHistory = field(init=False)
    probes: Probes = field(init=False)

    def __post_init__(self) -> None:
        tables = Tables(self.clock.now)
        self.users = FakeUsers(self.postgres, tables)
        self.sessions = FakeSessions(self.postgres, tables, self.clock)
        self.credentials = FakeCredentials(self.postgres, tables, self.clock)
        self.invites = FakeInvites(self.postgres, tables)
        self.second_factors = FakeSecondFactors(self.postgres, tables)
        self.identities = FakeIdentities(self.postgres, tables)
        self.rooms = FakeRooms(self.postgres, tables)
        self.notifications = FakeNotifications(self.postgres, tables)
        self.blocks = FakeBlocks(self.postgres, tables)
        self.roles = FakeRoles(self.postgres, tables)
        self.invite_links = FakeInviteLinks(self.postgres, tables)
        self.endings = FakeEndings(self.postgres, tables)
        self.audit = FakeAudit(self.postgres, tables)
        self.disabling = FakeDisabling(self.postgres, tables)
        self.reports = FakeReports(self.postgres, tables)
        self.outbox = FakeOutbox(self.postgres, tables)
        self.events = FakeEvents(self.mongodb)
        self.heads = FakeHeads(self.mongodb, self.clock)
        self.expiries = FakeExpiries(self.mongodb)
        self.access = FakeAccess(self.mongodb)
        self.connections = FakeConnections(self.mongodb)
        self.tickets = FakeTickets(self.mongodb)
        self.last_seen = FakeLastSeen(self.mongodb)
        self.attempts = FakeAttempts(self.mongodb)
        self.samples = FakeSamples(self.mongodb)
        self.leases = FakeLeases(self.mongodb)
        self.markers = FakeMarkers(self.mongodb)
        self.mentions = FakeMentions(self.mongodb)
        self.history = FakeHistory(self.cassandra)
        self.probes = {
            "postgres": self.postgres.ping,
            "mongodb": self.mongodb.ping,
            "cassandra": self.cassandra.ping,
        }
