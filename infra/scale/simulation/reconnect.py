"""Everybody loses the connection at once, and comes back as the web app does: ticket, handshake, resume, heartbeat.

A step that is throttled fails, and the client backs off with full jitter. So does a heartbeat: a client that gets no
answer gives the socket up. Beside it runs the chat of those who are live, which gets what is left of the request rate.
"""

from collections.abc import Generator
from dataclasses import dataclass, field
from math import inf
from random import Random
from typing import Final

import simpy

from chalicelib.limits import HEARTBEAT_SECONDS
from infra.scale.quotas import DEFAULT, Quotas
from infra.scale.simulation.bucket import TokenBucket
from infra.scale.usage import HEARTBEAT_SPREAD

BACK_OFF_BASE: Final = 0.5
BACK_OFF_CAP: Final = 30.0
ANSWER_SECONDS: Final = 10.0
STEADY_SECONDS: Final = 10.0
"""These four as in the web app (frontend/src/shared/realtime, backoff.ts and connection.ts)."""

IDLE_SECONDS: Final = 1.0
"""How often to look whether enough are live for a cohort's worth of chat."""

Waiting = Generator[simpy.Event, object, None]
Success = Generator[simpy.Event, object, bool]


@dataclass(frozen=True, slots=True)
class Storm:
    """What is simulated."""

    clients: int
    cohort: int = 1
    seconds: float = 1_200
    """How long is looked at."""

    quotas: Quotas = DEFAULT
    step: float = 0.08
    """Seconds of each of ticket, handshake and resume."""

    answers: int = 2
    """Frames that answer a resume: `resumed` and the deltas of rooms in which something was said."""

    told: float = 0
    """Connections that are told that somebody came; throttled, they are not."""

    chat: float = 0
    """Requests a second of each live connection for what is said, heartbeats not counted."""

    heartbeat: float = HEARTBEAT_SECONDS
    back_off_cap: float = BACK_OFF_CAP
    tickets_per_second: float = inf
    """A throttle of the ticket's route alone. Limits of a method come before the account's, so what it refuses takes
    nothing of the account's rate (API Gateway developer guide, "Throttle requests to your REST APIs").
    """

    refusals_count: bool = False
    """Whether a handshake that the quota of new connections refuses was a request nevertheless: AWS does not say."""

    seed: int = 1

    def __post_init__(self) -> None:
        """Raise ValueError for a cohort that some throttle could never let pass."""
        most = min(
            self.quotas.connections_per_second,
            self.tickets_per_second,
            self.quotas.burst / (1 + self.answers),
        )
        if not 1 <= self.cohort <= most:
            raise ValueError(f"a cohort of {self.cohort} passes no throttle: it must be from 1 to {most:,.0f}")


@dataclass(slots=True)
class StormOutcome:
    """What happened. Counts are of clients, not of cohorts."""

    live: list[tuple[float, int]] = field(default_factory=lambda: [(0.0, 0)])
    """How many were live, whenever that changed."""

    attempts: int = 0
    """Tickets asked for."""

    refused_tickets: int = 0
    refused_handshakes: int = 0
    refused_resumes: int = 0
    lost_heartbeats: int = 0
    chat_asked: int = 0
    chat_granted: int = 0
    requests: dict[int, float] = field(default_factory=dict)
    """Granted, by second."""

    handshakes: dict[int, float] = field(default_factory=dict)
    """Granted by the quota of new connections, by second."""

    @property
    def live_at_end(self) -> int:
        """How many were live when the simulation ended."""
        return self.live[-1][1]

    def when(self, clients: float) -> float | None:
        """The first second at which so many were live."""
        return next((at for at, count in self.live if count >= clients), None)


def reconnect(storm: Storm) -> StormOutcome:
    """Simulate the storm; the same for the same seed."""
    return _Reconnect(storm).run()


class _Reconnect:
    def __init__(self, storm: Storm) -> None:
        self._storm = storm
        self._environment = simpy.Environment()
        self._random = Random(storm.seed)  # noqa: S311 - chance that can be repeated, no secret  # nosec B311
        quotas = storm.quotas
        self._requests = TokenBucket(self._environment, quotas.requests_per_second, quotas.burst)
        # AWS names no burst for new connections: a second's worth is assumed.
        self._handshakes = TokenBucket(self._environment, quotas.connections_per_second, quotas.connections_per_second)
        slower = storm.tickets_per_second
        self._tickets = TokenBucket(self._environment, slower, slower)
        self._live = 0
        self._outcome = StormOutcome()

    def run(self) -> StormOutcome:
        storm = self._storm
        for first in range(0, storm.clients, storm.cohort):
            self._environment.process(self._client(min(storm.cohort, storm.clients - first)))
        if storm.chat:
            self._environment.process(self._chat())
        self._environment.run(until=storm.seconds)
        self._outcome.requests = dict(self._requests.granted)
        self._outcome.handshakes = dict(self._handshakes.granted)
        return self._outcome

    def _client(self, size: int) -> Waiting:
        failures = 0
        while True:
            most = min(self._storm.back_off_cap, BACK_OFF_BASE * 2 ** min(failures, 16))
            yield self._environment.timeout(self._random.uniform(0, most))
            failures += 1
            if (yield from self._connect(size)):
                since = self._environment.now
                self._count_live(size)
                yield from self._beat(size)
                self._count_live(-size)
                if self._environment.now - since >= STEADY_SECONDS:
                    failures = 0

    def _connect(self, size: int) -> Success:
        outcome, step = self._outcome, self._storm.step
        outcome.attempts += size
        if not self._tickets.take(size) or not self._requests.take(size):
            outcome.refused_tickets += size
            return False
        yield self._environment.timeout(step)
        if not self._shake_hands(size):
            outcome.refused_handshakes += size
            return False
        yield self._environment.timeout(step)
        if not self._requests.take(size * (1 + self._storm.answers)):
            outcome.refused_resumes += size
            return False
        yield self._environment.timeout(step)
        self._requests.take_up_to(size * self._storm.told)
        return True

    def _shake_hands(self, size: int) -> bool:
        if self._handshakes.take(size):
            return self._requests.take(size)
        if self._storm.refusals_count:
            self._requests.take(size)
        return False

    def _beat(self, size: int) -> Waiting:
        """Heartbeats until one is throttled and given up."""
        low, high = (share * self._storm.heartbeat for share in HEARTBEAT_SPREAD)
        while True:
            yield self._environment.timeout(self._random.uniform(low, high))
            if not self._requests.take(2 * size):
                self._outcome.lost_heartbeats += size
                yield self._environment.timeout(ANSWER_SECONDS)
                return

    def _chat(self) -> Waiting:
        # In units of a cohort, as all else: whoever asks for less at a time gets more of a bucket that is near empty.
        unit = self._storm.cohort
        while True:
            rate = self._live * self._storm.chat
            yield self._environment.timeout(min(unit / rate, IDLE_SECONDS) if rate else IDLE_SECONDS)
            if rate * IDLE_SECONDS >= unit:
                self._outcome.chat_asked += unit
                self._outcome.chat_granted += unit * self._requests.take(unit)

    def _count_live(self, change: int) -> None:
        self._live += change
        self._outcome.live.append((self._environment.now, self._live))
