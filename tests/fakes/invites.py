"""Invitations, in memory."""

from chalicelib.domain.invites import Invite
from tests.fakes.server import FakeServer
from tests.fakes.tables import Tables


class FakeInvites:
    """InviteRepository."""

    def __init__(self, server: FakeServer, tables: Tables) -> None:
        self._server = server
        self._tables = tables

    async def add(self, invite: Invite) -> None:
        await self._server.reached("invites.add")
        self._tables.invites[invite.id] = invite

    async def of_user(self, user: str, now: int) -> list[Invite]:
        await self._server.reached("invites.of_user")
        found = [it for it in self._tables.invites.values() if it.created_by == user]
        good = [it for it in found if it.uses_left > 0 and it.expires_at > now]
        return sorted(good, key=lambda it: (it.created_at, it.id), reverse=True)

    async def revoke(self, user: str, invite: str) -> bool:
        await self._server.reached("invites.revoke")
        found = self._tables.invites.get(invite)
        if found is None or found.created_by != user:
            return False
        del self._tables.invites[invite]
        return True
