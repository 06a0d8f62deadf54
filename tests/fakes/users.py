"""Users, in memory."""

from collections.abc import Iterable
from dataclasses import replace

from chalicelib.domain.access import AccessChange, ChangeKind
from chalicelib.domain.accounts import DELETED, Account, User, key
from chalicelib.domain.audit import AuditKind
from chalicelib.domain.identities import Identity
from chalicelib.domain.permissions import WorkspaceRole
from chalicelib.domain.rooms import Role
from chalicelib.errors import Conflict, Forbidden
from tests.fakes.server import FakeServer
from tests.fakes.tables import Tables


class FakeUsers:
    """UserRepository."""

    def __init__(self, server: FakeServer, tables: Tables) -> None:
        self._server = server
        self._tables = tables

    async def add(
        self, account: Account, now: int, invite: str | None = None, identity: Identity | None = None
    ) -> None:
        await self._server.reached("users.add")
        if invite is not None:
            found = next((it for it in self._tables.invites.values() if it.digest == invite), None)
            if found is None or found.uses_left < 1 or found.expires_at <= now:
                raise Forbidden("This invitation was used up or has run out.")
        for other in self._tables.users.values():
            if key(other.name) == key(account.name):
                raise Conflict("This name is taken.", {"field": "name"})
            if key(other.email) == key(account.email):
                raise Conflict("This email has an account already.", {"field": "email"})
        if identity is not None and self._tables.has_identity(identity):
            raise Conflict("This account at the provider is connected already.", {"field": "identity"})
        if invite is not None and found is not None:
            self._tables.invites[found.id] = replace(found, uses_left=found.uses_left - 1)
        role = WorkspaceRole.MEMBER if WorkspaceRole.OWNER in self._tables.roles.values() else WorkspaceRole.OWNER
        self._tables.users[account.id] = account
        self._tables.roles[account.id] = role
        self._tables.versions[account.id] = 0
        self._tables.note(AuditKind.REGISTERED, actor=account.id, detail="" if invite is None else "invited")
        if identity is not None:
            self._tables.identities[identity.id] = identity

    async def any(self) -> bool:
        await self._server.reached("users.any")
        return bool(self._tables.versions)

    async def change_profile(
        self, user: str, name: str | None, colour: int | None, status: str | None
    ) -> Account | None:
        await self._server.reached("users.change_profile")
        account = self._tables.users.get(user)
        if account is None:
            return None
        others = [it for it in self._tables.users.values() if it.id != user]
        if name is not None and any(key(it.name) == key(name) for it in others):
            raise Conflict("This name is taken.", {"field": "name"})
        changed = replace(
            account,
            name=account.name if name is None else name,
            colour=account.colour if colour is None else None if colour == -1 else colour,
            status=account.status if status is None else status,
        )
        self._tables.users[user] = changed
        return changed

    async def by_login(self, key: str) -> Account | None:
        await self._server.reached("users.by_login")
        return next((it for it in self._tables.users.values() if key in _keys(it)), None)

    async def account(self, user: str) -> Account | None:
        await self._server.reached("users.account")
        return self._tables.users.get(user)

    async def set_password_hash(self, user: str, password_hash: str) -> None:
        await self._server.reached("users.set_password_hash")
        if user in self._tables.users:
            self._tables.users[user] = replace(self._tables.users[user], password_hash=password_hash)

    async def pass_rooms_on(self, user: str) -> None:
        await self._server.reached("users.pass_rooms_on")
        for room in self._tables.rooms_of(user):
            members = self._tables.members_of(room)
            others = {id_: it for id_, it in members.items() if id_ != user}
            if members[user].role is Role.OWNER and others and all(it.role is not Role.OWNER for it in others.values()):
                heir = min(others, key=lambda id_: (others[id_].joined_at, id_))
                self._tables.memberships[room, heir] = replace(others[heir], role=Role.OWNER)

    async def delete(self, user: str, now: int) -> list[AccessChange]:
        await self._server.reached("users.delete")
        tables = self._tables
        owns = tables.roles.get(user) is WorkspaceRole.OWNER and len(tables.users) > 1
        if owns or tables.users.pop(user, None) is None:
            return []
        tables.roles[user] = WorkspaceRole.MEMBER
        tables.deleted.add(user)
        tables.sessions = {id_: it for id_, it in tables.sessions.items() if it.user != user}
        tables.tokens = {id_: it for id_, it in tables.tokens.items() if it.user != user}
        tables.second_factors.pop(user, None)
        tables.identities = {id_: it for id_, it in tables.identities.items() if it.user != user}
        tables.invites = {id_: it for id_, it in tables.invites.items() if it.created_by != user}
        for id_, it in tables.reports.items():
            if it.reporter == user:
                tables.reports[id_] = replace(it, reporter=None, note="")
        tables.note(AuditKind.ACCOUNT_DELETED, actor=user, target=user)
        blocking = {it for pair in tables.blocks if user in pair for it in pair} - {user}
        tables.blocks = {it for it in tables.blocks if user not in it}
        return [
            tables.record(user, ChangeKind.ERASED, now),
            *[tables.record(it, ChangeKind.REFRESHED, now) for it in sorted(blocking)],
        ]

    async def by_ids(self, users: Iterable[str]) -> list[User]:
        await self._server.reached("users.by_ids")
        return [it for user in set(users) if (it := self._found(user)) is not None]

    async def search(self, text: str, limit: int) -> list[User]:
        await self._server.reached("users.search")
        found = [it for it in self._tables.users.values() if text in key(it.name)]
        return [shown(it) for it in sorted(found, key=lambda it: key(it.name))[:limit]]

    async def sharing_rooms(self, user: str) -> list[User]:
        await self._server.reached("users.sharing_rooms")
        others = {it for room in self._tables.rooms_of(user) for it in self._tables.members_of(room)} - {user}
        ids = [user, *sorted(others)][:1_000]
        return [found for it in sorted(ids) if (found := self._found(it)) is not None]

    def _found(self, user: str) -> User | None:
        if user in self._tables.deleted:
            return User(user, DELETED, deleted=True)
        return shown(self._tables.users[user]) if user in self._tables.users else None


def _keys(account: Account) -> set[str]:
    return {key(account.name), key(account.email)}


def shown(account: Account) -> User:
    """The account as others see it."""
    return User(account.id, account.name, account.colour, account.status)
