"""The audit log."""

from typing import Annotated

from pydantic import Field

from chalicelib.domain.audit import AuditKind
from chalicelib.limits import PAGE_MAX
from chalicelib.schemas.base import NUMBER_MAX, Id, Micros, Model

Cursor = Annotated[int, Field(ge=1, le=NUMBER_MAX, description="An entry's id: ids rise with time.")]


class ListAudit(Model):
    """Query: the latest entries with an id below `before`. Times: since <= at < until."""

    before: Cursor | None = None
    actor: Id | None = None
    target: Id | None = None
    kind: AuditKind | None = None
    since: Annotated[int, Field(ge=0, le=NUMBER_MAX)] | None = None
    until: Annotated[int, Field(ge=0, le=NUMBER_MAX)] | None = None


class AuditEntry(Model):
    """Who did what to whom, when and from where; ids only, which GET /users names."""

    id: int
    at: Micros
    kind: AuditKind
    actor: Annotated[Id | None, Field(description="Null: the system, or somebody who is not known.")]
    target: Annotated[Id | None, Field(description="The user it was done to.")]
    room: Id | None
    network: Annotated[
        str, Field(description="`local`, `private`, or the network (/24, /48) of the address; empty for the system.")
    ]
    detail: Annotated[str, Field(description="A word of what was decided, as the new role.")]


class AuditPage(Model):
    """Entries, the newest first; `more` tells that older ones follow the last one's id."""

    entries: Annotated[list[AuditEntry], Field(max_length=PAGE_MAX)]
    more: bool
