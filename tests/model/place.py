"""Where a model is compared with: all of Parley's services, on fakes or on the real stores, and what lies in them."""

import asyncio
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final, Protocol, TypeVar

from chalicelib.bootstrap import RealStores, Stores
from chalicelib.config import load
from chalicelib.domain.log import Event
from chalicelib.gateways.base import Ids
from chalicelib.gateways.clock import SystemClock
from chalicelib.gateways.ids import RandomIds
from chalicelib.gateways.passwords import Bcrypt
from chalicelib.gateways.seals import JweSeals
from chalicelib.gateways.totp import PepperedTotp
from chalicelib.repositories.mongodb.messages import Messages as MongoMessages
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
from tests.model.environment import Environment
from tests.parley import CONFIG

T = TypeVar("T")

SKEWS: Final = (0, -3_000_000, 2_000_000)
"""How far the clocks of the execution environments are off, in microseconds."""

_SETTINGS: Final = {
    "PASSWORD_PEPPER": "00" * 32,
    "TOKEN_KEYS": f"model:{'00' * 32}",
    "ALLOWED_ORIGINS": "http://localhost:8000",
    "AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI": "http://localhost:8000",
}

# A model's rooms are small: all their messages are in the first partition.
_EVERYTHING: Final = (
    "select * from messages where room_id = ? and bucket = 0",
    "select * from message_versions where room_id = ? and bucket = 0",
)


@dataclass(slots=True)
class Outside:
    """Everything outside the stores, in memory."""

    clock: FakeClock
    ids: Ids
    random: Random = field(default_factory=lambda: Random(7))
    callbacks: FakeCallbacks = field(default_factory=FakeCallbacks)
    invoker: FakeInvoker = field(default_factory=FakeInvoker)
    metrics: FakeMetrics = field(default_factory=FakeMetrics)
    passwords: FakePasswordHasher = field(default_factory=FakePasswordHasher)
    slow_hash: Bcrypt = field(default_factory=Bcrypt)
    tokens: FakeAccessTokens = field(default_factory=FakeAccessTokens)
    totp: PepperedTotp = field(default_factory=lambda: PepperedTotp({"": b"p" * 32}))
    mail: FakeMail = field(default_factory=FakeMail)
    provider: FakeProvider = field(default_factory=FakeProvider)
    seals: JweSeals = field(default_factory=lambda: JweSeals({"": b"s" * 32}))


class Place(Protocol):
    """One Parley, with time that passes when told."""

    outside: Outside
    stores: Stores
    cheap: bool
    """Whether looking at everything after each step costs next to nothing."""

    def environment(self, number: int) -> Environment:
        """A new execution environment, its clock off by the skew of that number."""

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of the work."""

    async def kept(self, room: str) -> list[Event]:
        """The room's events that are still there, ascending, as they lie in the store."""

    async def lies(self, room: str) -> str:
        """All that lies in the stores of what was said in the room, in one text."""

    def close(self) -> None:
        """Let go of everything."""


class FakePlace:
    """Everything in memory, and the same in each run."""

    cheap = True

    def __init__(self) -> None:
        clock = FakeClock()
        self.outside = Outside(clock, FakeIds(clock))
        self._fakes = FakeStores(clock)
        self.stores: Stores = self._fakes
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)

    def environment(self, number: int) -> Environment:
        return Environment(CONFIG, self.stores, self.outside, SKEWS[number])

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    async def kept(self, room: str) -> list[Event]:
        return [it for it in self._fakes.events.stored if it.room == room]

    async def lies(self, room: str) -> str:
        return repr([*self._fakes.events.stored, *self._fakes.history.stored, self._fakes.mentions.stored])

    def close(self) -> None:
        self._runner.close()


class RealPlace:
    """The three stores, for several runs one after the other: people and rooms have new ids and names each time."""

    cheap = False

    def __init__(self, environment: Mapping[str, str], history: str) -> None:
        self.outside = Outside(clock := FakeClock(SystemClock().now()), RandomIds(clock))
        self._config = load({**_SETTINGS, **environment})
        self._real = RealStores(self._config)
        if history == "mongodb":
            vars(self._real)["history"] = MongoMessages(self._real._mongodb)
        self.stores: Stores = self._real
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)

    def environment(self, number: int) -> Environment:
        return Environment(self._config, self.stores, self.outside, SKEWS[number])

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)

    async def kept(self, room: str) -> list[Event]:
        return await self.stores.events.between(room, 0, 100_000)

    async def lies(self, room: str) -> str:
        found: list[object] = []
        for collection in ("events", "messages", "mentions"):
            found += await self._real._mongodb[collection].find({"room": room}).to_list()
        of_messages = {"message": {"$gte": f"{room}/", "$lt": f"{room}0"}}
        found += await self._real._mongodb["message_versions"].find(of_messages).to_list()
        for everything in _EVERYTHING:
            found += await self._real._cassandra.rows(everything, room)
        return repr(found)

    def close(self) -> None:
        self._runner.run(self._real.close())
        self._runner.close()
