"""REST: the audit log."""

from chalicelib.domain.audit import AuditFilter
from chalicelib.handlers.rest import Call, Rest
from chalicelib.schemas.audit import AuditEntry, AuditPage, ListAudit

audit = Rest(__name__)


@audit.operation("GET", "/audit", query=ListAudit, answer=AuditPage)
async def list_audit(call: Call, query: ListAudit) -> AuditPage:
    """What was done of security and administration, the newest first: for owners and admins of the workspace."""
    wanted = AuditFilter(query.actor, query.target, query.kind, query.since, query.until)
    found, more = await call.app.audit.page(call.user, wanted, query.before)
    return AuditPage(
        entries=[
            AuditEntry(
                id=it.id,
                at=it.at,
                kind=it.kind,
                actor=it.actor,
                target=it.target,
                room=it.room,
                network=it.network,
                detail=it.detail,
            )
            for it in found
        ],
        more=more,
    )
