"""Health: which stores answer and how fast, and how the flushes of the last days went."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from chalicelib.domain.permissions import Operation
from chalicelib.domain.samples import HOUR_US, MINUTE_US, Period, Sample, added, start_of
from chalicelib.errors import ParleyError
from chalicelib.gateways.base import Clock
from chalicelib.repositories.base import Probe, Probes, SampleRepository
from chalicelib.services.concurrency import both, together
from chalicelib.services.permissions import Permissions

BOUND_SECONDS: Final = 5.0
"""A store that takes longer counts as one that does not answer: whoever looks wants to know now."""


class StoreState(StrEnum):
    """How a store took being asked."""

    OK = "ok"
    UNAVAILABLE = "unavailable"
    TIMEOUT = "timeout"


@dataclass(frozen=True, slots=True)
class StoreHealth:
    """A store's state; how long an answer takes in milliseconds, None where there is none."""

    state: StoreState
    milliseconds: float | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """A span of time that began at `at`: events and messages for each of its minutes, the rest for all of it."""

    at: int
    messages: float
    events: float
    failures: int
    buffer_age: int | None


@dataclass(frozen=True, slots=True)
class FlushHealth:
    """How flushes went since then, in spans of `step` microseconds; spans of which nothing is known are left out.

    `latest` is what the last scheduled flush left behind, and the minute in which it ended; None where there was none
    in the last hour.
    """

    since: int
    until: int
    step: int
    latest: tuple[int, Sample] | None
    points: list[Point]


@dataclass(frozen=True, slots=True)
class HealthReport:
    """Stores by name, and the flushes; None where the store that remembers them does not answer."""

    stores: Mapping[str, StoreHealth]
    flushes: FlushHealth | None


class Health:
    """Asks the stores."""

    def __init__(self, probes: Probes, samples: SampleRepository, permissions: Permissions, clock: Clock) -> None:
        self._probes = probes
        self._samples = samples
        self._permissions = permissions
        self._clock = clock

    async def stores(self) -> dict[str, StoreHealth]:
        """The health of each store, by name; takes BOUND_SECONDS at most."""
        found = await together(*(self._asked(it) for it in self._probes.values()))
        return dict(zip(self._probes, found, strict=True))

    async def report(self, user: str, period: Period) -> HealthReport:
        """All there is to know, for owners and admins of the workspace. Raises Forbidden.

        Whether the user is one is in PostgreSQL: raises Unavailable where that does not answer.
        """
        await self._permissions.require(user, None, Operation.SEE_HEALTH)
        stores, flushes = await both(self.stores(), self._flushes(period))
        return HealthReport(stores, flushes)

    async def _asked(self, probe: Probe) -> StoreHealth:
        try:
            async with asyncio.timeout(BOUND_SECONDS):
                # Twice: the first time it may have to connect.
                await probe()
                begun = self._clock.monotonic()
                await probe()
        except ParleyError:
            return StoreHealth(StoreState.UNAVAILABLE)
        except TimeoutError:
            return StoreHealth(StoreState.TIMEOUT)
        return StoreHealth(StoreState.OK, round((self._clock.monotonic() - begun) * 1_000, 1))

    async def _flushes(self, period: Period) -> FlushHealth | None:
        try:
            async with asyncio.timeout(BOUND_SECONDS):
                return await self._read(period)
        except (ParleyError, TimeoutError):
            return None

    async def _read(self, period: Period) -> FlushHealth:
        now, step = start_of(self._clock.now(), MINUTE_US), period.step
        since = start_of(now - period.length, step)
        recent = await self._samples.minutes(start_of(now - HOUR_US, HOUR_US), now + MINUTE_US)
        flushed = [at for at, it in recent.items() if it.behind is not None]
        latest = max(flushed, default=None)
        # What was said after the last flush began is not counted yet: to draw it would show a fall.
        until = now if latest is None else latest
        begun = start_of(until, step)
        spans = await self._whole(since, begun, step)
        spans |= added(((at, it) for at, it in recent.items() if begun <= at < until), step)
        points = [_point(at, spans[at], min(step, until - at)) for at in sorted(spans)]
        return FlushHealth(since, now, step, None if latest is None else (latest, recent[latest]), points)

    async def _whole(self, since: int, until: int, step: int) -> dict[int, Sample]:
        if step == HOUR_US:
            return await self._samples.hours(since, until)
        return added((await self._samples.minutes(since, until)).items(), step)


def _point(at: int, sample: Sample, length: int) -> Point:
    minutes = length // MINUTE_US
    return Point(at, sample.messages / minutes, sample.events / minutes, sample.failures, sample.buffer_age)
