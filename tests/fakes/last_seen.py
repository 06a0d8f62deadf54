"""When users were last seen, in memory."""

from collections.abc import Iterable

from tests.fakes.server import FakeServer


class FakeLastSeen:
    """LastSeenRepository."""

    def __init__(self, server: FakeServer) -> None:
        self._server = server
        self._at: dict[str, int] = {}

    async def note(self, user: str, at: int) -> None:
        await self._server.reached("last_seen.note")
        self._at[user] = max(at, self._at.get(user, 0))

    async def forget(self, user: str) -> None:
        await self._server.reached("last_seen.forget")
        self._at.pop(user, None)

    async def of(self, users: Iterable[str]) -> dict[str, int]:
        await self._server.reached("last_seen.of")
        return {user: self._at[user] for user in users if user in self._at}
