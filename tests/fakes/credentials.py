"""Credentials, in memory."""

from dataclasses import replace

from chalicelib.domain.access import AccessChange, ChangeKind
from chalicelib.domain.accounts import key
from chalicelib.domain.audit import AuditKind
from chalicelib.domain.credentials import HOUR_US, TOKENS_PER_HOUR, OneTimeToken, Purpose
from chalicelib.errors import Conflict
from chalicelib.gateways.base import Clock
from chalicelib.repositories.base import MovedEmail, NewPassword
from tests.fakes.server import FakeServer
from tests.fakes.tables import Tables


class FakeCredentials:
    """CredentialRepository."""

    def __init__(self, server: FakeServer, tables: Tables, clock: Clock) -> None:
        self._server = server
        self._tables = tables
        self._clock = clock

    async def add_token(self, token: OneTimeToken) -> bool:
        await self._server.reached("credentials.add_token")
        recent = [
            it
            for it in self._tables.tokens.values()
            if (it.user, it.purpose) == (token.user, token.purpose) and it.created_at > token.created_at - HOUR_US
        ]
        if len(recent) >= TOKENS_PER_HOUR:
            return False
        self._tables.tokens[token.digest] = token
        return True

    async def drop_token(self, digest: str) -> None:
        await self._server.reached("credentials.drop_token")
        self._tables.tokens.pop(digest, None)

    async def drop_expired(self, now: int) -> None:
        await self._server.reached("credentials.drop_expired")
        for it in [it for it in self._tables.tokens.values() if it.expires_at <= now - HOUR_US]:
            del self._tables.tokens[it.digest]

    async def reset_password(self, digest: str, password_hash: str, now: int) -> NewPassword | None:
        await self._server.reached("credentials.reset_password")
        token = self._take(digest, Purpose.RESET, now)
        if token is None:
            return None
        self._tables.note(AuditKind.PASSWORD_RESET, actor=token.user, target=token.user)
        return NewPassword(token.user, self._set(token.user, password_hash, None))

    async def change_password(self, user: str, password_hash: str, keep: str) -> AccessChange | None:
        await self._server.reached("credentials.change_password")
        self._tables.note(AuditKind.PASSWORD_CHANGED, actor=user, target=user)
        return self._set(user, password_hash, keep)

    async def confirm_email(self, digest: str, now: int) -> MovedEmail | None:
        await self._server.reached("credentials.confirm_email")
        token = self._take(digest, Purpose.EMAIL, now)
        if token is None:
            return None
        account = self._tables.users[token.user]
        if any(key(it.email) == key(token.email) and it.id != account.id for it in self._tables.users.values()):
            self._tables.tokens[digest] = token
            raise Conflict("This email has an account already.", {"field": "email"})
        self._tables.users[account.id] = replace(account, email=token.email)
        self._drop_all(account.id)
        self._tables.note(AuditKind.EMAIL_CHANGED, actor=account.id, target=account.id)
        return MovedEmail(account.id, account.name, account.email, token.email)

    def _take(self, digest: str, purpose: Purpose, now: int) -> OneTimeToken | None:
        token = self._tables.tokens.get(digest)
        if token is None or token.purpose is not purpose or token.expires_at <= now:
            return None
        return self._tables.tokens.pop(digest)

    def _set(self, user: str, password_hash: str, keep: str | None) -> AccessChange | None:
        self._tables.users[user] = replace(self._tables.users[user], password_hash=password_hash)
        self._drop_all(user)
        ended = [it for it in self._tables.sessions.values() if it.user == user and it.id != keep and not it.revoked]
        for it in ended:
            self._tables.sessions[it.id] = replace(it, revoked=True)
        return self._tables.record(user, ChangeKind.SESSION, self._clock.now()) if ended else None

    def _drop_all(self, user: str) -> None:
        for it in [it for it in self._tables.tokens.values() if it.user == user]:
            del self._tables.tokens[it.digest]
