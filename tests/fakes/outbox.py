"""The outbox, in memory."""

from chalicelib.domain.access import Access, AccessChange
from chalicelib.domain.permissions import silenced
from tests.fakes.server import FakeServer
from tests.fakes.tables import Tables


class FakeOutbox:
    """OutboxRepository."""

    def __init__(self, server: FakeServer, tables: Tables) -> None:
        self._server = server
        self._tables = tables

    async def snapshot(self, user: str, now: int) -> Access:
        await self._server.reached("outbox.snapshot")
        rooms = set[str]() if user in self._tables.deleted else set(self._tables.rooms_of(user))
        sessions = {it.id for it in self._tables.sessions.values() if it.user == user and it.alive(now)}
        return Access(
            user,
            self._tables.versions.get(user, 0),
            frozenset(rooms),
            frozenset(sessions),
            frozenset(room for room in rooms if silenced(self._tables.standing(user, room))),
            frozenset(self._tables.blocked_by(user)),
        )

    async def older_than(self, created_before: int, limit: int) -> list[AccessChange]:
        await self._server.reached("outbox.older_than")
        old = [row.change for row in self._tables.outbox.values() if row.created_at < created_before]
        return sorted(old, key=lambda it: it.id)[:limit]

    async def before(self, change: AccessChange) -> list[AccessChange]:
        await self._server.reached("outbox.before")
        found = [row.change for row in self._tables.outbox.values() if row.change.id < change.id]
        return sorted(
            (it for it in found if it.user == change.user and it.room is not None and it.room == change.room),
            key=lambda it: it.id,
        )

    async def done(self, change: AccessChange) -> None:
        await self._server.reached("outbox.done")
        self._tables.outbox.pop(change.id, None)
