"""Credentials: passwords, email addresses, and the one-time tokens that change them."""

from typing import Final

import asyncpg

from chalicelib.domain.access import AccessChange
from chalicelib.domain.accounts import key
from chalicelib.domain.audit import AuditKind
from chalicelib.domain.credentials import HOUR_US, TOKENS_PER_HOUR, OneTimeToken, Purpose
from chalicelib.errors import Conflict
from chalicelib.repositories.base import MovedEmail, NewPassword
from chalicelib.repositories.postgres.audit import note
from chalicelib.repositories.postgres.connection import Link, Postgres, instant
from chalicelib.repositories.postgres.outbox import lock
from chalicelib.repositories.postgres.sessions import end_all

_TAKE: Final = (
    "delete from one_time_tokens where digest = $1 and purpose = $2 and expires_at > $3 returning user_id, email"
)


class Credentials:
    """CredentialRepository on the tables `users` and `one_time_tokens`."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres

    async def add_token(self, token: OneTimeToken) -> bool:
        """Store a token; False if the user was sent too many lately."""

        async def insert(link: Link) -> bool:
            await lock(link, token.user)
            recent = await link.fetchval(
                "select count(*) from one_time_tokens where user_id = $1 and purpose = $2 and created_at > $3",
                token.user,
                token.purpose.value,
                instant(token.created_at - HOUR_US),
            )
            if recent >= TOKENS_PER_HOUR:
                return False
            await link.execute(
                "insert into one_time_tokens (digest, user_id, purpose, email, created_at, expires_at)"
                " values ($1, $2, $3, $4, $5, $6)",
                token.digest,
                token.user,
                token.purpose.value,
                token.email,
                instant(token.created_at),
                instant(token.expires_at),
            )
            return True

        return await self._postgres.change(insert)

    async def drop_token(self, digest: str) -> None:
        """Forget a token that could not be sent."""
        await self._postgres.change(lambda link: link.execute("delete from one_time_tokens where digest = $1", digest))

    async def drop_expired(self, now: int) -> None:
        """Forget the tokens whose time was over an hour ago."""
        await self._postgres.change(
            lambda link: link.execute("delete from one_time_tokens where expires_at <= $1", instant(now - HOUR_US))
        )

    async def reset_password(self, digest: str, password_hash: str, now: int) -> NewPassword | None:
        """Use a reset token up: the new hash counts, and all sessions end."""

        async def reset(link: Link) -> NewPassword | None:
            row = await link.fetchrow(_TAKE, digest, Purpose.RESET.value, instant(now))
            if row is None:
                return None
            user = row["user_id"]
            await note(link, AuditKind.PASSWORD_RESET, actor=user, target=user)
            return NewPassword(user, await _set_password(link, user, password_hash, None))

        return await self._postgres.change(reset)

    async def change_password(self, user: str, password_hash: str, keep: str) -> AccessChange | None:
        """Set another hash and end all sessions but one."""

        async def change(link: Link) -> AccessChange | None:
            await note(link, AuditKind.PASSWORD_CHANGED, actor=user, target=user)
            return await _set_password(link, user, password_hash, keep)

        return await self._postgres.change(change)

    async def confirm_email(self, digest: str, now: int) -> MovedEmail | None:
        """Use an email token up: its address becomes the account's."""

        async def confirm(link: Link) -> MovedEmail | None:
            row = await link.fetchrow(_TAKE, digest, Purpose.EMAIL.value, instant(now))
            if row is None:
                return None
            user, email = row["user_id"], row["email"]
            before = await link.fetchrow("select name, email from users where id = $1 for no key update", user)
            if before is None:
                return None
            await link.execute("update users set email = $2, email_key = $3 where id = $1", user, email, key(email))
            # Links that went to the address before must not outlive it.
            await link.execute("delete from one_time_tokens where user_id = $1", user)
            await note(link, AuditKind.EMAIL_CHANGED, actor=user, target=user)
            return MovedEmail(user, before["name"], before["email"], email)

        try:
            return await self._postgres.change(confirm)
        except asyncpg.UniqueViolationError as error:
            raise Conflict("This email has an account already.", {"field": "email"}) from error


async def _set_password(link: Link, user: str, password_hash: str, keep: str | None) -> AccessChange | None:
    await lock(link, user)
    await link.execute("update users set password_hash = $2 where id = $1", user, password_hash)
    await link.execute("delete from one_time_tokens where user_id = $1", user)
    return await end_all(link, user, keep)
