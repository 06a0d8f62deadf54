"""Disabled accounts, in memory."""

from dataclasses import replace

from chalicelib.domain.access import AccessChange, ChangeKind
from chalicelib.domain.audit import AuditKind
from chalicelib.domain.permissions import Judge
from chalicelib.errors import NotFound
from tests.fakes.server import FakeServer
from tests.fakes.tables import Tables


class FakeDisabling:
    """DisablingRepository."""

    def __init__(self, server: FakeServer, tables: Tables) -> None:
        self._server = server
        self._tables = tables

    async def set(self, user: str, actor: str, judge: Judge, now: int, *, on: bool) -> AccessChange | None:
        await self._server.reached("disabling.set")
        tables = self._tables
        if user not in tables.users:
            raise NotFound("There is no user with this id.")
        judge(tables.standing(actor, None), tables.standing(user, None))
        if (user in tables.disabled) is not on:
            (tables.disabled.add if on else tables.disabled.discard)(user)
            kind = AuditKind.ACCOUNT_DISABLED if on else AuditKind.ACCOUNT_ENABLED
            tables.note(kind, actor=actor, target=user)
        ended = [it for it in tables.sessions.values() if on and it.user == user and not it.revoked]
        for it in ended:
            tables.sessions[it.id] = replace(it, revoked=True)
        return tables.record(user, ChangeKind.SESSION, now) if ended else None
