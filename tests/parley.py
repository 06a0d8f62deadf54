"""Parley's services on fakes, and short words for what tests set up again and again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any, Final

from chalicelib.bootstrap import Parley
from chalicelib.config import Config, HistoryStore
from chalicelib.domain.connections import Connection
from chalicelib.domain.invites import Registration
from chalicelib.domain.log import LINGER_US
from chalicelib.domain.rooms import Visibility
from chalicelib.gateways.passwords import Bcrypt
from chalicelib.gateways.seals import JweSeals
from chalicelib.gateways.totp import PepperedTotp
from chalicelib.services.accounts import Caller, Device
from chalicelib.services.flush import KEEP_US
from tests.fakes import FakeStores
from tests.fakes.gateways import (
    FakeAccessTokens,
    FakeCallbacks,
    FakeClock,
    FakeIds,
    FakeInvoker,
    FakeMail,
    FakeMetrics,
    FakePasswordHasher,
    FakeProvider,
)

PASSWORD: Final = "correct horse"
DEVICE: Final = Device(agent="test", address="127.0.0.1")
ORIGIN: Final = "http://localhost:8000"

EXPIRY_HOUR: Final = 3_600
"""Seconds by which events are kept longer at most, before the next sweep."""

CONFIG: Final = Config(
    postgres_url="",
    mongodb_url="",
    history_store=HistoryStore.CASSANDRA,
    cassandra_hosts="",
    cassandra_keyspace="",
    password_peppers={"": b"pepper"},
    token_keys={},
    allowed_origins=frozenset((ORIGIN,)),
    region="us-east-1",
    callbacks_url="",
    lambda_url="",
    function_prefix="",
    flush_count=100,
    fanout_shard=500,
    bcrypt_cost=12,
    metrics_namespace="Parley",
    tracing=False,
    registration=Registration.OPEN,
    audit_days=365,
    web_url=ORIGIN,
    mail_url="smtp://localhost",
    mail_from="parley@example.org",
    ses_url="",
)


@dataclass(slots=True)
class FakeWorld:
    """Everything outside the stores, in memory."""

    clock: FakeClock = field(default_factory=FakeClock)
    random: Random = field(default_factory=lambda: Random(7))
    callbacks: FakeCallbacks = field(default_factory=FakeCallbacks)
    invoker: FakeInvoker = field(default_factory=FakeInvoker)
    metrics: FakeMetrics = field(default_factory=FakeMetrics)
    passwords: FakePasswordHasher = field(default_factory=FakePasswordHasher)
    slow_hash: Bcrypt = field(default_factory=Bcrypt)
    tokens: FakeAccessTokens = field(default_factory=FakeAccessTokens)
    mail: FakeMail = field(default_factory=FakeMail)
    totp: PepperedTotp = field(default_factory=lambda: PepperedTotp({"": b"p" * 32}))
    provider: FakeProvider = field(default_factory=FakeProvider)
    seals: JweSeals = field(default_factory=lambda: JweSeals({"k": b"s" * 32}))
    ids: FakeIds = field(init=False)

    def __post_init__(self) -> None:
        self.ids = FakeIds(self.clock)


@dataclass(frozen=True, slots=True)
class Person:
    """A user with one session."""

    id: str
    name: str
    caller: Caller
    refresh: str
    access: str


class World:
    """A Parley on fakes. `again()` is another execution environment on the same stores."""

    def __init__(self, config: Config = CONFIG) -> None:
        self.outside = FakeWorld()
        self.clock = self.outside.clock
        self.callbacks = self.outside.callbacks
        self.invoker = self.outside.invoker
        self.metrics = self.outside.metrics
        self.stores = FakeStores(self.clock)
        self.config = config
        self.app = self.again()
        self._numbers = count(1)

    def again(self) -> Parley:
        """Services of a fresh environment: nothing remembered, the same stores."""
        return Parley(self.config, self.stores, self.outside)

    def id(self) -> str:
        """A new ULID of now."""
        return self.outside.ids.ulid()

    async def person(self, name: str) -> Person:
        """Register somebody."""
        tokens = await self.app.accounts.register(
            name, f"{name.lower().replace(' ', '.')}@example.org", PASSWORD, DEVICE
        )
        caller = await self.app.accounts.authenticate(tokens.access)
        assert tokens.refresh is not None
        return Person(tokens.account.id, name, caller, tokens.refresh, tokens.access)

    async def room(self, owner: Person, *members: Person, **fields: Any) -> str:
        """A public room with these members."""
        room = self.id()
        name = fields.get("name", f"room {next(self._numbers)}")
        await self.app.rooms.create(owner.id, room, name, "", fields.get("visibility", Visibility.PUBLIC))
        for member in members:
            await self.app.rooms.join(member.id, room)
        return room

    async def pending(self, person: Person) -> str:
        """A socket that connected and has not resumed; its connection id."""
        connection = f"connection{next(self._numbers)}="
        await self.app.connections.open(connection, await self.app.accounts.ticket(person.caller))
        return connection

    async def socket(self, person: Person, cursors: Mapping[str, int] | None = None) -> str:
        """A live socket; its connection id. What it was sent while resuming is forgotten."""
        connection = await self.pending(person)
        await self.resume(connection, cursors or {})
        self.callbacks.frames[connection].clear()
        return connection

    async def resume(self, connection: str, cursors: Mapping[str, int]) -> list[dict[str, Any]]:
        """Resume a socket; the answers, decoded."""
        sender = await self.app.connections.authenticate(connection, pending=True)
        answers = self.app.resuming.resume(sender, self.id(), cursors)
        return [answer.model_dump(by_alias=True) async for answer in answers]

    async def of(self, connection: str) -> Connection:
        """The connection as a frame would find it."""
        return await self.app.connections.authenticate(connection)

    async def say(self, connection: str, room: str, text: str, id_: str | None = None) -> dict[str, Any]:
        """Send a message; the ack."""
        chosen = id_ or self.id()
        await self.app.sending.receive(connection, room, chosen, text)
        acks = [it for it in self.callbacks.frames[connection] if it["type"] == "ack" and it["id"] == chosen]
        assert acks
        return acks[-1]

    async def settle(self) -> None:
        """Let it be quiet for long enough that no room with everything flushed is pending, and flush."""
        self.clock.advance(LINGER_US / 1e6 + 1)
        await self.app.flush.all()

    async def expire(self) -> None:
        """Let everything that is flushed be kept for long enough, and let go of it."""
        await self.settle()
        self.clock.advance(KEEP_US / 1e6 + EXPIRY_HOUR)
        await self.app.expiring.run()

    async def texts(self, room: str, **query: int) -> list[str]:
        """The texts on a page of history."""
        rows, _, _ = await self.app.history.page(room, query.get("before"), query.get("after"), query.get("limit", 100))
        return [row.text for row in rows]
