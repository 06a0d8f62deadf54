"""Second factors and recovery codes."""

from collections.abc import Sequence

from chalicelib.domain.audit import AuditKind
from chalicelib.domain.second_factors import FREE_ATTEMPTS, WAIT_MAX_SECONDS, WAIT_SECONDS, SecondFactor
from chalicelib.repositories.postgres.audit import note
from chalicelib.repositories.postgres.connection import Link, Postgres, instant, microseconds


class SecondFactors:
    """SecondFactorRepository on the tables `second_factors` and `recovery_codes`."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres

    async def get(self, user: str) -> SecondFactor | None:
        """The user's second factor, confirmed or not."""
        row = await self._postgres.row(
            "select sealed, confirmed, (select count(*) from recovery_codes where user_id = $1) as codes_left"
            " from second_factors where user_id = $1",
            user,
        )
        return None if row is None else SecondFactor(**row)

    async def begin(self, user: str, sealed: str) -> bool:
        """Store a secret that is not confirmed yet; False if there is one that is."""
        row = await self._postgres.change(
            lambda link: link.fetchrow(
                "insert into second_factors (user_id, sealed) values ($1, $2)"
                " on conflict (user_id) do update set sealed = $2 where not second_factors.confirmed returning user_id",
                user,
                sealed,
            )
        )
        return row is not None

    async def attempt(self, user: str, now: int) -> int:
        """Count an attempt; the microseconds left if the user has to wait before the next one."""

        async def count(link: Link) -> int:
            counted = await link.fetchrow(
                "update second_factors set attempts = attempts + 1,"
                " blocked_until = case when attempts + 1 < $3 then blocked_until"
                "  else $2::timestamptz + interval '1 second' * least($5::float8, $4 * power(2, attempts + 1 - $3)) end"
                " where user_id = $1 and blocked_until <= $2 returning user_id",
                user,
                instant(now),
                FREE_ATTEMPTS,
                float(WAIT_SECONDS),
                float(WAIT_MAX_SECONDS),
            )
            if counted is not None:
                return 0
            # Somebody else's right code may have ended the wait since: then it is over in a moment.
            until = await link.fetchval(
                "select greatest(blocked_until, $2::timestamptz + interval '1 second') from second_factors"
                " where user_id = $1",
                user,
                instant(now),
            )
            return 0 if until is None else microseconds(until) - now

        return await self._postgres.change(count)

    async def accept(self, user: str, step: int) -> bool:
        """Take the code of a step, and forgive the attempts; False if that step or a later one was taken before."""
        row = await self._postgres.change(
            lambda link: link.fetchrow(
                "update second_factors set last_step = $2, attempts = 0, blocked_until = '-infinity'"
                " where user_id = $1 and last_step < $2 returning user_id",
                user,
                step,
            )
        )
        return row is not None

    async def use_recovery_code(self, user: str, digest: str) -> bool:
        """Use a recovery code up, and forgive the attempts; False if there is none like it."""

        async def use(link: Link) -> bool:
            used = await link.fetchrow(
                "delete from recovery_codes where user_id = $1 and digest = $2 returning user_id", user, digest
            )
            if used is None:
                return False
            await link.execute(
                "update second_factors set attempts = 0, blocked_until = '-infinity' where user_id = $1", user
            )
            await note(link, AuditKind.RECOVERY_CODE_USED, actor=user, target=user)
            return True

        return await self._postgres.change(use)

    async def confirm(self, user: str, digests: Sequence[str]) -> bool:
        """Let the second factor count from now on, with these recovery codes; False if it does already."""

        async def confirm(link: Link) -> bool:
            confirmed = await link.fetchrow(
                "update second_factors set confirmed = true where user_id = $1 and not confirmed returning user_id",
                user,
            )
            if confirmed is None:
                return False
            await link.executemany(
                "insert into recovery_codes (user_id, digest) values ($1, $2)", [(user, digest) for digest in digests]
            )
            await note(link, AuditKind.SECOND_FACTOR_ON, actor=user, target=user)
            return True

        return await self._postgres.change(confirm)

    async def reseal(self, user: str, before: str, sealed: str) -> None:
        """Store the same secret sealed anew, unless somebody else has."""
        await self._postgres.change(
            lambda link: link.execute(
                "update second_factors set sealed = $3 where user_id = $1 and sealed = $2", user, before, sealed
            )
        )

    async def remove(self, user: str) -> None:
        """Forget the user's second factor and recovery codes."""

        async def forget(link: Link) -> None:
            gone = await link.fetchval("delete from second_factors where user_id = $1 returning true", user)
            if gone:
                await note(link, AuditKind.SECOND_FACTOR_OFF, target=user)

        await self._postgres.change(forget)
