"""Sessions, in memory."""

from dataclasses import replace

from chalicelib.domain.access import AccessChange, ChangeKind
from chalicelib.domain.accounts import DISABLED
from chalicelib.domain.audit import AuditKind
from chalicelib.domain.sessions import OpenSession, Session
from chalicelib.errors import Forbidden
from chalicelib.gateways.base import Clock
from tests.fakes.server import FakeServer
from tests.fakes.tables import Tables


class FakeSessions:
    """SessionRepository. The store's clock is the given one."""

    def __init__(self, server: FakeServer, tables: Tables, clock: Clock) -> None:
        self._server = server
        self._tables = tables
        self._clock = clock

    async def add(self, session: Session, now: int, agent: str, address: str) -> AccessChange:
        await self._server.reached("sessions.add")
        if session.user in self._tables.disabled:
            raise Forbidden(DISABLED)
        self._tables.sessions[session.id] = session
        self._tables.places[session.id] = (now, agent, address)
        self._tables.note(AuditKind.LOGGED_IN, actor=session.user)
        return self._tables.record(session.user, ChangeKind.SESSION, now)

    async def get(self, session: str) -> Session | None:
        await self._server.reached("sessions.get")
        return self._tables.sessions.get(session)

    async def rotate(self, session: str, old_digest: str, new_digest: str, now: int, agent: str, address: str) -> bool:
        await self._server.reached("sessions.rotate")
        stored = self._tables.sessions.get(session)
        if stored is None or stored.revoked or stored.refresh_digest != old_digest:
            return False
        self._tables.sessions[session] = replace(
            stored, refresh_digest=new_digest, previous_digest=old_digest, rotated_at=now
        )
        self._tables.places[session] = (self._tables.places[session][0], agent, address)
        return True

    async def revoke(self, session: str) -> AccessChange | None:
        await self._server.reached("sessions.revoke")
        stored = self._tables.sessions.get(session)
        if stored is None or stored.revoked:
            return None
        self._tables.note(AuditKind.SESSION_ENDED, target=stored.user)
        return self._end(stored, self._clock.now())

    async def of_user(self, user: str, now: int) -> list[OpenSession]:
        await self._server.reached("sessions.of_user")
        alive = [it for it in self._tables.sessions.values() if it.user == user and it.alive(now)]
        alive.sort(key=lambda it: (it.rotated_at, it.id), reverse=True)
        return [OpenSession(it, *self._tables.places[it.id]) for it in alive]

    async def revoke_all(self, user: str, keep: str | None) -> AccessChange | None:
        await self._server.reached("sessions.revoke_all")
        ended = [it for it in self._tables.sessions.values() if it.user == user and it.id != keep and not it.revoked]
        for it in ended:
            self._tables.sessions[it.id] = replace(it, revoked=True)
        if not ended:
            return None
        self._tables.note(AuditKind.SESSIONS_ENDED, target=user)
        return self._tables.record(user, ChangeKind.SESSION, self._clock.now())

    async def revoke_expired(self, now: int, limit: int) -> list[AccessChange]:
        await self._server.reached("sessions.revoke_expired")
        over = [it for it in self._tables.sessions.values() if not it.revoked and not it.alive(now)]
        return [self._end(it, now) for it in over[:limit]]

    def _end(self, session: Session, now: int) -> AccessChange:
        self._tables.sessions[session.id] = replace(session, revoked=True)
        return self._tables.record(session.user, ChangeKind.SESSION, now)
