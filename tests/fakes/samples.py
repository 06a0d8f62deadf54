"""Samples, in memory."""

from collections.abc import Mapping

from chalicelib.domain.samples import HOUR_US, MINUTE_US, Sample, added, start_of
from tests.fakes.server import FakeServer


class FakeSamples:
    """SampleRepository."""

    def __init__(self, server: FakeServer) -> None:
        self._server = server
        self._kept: dict[int, Sample] = {}

    async def add(self, samples: Mapping[int, Sample]) -> None:
        await self._server.reached("samples.add")
        self._kept = added([*self._kept.items(), *samples.items()], MINUTE_US)

    async def minutes(self, since: int, until: int) -> dict[int, Sample]:
        await self._server.reached("samples.minutes")
        return {at: it for at, it in self._kept.items() if since <= at < until}

    async def hours(self, since: int, until: int) -> dict[int, Sample]:
        await self._server.reached("samples.hours")
        return {at: it for at, it in added(self._kept.items(), HOUR_US).items() if since <= at < until}

    async def drop_before(self, at: int) -> None:
        await self._server.reached("samples.drop_before")
        self._kept = {minute: it for minute, it in self._kept.items() if minute >= start_of(at, HOUR_US)}
