"""The audit log, in memory."""

from chalicelib.domain.audit import KEPT_DAYS_MIN, AuditEntry, AuditFilter, AuditKind
from tests.fakes.server import FakeServer
from tests.fakes.tables import Tables


class FakeAudit:
    """AuditRepository."""

    def __init__(self, server: FakeServer, tables: Tables) -> None:
        self._server = server
        self._tables = tables

    async def add(self, kind: AuditKind, target: str | None, detail: str) -> None:
        await self._server.reached("audit.add")
        self._tables.note(kind, target=target, detail=detail)

    async def add_changed(self, kind: AuditKind, detail: str) -> None:
        await self._server.reached("audit.add_changed")
        last = next((it for it in reversed(self._tables.audit) if it.kind is kind), None)
        if last is None or last.detail != detail:
            self._tables.note(kind, detail=detail)

    async def page(self, wanted: AuditFilter, before: int | None, limit: int) -> list[AuditEntry]:
        await self._server.reached("audit.page")
        found = [it for it in self._tables.audit if (before is None or it.id < before) and _wanted(it, wanted)]
        return found[::-1][:limit]

    async def expire(self, before: int, limit: int) -> int:
        await self._server.reached("audit.expire")
        kept_from = self._tables.now() - KEPT_DAYS_MIN * 24 * 3_600 * 1_000_000
        gone = [it for it in self._tables.audit if it.at < min(before, kept_from)][:limit]
        self._tables.audit = [it for it in self._tables.audit if it not in gone]
        return len(gone)


def _wanted(entry: AuditEntry, wanted: AuditFilter) -> bool:
    return (
        wanted.actor in (None, entry.actor)
        and wanted.target in (None, entry.target)
        and wanted.kind in (None, entry.kind)
        and (wanted.since is None or entry.at >= wanted.since)
        and (wanted.until is None or entry.at < wanted.until)
    )
