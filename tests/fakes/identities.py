"""Accounts at an identity provider, in memory."""

from chalicelib.domain.identities import Identity
from chalicelib.errors import Conflict
from tests.fakes.server import FakeServer
from tests.fakes.tables import Tables


class FakeIdentities:
    """IdentityRepository."""

    def __init__(self, server: FakeServer, tables: Tables) -> None:
        self._server = server
        self._tables = tables

    async def add(self, identity: Identity) -> None:
        await self._server.reached("identities.add")
        if self._tables.has_identity(identity):
            raise Conflict("This account at the provider is connected already.", {"field": "identity"})
        self._tables.identities[identity.id] = identity

    async def get(self, issuer: str, subject: str) -> Identity | None:
        await self._server.reached("identities.get")
        found = self._tables.identities.values()
        return next((it for it in found if (it.issuer, it.subject) == (issuer, subject)), None)

    async def of_user(self, user: str) -> list[Identity]:
        await self._server.reached("identities.of_user")
        found = [it for it in self._tables.identities.values() if it.user == user]
        return sorted(found, key=lambda it: (it.created_at, it.id))

    async def remove(self, user: str, identity: str) -> bool:
        await self._server.reached("identities.remove")
        found = self._tables.identities.get(identity)
        if found is None or found.user != user:
            return False
        del self._tables.identities[identity]
        return True
