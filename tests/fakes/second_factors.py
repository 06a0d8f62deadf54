"""Second factors, in memory."""

from collections.abc import Sequence

from chalicelib.domain.audit import AuditKind
from chalicelib.domain.second_factors import FREE_ATTEMPTS, WAIT_MAX_SECONDS, WAIT_SECONDS, SecondFactor
from tests.fakes.server import FakeServer
from tests.fakes.tables import SecondFactorRow, Tables


class FakeSecondFactors:
    """SecondFactorRepository."""

    def __init__(self, server: FakeServer, tables: Tables) -> None:
        self._server = server
        self._tables = tables
        self.rows = tables.second_factors

    async def get(self, user: str) -> SecondFactor | None:
        await self._server.reached("second_factors.get")
        row = self.rows.get(user)
        return None if row is None else SecondFactor(row.sealed, row.confirmed, len(row.digests))

    async def begin(self, user: str, sealed: str) -> bool:
        await self._server.reached("second_factors.begin")
        row = self.rows.setdefault(user, SecondFactorRow(sealed))
        if row.confirmed:
            return False
        row.sealed = sealed
        return True

    async def attempt(self, user: str, now: int) -> int:
        await self._server.reached("second_factors.attempt")
        row = self.rows.get(user)
        if row is None:
            return 0
        if row.blocked_until > now:
            return max(row.blocked_until - now, 1_000_000)
        row.attempts += 1
        if row.attempts >= FREE_ATTEMPTS:
            wait = min(WAIT_MAX_SECONDS, WAIT_SECONDS * 2 ** (row.attempts - FREE_ATTEMPTS))
            row.blocked_until = now + wait * 1_000_000
        return 0

    async def accept(self, user: str, step: int) -> bool:
        await self._server.reached("second_factors.accept")
        row = self.rows.get(user)
        if row is None or row.last_step >= step:
            return False
        row.last_step, row.attempts, row.blocked_until = step, 0, 0
        return True

    async def use_recovery_code(self, user: str, digest: str) -> bool:
        await self._server.reached("second_factors.use_recovery_code")
        row = self.rows.get(user)
        if row is None or digest not in row.digests:
            return False
        row.digests.remove(digest)
        row.attempts, row.blocked_until = 0, 0
        self._tables.note(AuditKind.RECOVERY_CODE_USED, actor=user, target=user)
        return True

    async def confirm(self, user: str, digests: Sequence[str]) -> bool:
        await self._server.reached("second_factors.confirm")
        row = self.rows.get(user)
        if row is None or row.confirmed:
            return False
        row.confirmed, row.digests = True, set(digests)
        self._tables.note(AuditKind.SECOND_FACTOR_ON, actor=user, target=user)
        return True

    async def reseal(self, user: str, before: str, sealed: str) -> None:
        await self._server.reached("second_factors.reseal")
        row = self.rows.get(user)
        if row is not None and row.sealed == before:
            row.sealed = sealed

    async def remove(self, user: str) -> None:
        await self._server.reached("second_factors.remove")
        if self.rows.pop(user, None) is not None:
            self._tables.note(AuditKind.SECOND_FACTOR_OFF, target=user)
