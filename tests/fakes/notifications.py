"""What users want to be told of, in memory."""

from collections.abc import Mapping
from dataclasses import replace

from chalicelib.domain.notifications import Level, NotificationSettings, Quiet
from chalicelib.errors import NotMember
from tests.fakes.server import FakeServer
from tests.fakes.tables import Tables


class FakeNotifications:
    """NotificationRepository."""

    def __init__(self, server: FakeServer, tables: Tables) -> None:
        self._server = server
        self._tables = tables

    async def of_user(self, user: str) -> NotificationSettings:
        await self._server.reached("notifications.of_user")
        return self._of_user(user)

    async def change(self, user: str, quiet: Quiet | None, rooms: Mapping[str, Level]) -> NotificationSettings:
        await self._server.reached("notifications.change")
        if not rooms.keys() <= self._tables.rooms_of(user):
            raise NotMember("You are not a member of this room.")
        before = self._of_user(user)
        levels = {room: (level, self._tables.memberships[room, user]) for room, level in rooms.items()}
        self._tables.levels |= {(room, user): it for room, it in levels.items()}
        self._tables.notifications[user] = replace(before, version=before.version + 1, quiet=quiet or before.quiet)
        return self._of_user(user)

    def _of_user(self, user: str) -> NotificationSettings:
        found = self._tables.notifications.get(user, NotificationSettings())
        # A level goes with its membership, and does not come back with another one.
        levels = {
            room: level
            for (room, whose), (level, membership) in self._tables.levels.items()
            if whose == user and self._tables.memberships.get((room, user)) is membership
        }
        return replace(found, rooms=levels)
