"""Access documents, in memory."""

from collections.abc import Iterable

from chalicelib.domain.access import Access
from tests.fakes.server import FakeServer


class FakeAccess:
    """AccessRepository."""

    def __init__(self, server: FakeServer) -> None:
        self._server = server
        self._documents: dict[str, Access] = {}

    async def get(self, user: str) -> Access | None:
        await self._server.reached("access.get")
        return self._documents.get(user)

    async def replace(self, access: Access) -> bool:
        await self._server.reached("access.replace")
        stored = self._documents.get(access.user)
        if stored is not None and stored.version >= access.version:
            return False
        self._documents[access.user] = access
        return True

    async def sharing(self, users: Iterable[str], rooms: Iterable[str], by: str | None = None) -> set[str]:
        await self._server.reached("access.sharing")
        wanted = set(rooms)
        found = {user: self._documents[user] for user in users if user in self._documents}
        return {user for user, it in found.items() if wanted & it.rooms and by not in it.blocked}
