"""Whom users have blocked, in memory."""

from chalicelib.domain.access import AccessChange, ChangeKind
from chalicelib.domain.blocks import Blocks
from chalicelib.domain.rooms import dm_key
from chalicelib.errors import Conflict, NotFound
from chalicelib.limits import BLOCKED_USERS
from tests.fakes.server import FakeServer
from tests.fakes.tables import Tables


class FakeBlocks:
    """BlockRepository."""

    def __init__(self, server: FakeServer, tables: Tables) -> None:
        self._server = server
        self._tables = tables

    async def of_user(self, user: str) -> Blocks:
        await self._server.reached("blocks.of_user")
        return Blocks(self._tables.versions.get(user, 0), frozenset(self._tables.blocked_by(user)))

    async def set(
        self, user: str, other: str, events: tuple[str, str], now: int, *, on: bool
    ) -> tuple[str | None, list[AccessChange]]:
        await self._server.reached("blocks.set")
        tables = self._tables
        if on and other not in tables.users:
            raise NotFound("There is no user with this id.")
        if on and len(tables.blocked_by(user) - {other}) >= BLOCKED_USERS:
            raise Conflict("You have blocked as many users as possible.")
        room = tables.dms.get(dm_key(user, other))
        if ((user, other) in tables.blocks) is on:
            return room, []
        if on:
            tables.blocks.add((user, other))
        else:
            tables.blocks.remove((user, other))
        if room is None:
            return None, [tables.record(user, ChangeKind.REFRESHED, now)]
        return room, [
            tables.record(it, ChangeKind.PLACED, now, room=room, actor=min(user, other), event=event)
            for it, event in zip((user, other), events, strict=True)
        ]
