"""The audit log: read by administrators, and what is written to it beside changes of the store."""

from typing import Final

from chalicelib.domain.audit import AuditEntry, AuditFilter, AuditKind
from chalicelib.domain.invites import Registration
from chalicelib.domain.permissions import Operation
from chalicelib.gateways.base import Clock
from chalicelib.limits import PAGE_MAX
from chalicelib.repositories.base import AuditRepository
from chalicelib.services.permissions import Permissions

_DAY_US: Final = 24 * 3_600 * 1_000_000


class Audit:
    """Use cases around the audit log."""

    def __init__(
        self, audit: AuditRepository, permissions: Permissions, clock: Clock, registration: Registration, kept_days: int
    ) -> None:
        self._audit = audit
        self._permissions = permissions
        self._clock = clock
        self._registration = registration
        self._kept_us = kept_days * _DAY_US

    async def page(self, user: str, wanted: AuditFilter, before: int | None) -> tuple[list[AuditEntry], bool]:
        """The latest entries with an id below `before`, the newest first, and whether there are more. Raises Forbidden.

        `before` is a cursor: entries that are written meanwhile move nothing.
        """
        await self._permissions.require(user, None, Operation.READ_AUDIT)
        found = await self._audit.page(wanted, before, PAGE_MAX + 1)
        return found[:PAGE_MAX], len(found) > PAGE_MAX

    async def login_refused(self, account: str | None, why: str) -> None:
        """Write down that a log-in was refused; what was typed is not kept, which may be a password in the wrong field.

        `account` is None where there is none of that name.
        """
        await self._audit.add(AuditKind.LOGIN_REFUSED, account, why)

    async def sweep(self, limit: int) -> int:
        """Forget entries that were kept long enough; how many. Notes who may register where no entry says so."""
        gone = await self._audit.expire(self._clock.now() - self._kept_us, limit)
        await self._audit.add_changed(AuditKind.REGISTRATION_SET, self._registration.value)
        return gone
