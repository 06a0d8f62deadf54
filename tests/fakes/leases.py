"""Leases, in memory."""

from tests.fakes.server import FakeServer


class FakeLeases:
    """LeaseRepository."""

    def __init__(self, server: FakeServer) -> None:
        self._server = server
        self._leases: dict[str, tuple[str, int]] = {}

    async def take(self, name: str, holder: str, now: int, until: int) -> bool:
        await self._server.reached("leases.take")
        if name in self._leases and self._leases[name][1] > now:
            return False
        self._leases[name] = holder, until
        return True

    async def release(self, name: str, holder: str) -> None:
        await self._server.reached("leases.release")
        if name in self._leases and self._leases[name][0] == holder:
            del self._leases[name]
