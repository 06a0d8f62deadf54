"""Invite links, in memory."""

from dataclasses import replace

from chalicelib.domain.access import AccessChange, ChangeKind
from chalicelib.domain.audit import AuditKind
from chalicelib.domain.invite_links import InviteLink
from chalicelib.domain.permissions import Judge
from chalicelib.domain.rooms import Role
from tests.fakes.server import FakeServer
from tests.fakes.tables import MembershipRow, Tables


class FakeInviteLinks:
    """InviteLinkRepository."""

    def __init__(self, server: FakeServer, tables: Tables) -> None:
        self._server = server
        self._tables = tables

    async def add(self, invite: InviteLink, digest: str) -> None:
        await self._server.reached("invite_links.add")
        self._tables.invite_links[digest] = invite
        self._tables.note(AuditKind.INVITE_LINK_MADE, actor=invite.created_by, room=invite.room)

    async def of_room(self, room: str, now: int) -> list[InviteLink]:
        await self._server.reached("invite_links.of_room")
        found = [it for it in self._tables.invite_links.values() if it.room == room and _usable(it, now)]
        return sorted(found, key=lambda it: it.id)

    async def revoke(self, room: str, invite: str) -> None:
        await self._server.reached("invite_links.revoke")
        kept = {key: it for key, it in self._tables.invite_links.items() if (it.room, it.id) != (room, invite)}
        if len(kept) < len(self._tables.invite_links):
            self._tables.note(AuditKind.INVITE_LINK_REVOKED, room=room)
        self._tables.invite_links = kept

    async def find(self, digest: str, now: int) -> InviteLink | None:
        await self._server.reached("invite_links.find")
        found = self._tables.invite_links.get(digest)
        return found if found is not None and _usable(found, now) else None

    async def use(
        self, invite: InviteLink, user: str, judge: Judge, event: str, now: int
    ) -> tuple[bool, AccessChange | None]:
        await self._server.reached("invite_links.use")
        standing = self._tables.standing(user, invite.room)
        judge(standing, standing)
        if standing.role is not None:
            return True, None
        for digest, it in self._tables.invite_links.items():
            if it.id == invite.id and _usable(it, now):
                self._tables.invite_links[digest] = replace(it, uses_left=it.uses_left - 1)
                self._tables.memberships[invite.room, user] = MembershipRow(Role.MEMBER, now)
                change = self._tables.record(user, ChangeKind.JOINED, now, room=invite.room, actor=user, event=event)
                return True, change
        return False, None


def _usable(invite: InviteLink, now: int) -> bool:
    return invite.expires_at > now and invite.uses_left > 0
