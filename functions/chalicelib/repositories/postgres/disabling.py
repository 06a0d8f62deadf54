"""Accounts that administrators have disabled."""

from chalicelib.domain.access import AccessChange
from chalicelib.domain.audit import AuditKind
from chalicelib.domain.permissions import Judge
from chalicelib.errors import NotFound
from chalicelib.repositories.postgres.audit import note
from chalicelib.repositories.postgres.connection import Link, Postgres, instant
from chalicelib.repositories.postgres.outbox import lock
from chalicelib.repositories.postgres.sessions import end_all
from chalicelib.repositories.postgres.standings import standing_in


class Disabling:
    """DisablingRepository on the column `disabled_at` of the table `users`."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres

    async def set(self, user: str, actor: str, judge: Judge, now: int, *, on: bool) -> AccessChange | None:
        """Disable the account and end its sessions, or enable it again. Raises NotFound."""

        async def change(link: Link) -> AccessChange | None:
            await lock(link, user, actor)
            if not await link.fetchval("select deleted_at is null from users where id = $1", user):
                raise NotFound("There is no user with this id.")
            judge(await standing_in(link, actor, None), await standing_in(link, user, None))
            changed = await link.fetchval(
                "update users set disabled_at = $2 where id = $1 and (disabled_at is null) = $3 returning true",
                user,
                instant(now) if on else None,
                on,
            )
            if changed:
                kind = AuditKind.ACCOUNT_DISABLED if on else AuditKind.ACCOUNT_ENABLED
                await note(link, kind, actor=actor, target=user)
            return await end_all(link, user, None) if on else None

        return await self._postgres.change(change)
