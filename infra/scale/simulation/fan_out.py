"""Messages to rooms: shards, posts, throttling, and who fetches what the push missed."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Final

import simpy

from chalicelib.limits import HEARTBEAT_SECONDS
from chalicelib.services.fan_out import ATTEMPTS, BACK_OFF_SECONDS, CONCURRENCY, DEADLINE_SECONDS
from infra.scale.quotas import DEFAULT, Quotas
from infra.scale.simulation.bucket import TokenBucket
from infra.scale.simulation.reconnect import ANSWER_SECONDS
from infra.scale.usage import FANOUT_SHARD, HEARTBEAT_SPREAD

FETCH_REQUESTS: Final = 3
"""Of who missed the push: a ping, its pong with the room's head, and the fetch over REST."""

Waiting = Generator[simpy.Event, object, None]
Success = Generator[simpy.Event, object, bool]
Steps = list[tuple[float, int]]


@dataclass(frozen=True, slots=True)
class Push:
    """What is simulated."""

    recipients: int
    """Connections in the room, the sender's not counted."""

    delivery: float
    """Seconds of processor time of a POST, where the function runs."""

    messages: int = 1
    every: float = 0
    """Seconds between messages on average, each to a room of its own, at random."""

    background: float = 0
    """Requests a second of all else in the account: heartbeats, signs, frames in."""

    cohort: int = 1
    quotas: Quotas = DEFAULT
    network: float = 0.01
    """Seconds that a POST to @connections takes beside: assumed."""

    cold_start: float = 0
    """Seconds before the invocation of a shard begins."""

    shard: int = FANOUT_SHARD
    attempts: int = ATTEMPTS
    heartbeat: float = HEARTBEAT_SECONDS
    seconds: float = 120
    """How long is looked at."""

    seed: int = 1

    def __post_init__(self) -> None:
        """Raise ValueError for a cohort that the throttle could never let pass."""
        most = self.quotas.burst / FETCH_REQUESTS
        if not 1 <= self.cohort <= most:
            raise ValueError(f"a cohort of {self.cohort} passes no throttle: it must be from 1 to {most:,.0f}")


@dataclass(slots=True)
class PushOutcome:
    """What happened; times in seconds since the message. Counts are of deliveries, not of cohorts."""

    pushed: Steps = field(default_factory=list)
    fetched: Steps = field(default_factory=list)
    """Whenever some got a message, and how many."""

    throttled: int = 0
    """POSTs answered with 429."""

    missed: int = 0
    """Deliveries that were given up: the message is fetched after a heartbeat."""

    requests: dict[int, float] = field(default_factory=dict)
    """Granted, by second."""

    @property
    def delivered(self) -> Steps:
        """How many had their message, by time since it."""
        total, steps = 0, [(0.0, 0)]
        for at, count in sorted(self.pushed + self.fetched):
            total += count
            steps.append((at, total))
        return steps

    def when(self, deliveries: float) -> float | None:
        """The time in which so many had their message."""
        return next((at for at, count in self.delivered if count >= deliveries), None)

    def within(self, seconds: float) -> int:
        """How many had their message in this time."""
        return sum(count for at, count in self.pushed + self.fetched if at <= seconds)


def push(case: Push) -> PushOutcome:
    """Simulate it; the same for the same seed."""
    return _FanOut(case).run()


class _Processor:
    """Of one execution environment: does one thing at a time."""

    def __init__(self, environment: simpy.Environment) -> None:
        self._environment = environment
        self._free_at = 0.0

    def work(self, seconds: float) -> simpy.Event:
        """Done when this much work is, behind what was asked for before."""
        self._free_at = max(self._environment.now, self._free_at) + seconds
        return self._environment.timeout(self._free_at - self._environment.now)


@dataclass(frozen=True, slots=True)
class _Invocation:
    said_at: float
    until: float
    processor: _Processor
    waiting: Iterator[int]
    """Sizes of the cohorts that are still to be posted to."""


class _FanOut:
    def __init__(self, case: Push) -> None:
        self._case = case
        self._environment = simpy.Environment()
        self._random = Random(case.seed)  # noqa: S311 - chance that can be repeated, no secret  # nosec B311
        quotas = case.quotas
        self._requests = TokenBucket(self._environment, quotas.requests_per_second, quotas.burst)
        self._outcome = PushOutcome()

    def run(self) -> PushOutcome:
        if self._case.background:
            self._environment.process(self._background())
        self._environment.process(self._messages())
        self._environment.run(until=self._case.seconds)
        self._outcome.requests = dict(self._requests.granted)
        return self._outcome

    def _messages(self) -> Waiting:
        case = self._case
        for _ in range(case.messages):
            yield self._environment.timeout(self._random.expovariate(1 / case.every) if case.every else 0)
            for first in range(0, case.recipients, case.shard):
                size = min(case.shard, case.recipients - first)
                self._environment.process(self._invoke(size, case.cold_start if first else 0))

    def _invoke(self, recipients: int, start: float) -> Waiting:
        said_at = self._environment.now
        yield self._environment.timeout(start)
        cohort = self._case.cohort
        invocation = _Invocation(
            said_at,
            self._environment.now + DEADLINE_SECONDS,
            _Processor(self._environment),
            iter([min(cohort, recipients - first) for first in range(0, recipients, cohort)]),
        )
        for _ in range(max(1, CONCURRENCY // cohort)):
            self._environment.process(self._posts(invocation))

    def _posts(self, invocation: _Invocation) -> Waiting:
        """One of the posts under way at a time, until none wait."""
        for size in invocation.waiting:
            if (yield from self._post(size, invocation)):
                self._outcome.pushed.append((self._environment.now - invocation.said_at, size))
            else:
                self._outcome.missed += size
                self._environment.process(self._fetch(size, invocation.said_at))

    def _post(self, size: int, invocation: _Invocation) -> Success:
        # All of a cohort or none: one that were let through in part would hold a whole place with what is left of it.
        for attempt in range(self._case.attempts):
            if self._environment.now >= invocation.until:
                return False
            yield invocation.processor.work(self._case.delivery * size)
            granted = self._requests.take(size)
            yield self._environment.timeout(self._case.network)
            if granted:
                return True
            self._outcome.throttled += size
            yield self._environment.timeout(self._random.uniform(0, BACK_OFF_SECONDS * 2**attempt))
        return False

    def _fetch(self, size: int, said_at: float) -> Waiting:
        yield self._environment.timeout(self._random.uniform(0, self._case.heartbeat * HEARTBEAT_SPREAD[1]))
        while not self._requests.take(size * FETCH_REQUESTS):
            yield self._environment.timeout(ANSWER_SECONDS)
        self._outcome.fetched.append((self._environment.now - said_at, size))

    def _background(self) -> Waiting:
        # In units of a cohort, as all else: whoever asks for less at a time gets more of a bucket that is near empty.
        unit = self._case.cohort
        while True:
            yield self._environment.timeout(unit / self._case.background)
            self._requests.take(unit)
