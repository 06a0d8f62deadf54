"""Invitations, in memory."""

from chalicelib.domain.audit import AuditKind
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
        self._tables.note(AuditKind.INVITE_MADE, actor=invite.created_by, detail=str(invite.uses_left))

    async def usable(self, now: int) -> list[Invite]:
        await self._server.reached("invites.usable")
        good = [it for it in self._tables.invites.values() if it.uses_left > 0 and it.expires_at > now]
        return sorted(good, key=lambda it: (it.created_at, it.id), reverse=True)[:200]

    async def revoke(self, invite: str) -> bool:
        await self._server.reached("invites.revoke")
        found = self._tables.invites.pop(invite, None)
        if found is not None:
            self._tables.note(AuditKind.INVITE_REVOKED, target=found.created_by)
        return found is not None
