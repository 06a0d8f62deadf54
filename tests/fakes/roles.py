"""Roles and sanctions, in memory."""

from dataclasses import replace

from chalicelib.domain.access import AccessChange, ChangeKind
from chalicelib.domain.accounts import User, key
from chalicelib.domain.audit import AuditKind
from chalicelib.domain.permissions import Judge, Standing, UserRole, WorkspaceRole
from chalicelib.domain.rooms import Role
from chalicelib.errors import NotFound
from tests.fakes.server import FakeServer
from tests.fakes.tables import Tables


class FakeRoles:
    """RoleRepository."""

    def __init__(self, server: FakeServer, tables: Tables) -> None:
        self._server = server
        self._tables = tables

    async def standing(self, user: str, room: str | None) -> Standing:
        await self._server.reached("roles.standing")
        return self._tables.standing(user, room)

    async def of_workspace(self, after: str, limit: int, text: str = "") -> list[UserRole]:
        await self._server.reached("roles.of_workspace")
        tables = self._tables
        ids = [it for it in sorted(tables.users) if it > after and text in key(tables.users[it].name)][:limit]
        return [UserRole(User(it, tables.users[it].name), tables.roles[it], it in tables.disabled) for it in ids]

    async def set_workspace_role(
        self, user: str, role: WorkspaceRole, actor: str, judge: Judge, now: int
    ) -> list[AccessChange]:
        await self._server.reached("roles.set_workspace_role")
        if user not in self._tables.users:
            raise NotFound("There is no such user.")
        judge(self._tables.standing(actor, None), self._tables.standing(user, None))
        if self._tables.roles[user] is role:
            return []
        changed = [user]
        if role is WorkspaceRole.OWNER:
            for it, had in self._tables.roles.items():
                if had is WorkspaceRole.OWNER:
                    self._tables.roles[it] = WorkspaceRole.ADMIN
            changed.append(actor)
        self._tables.roles[user] = role
        self._tables.note(AuditKind.ROLE_CHANGED, actor=actor, target=user, detail=role.value)
        return [self._tables.record(it, ChangeKind.REFRESHED, now) for it in changed]

    async def remove(
        self, room: str, user: str, actor: str, judge: Judge, event: str, now: int, *, ban: bool
    ) -> AccessChange | None:
        await self._server.reached("roles.remove")
        self._judge(judge, room, user, actor)
        banned = ban and (room, user) not in self._tables.banned
        if ban:
            self._tables.banned.add((room, user))
        row = self._tables.memberships.pop((room, user), None)
        if banned or row is not None:
            kind = AuditKind.BANNED if ban else AuditKind.KICKED
            self._tables.note(kind, actor=actor, target=user, room=room)
        if row is None:
            return None
        left = self._tables.members_of(room)
        if left and all(it.role is not Role.OWNER for it in left.values()):
            self._tables.memberships[room, actor] = replace(left[actor], role=Role.OWNER)
        return self._tables.record(user, ChangeKind.LEFT, now, room=room, actor=actor, event=event)

    async def unban(self, room: str, user: str, actor: str, judge: Judge) -> bool:
        await self._server.reached("roles.unban")
        self._judge(judge, room, user, actor)
        there = (room, user) in self._tables.banned
        self._tables.banned.discard((room, user))
        if there:
            self._tables.note(AuditKind.UNBANNED, actor=actor, target=user, room=room)
        return there

    async def banned(self, room: str) -> list[User]:
        await self._server.reached("roles.banned")
        users = sorted(user for where, user in self._tables.banned if where == room)
        return [User(it, self._tables.users[it].name) for it in users]

    async def mute(
        self, room: str, user: str, actor: str, judge: Judge, event: str, now: int, *, on: bool
    ) -> AccessChange | None:
        await self._server.reached("roles.mute")
        self._judge(judge, room, user, actor)
        if ((room, user) in self._tables.muted) is on:
            return None
        (self._tables.muted.add if on else self._tables.muted.discard)((room, user))
        self._tables.note(AuditKind.MUTED if on else AuditKind.UNMUTED, actor=actor, target=user, room=room)
        return self._placed(room, user, actor, event, now)

    async def set_role(
        self, room: str, user: str, role: Role, actor: str, judge: Judge, event: str, now: int
    ) -> AccessChange | None:
        await self._server.reached("roles.set_role")
        self._judge(judge, room, user, actor)
        if self._tables.memberships[room, user].role is role:
            return None
        self._give(room, user, role)
        self._tables.note(AuditKind.ROOM_ROLE_CHANGED, actor=actor, target=user, room=room, detail=role.value)
        return self._placed(room, user, actor, event, now)

    async def transfer(
        self, room: str, user: str, actor: str, judge: Judge, events: tuple[str, str], now: int
    ) -> list[AccessChange]:
        await self._server.reached("roles.transfer")
        self._judge(judge, room, user, actor)
        changes = []
        if self._tables.memberships[room, user].role is not Role.OWNER:
            self._give(room, user, Role.OWNER)
            changes.append(self._placed(room, user, actor, events[0], now))
        if self._tables.memberships[room, actor].role is Role.OWNER and user != actor:
            self._give(room, actor, Role.MODERATOR)
            changes.append(self._placed(room, actor, actor, events[1], now))
        if changes:
            self._tables.note(AuditKind.ROOM_TRANSFERRED, actor=actor, target=user, room=room)
        return changes

    def _judge(self, judge: Judge, room: str, user: str, actor: str) -> None:
        judge(self._tables.standing(actor, room), self._tables.standing(user, room))

    def _give(self, room: str, user: str, role: Role) -> None:
        self._tables.memberships[room, user] = replace(self._tables.memberships[room, user], role=role)
        if role is not Role.MEMBER:
            self._tables.muted.discard((room, user))

    def _placed(self, room: str, user: str, actor: str, event: str, now: int) -> AccessChange:
        return self._tables.record(user, ChangeKind.PLACED, now, room=room, actor=actor, event=event)
