"""Read markers, in memory."""

from collections.abc import Iterable

from chalicelib.domain.markers import ReadMarker, supersedes
from tests.fakes.server import FakeServer


class FakeMarkers:
    """MarkerRepository."""

    def __init__(self, server: FakeServer) -> None:
        self._server = server
        self._markers: dict[tuple[str, str], ReadMarker] = {}

    async def mark(self, user: str, room: str, n: int, version: int) -> ReadMarker:
        await self._server.reached("markers.mark")
        stored, new = self._markers.get((user, room), ReadMarker()), ReadMarker(n, version)
        if supersedes(new, stored):
            self._markers[user, room] = stored = new
        return stored

    async def forget(self, user: str) -> None:
        await self._server.reached("markers.forget")
        self._markers = {place: it for place, it in self._markers.items() if place[0] != user}

    async def of_user(self, user: str, rooms: Iterable[str]) -> dict[str, ReadMarker]:
        await self._server.reached("markers.of_user")
        return {room: self._markers[user, room] for room in rooms if (user, room) in self._markers}
