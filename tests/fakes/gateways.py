"""The world beside the stores, in memory."""

import asyncio
import base64
import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from chalicelib.domain.identities import Profile
from chalicelib.domain.ids import ulid
from chalicelib.domain.letters import Letter
from chalicelib.errors import Unauthenticated, Unavailable
from chalicelib.gateways.base import Clock, Delivery
from chalicelib.metrics import Metric

START_US = 1_767_225_600_000_000
"""2026-01-01T00:00:00Z: when a FakeClock starts."""


COMMON = "password1"
"""The one password that a FakePasswordHasher takes for a common one."""


class FakeClock:
    """A clock that moves when told to, or when somebody sleeps."""

    def __init__(self, now: int = START_US) -> None:
        self._now = now
        self._monotonic = 0.0

    def now(self) -> int:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    async def sleep(self, seconds: float) -> None:
        self.advance(seconds)
        await asyncio.sleep(0)

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._now += round(seconds * 1_000_000)
        self._monotonic += seconds

    def set(self, now: int) -> None:
        """Set the time of day, as an administrator would: the monotonic clock does not notice."""
        self._now = now


class FakeIds:
    """ULIDs of the clock's time with a counter for randomness; secrets that are numbered."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._numbers = count(1)

    def ulid(self) -> str:
        return ulid(self._clock.now() // 1_000, next(self._numbers))

    def secret(self) -> str:
        return base64.urlsafe_b64encode(next(self._numbers).to_bytes(32, "big")).rstrip(b"=").decode()


@dataclass(slots=True)
class FakeCallbacks:
    """The management API. Every connection is there unless it was closed or `deliveries` says otherwise."""

    frames: defaultdict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    """The frames each connection was sent, decoded, oldest first."""
    deliveries: dict[str, Delivery] = field(default_factory=dict)
    """How posts to a connection end, where it is not DELIVERED."""
    closed: list[str] = field(default_factory=list)
    posts: int = 0

    async def post(self, connection: str, frame: bytes) -> Delivery:
        await asyncio.sleep(0)
        self.posts += 1
        outcome = self._outcome(connection)
        if outcome is Delivery.DELIVERED:
            self.frames[connection].append(json.loads(frame))
        return outcome

    async def close(self, connection: str) -> Delivery:
        await asyncio.sleep(0)
        outcome = self._outcome(connection)
        if outcome is Delivery.DELIVERED:
            self.closed.append(connection)
        return outcome

    async def exists(self, connection: str) -> bool | None:
        await asyncio.sleep(0)
        return {Delivery.DELIVERED: True, Delivery.GONE: False}.get(self._outcome(connection))

    def types(self, connection: str) -> list[str]:
        """The `type` of each frame the connection was sent."""
        return [frame["type"] for frame in self.frames[connection]]

    def _outcome(self, connection: str) -> Delivery:
        if connection in self.closed:
            return Delivery.GONE
        return self.deliveries.get(connection, Delivery.DELIVERED)


@dataclass(slots=True)
class FakeInvoker:
    """Records invocations; refuses them when `accepts` is False. What is asked for is answered with `answer`."""

    invocations: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    accepts: bool = True
    answer: object = None

    async def invoke(self, function: str, payload: Mapping[str, object]) -> bool:
        await asyncio.sleep(0)
        if self.accepts:
            self.invocations.append((function, dict(payload)))
        return self.accepts

    async def ask(self, function: str, payload: Mapping[str, object]) -> object:
        if not await self.invoke(function, payload):
            raise Unavailable("Busy.", {"retry_after": 2})
        return self.answer


class FakeMetrics:
    """Remembers what was recorded, and how often it was to be told."""

    def __init__(self) -> None:
        self.recorded: defaultdict[Metric, list[float]] = defaultdict(list)
        self.written = 0

    @property
    def values(self) -> dict[str, float]:
        """What was recorded last, by name."""
        return {metric.name: values[-1] for metric, values in self.recorded.items()}

    def record(self, metric: Metric, value: float = 1) -> None:
        self.recorded[metric].append(value)

    def write(self) -> None:
        self.written += 1


@dataclass(slots=True)
class FakePasswordHasher:
    """Hashes that can be read, with the cost they were made with. Counts the verifications."""

    cost: int = 12
    verifications: int = 0
    busy: bool = False
    """Whether there is no capacity for any."""

    async def hash(self, password: str) -> str:
        await self._wait()
        return f"hash${self.cost}${password}"

    async def verify(self, password: str, password_hash: str | None) -> bool:
        await self._wait()
        self.verifications += 1
        return password_hash is not None and password_hash.split("$", 2)[2] == password

    def common(self, password: str) -> bool:
        return password == COMMON

    def outdated(self, password_hash: str) -> bool:
        return int(password_hash.split("$", 2)[1]) < self.cost

    async def _wait(self) -> None:
        await asyncio.sleep(0)
        if self.busy:
            raise Unavailable("Busy.", {"retry_after": 2})


@dataclass(slots=True)
class FakeMail:
    """Keeps what was sent; refuses when `away`."""

    letters: list[Letter] = field(default_factory=list)
    away: bool = False

    async def send(self, letter: Letter) -> None:
        await asyncio.sleep(0)
        if self.away:
            raise Unavailable("The mail server did not take the mail.")
        self.letters.append(letter)

    def token(self) -> str:
        """The token of the link in the last letter."""
        return self.letters[-1].text.partition("#token=")[2].split()[0]


@dataclass(slots=True)
class FakeProvider:
    """An identity provider at which everybody who signs in is `person`; says its name in its answers."""

    person: Profile = field(
        default_factory=lambda: Profile("https://id.example.org", "1", "ada@example.org", verified=True, name="Ada")
    )
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Nonce and verifier of each code that was exchanged."""

    async def address(self, redirect_uri: str, state: str, nonce: str, verifier: str) -> str:
        await asyncio.sleep(0)
        return f"https://id.example.org/authorize?state={state}"

    async def answers_as(self, issuer: str | None) -> bool:
        await asyncio.sleep(0)
        return issuer == "https://id.example.org"

    async def profile(self, code: str, redirect_uri: str, nonce: str, verifier: str) -> Profile:
        await asyncio.sleep(0)
        self.asked.append((nonce, verifier))
        return self.person


class FakeAccessTokens:
    """Tokens that name their user, session and end."""

    def issue(self, user: str, session: str, now: int, seconds: int) -> str:
        return f"access.{user}.{session}.{now + seconds * 1_000_000}"

    def read(self, token: str, now: int) -> tuple[str, str]:
        kind, *parts = token.split(".")
        if kind != "access" or len(parts) != 3 or not parts[2].isdecimal() or int(parts[2]) <= now:
            raise Unauthenticated("The access token is not valid. Refresh it, or log in again.")
        return parts[0], parts[1]
