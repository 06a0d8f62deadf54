"""The audit log. `note` writes an entry in the transaction of the change it tells of: both happen, or neither."""

import asyncpg

from chalicelib.domain.audit import AuditEntry, AuditFilter, AuditKind
from chalicelib.origin import origin
from chalicelib.repositories.postgres.connection import Link, Postgres, instant, microseconds


async def note(
    link: Link,
    kind: AuditKind,
    *,
    actor: str | None = None,
    target: str | None = None,
    room: str | None = None,
    detail: str = "",
) -> None:
    """Write down what this transaction does. The actor is the caller unless one is given."""
    came = origin()
    await link.execute(
        "insert into audit (kind, actor_id, target_id, room_id, network, detail) values ($1, $2, $3, $4, $5, $6)",
        kind.value,
        actor or came.user,
        target,
        room,
        came.network,
        detail,
    )


class Audit:
    """AuditRepository on the table `audit`."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres

    async def add(self, kind: AuditKind, target: str | None, detail: str) -> None:
        """Write an entry of something that changed nothing in the store."""
        await self._postgres.change(lambda link: note(link, kind, target=target, detail=detail))

    async def add_changed(self, kind: AuditKind, detail: str) -> None:
        """Write an entry unless the latest of its kind says the same."""

        async def add(link: Link) -> None:
            # One at a time: two that see the same change write it once.
            await link.execute("select pg_advisory_xact_lock(hashtext($1))", f"audit {kind.value}")
            last = await link.fetchval("select detail from audit where kind = $1 order by id desc limit 1", kind.value)
            if last != detail:
                await note(link, kind, detail=detail)

        await self._postgres.change(add)

    async def page(self, wanted: AuditFilter, before: int | None, limit: int) -> list[AuditEntry]:
        """The latest entries with an id below `before`, the newest first."""
        found = await self._postgres.rows(
            "select * from audit where ($1::bigint is null or id < $1)"
            " and ($2::text is null or actor_id = $2) and ($3::text is null or target_id = $3)"
            " and ($4::text is null or kind = $4)"
            " and ($5::timestamptz is null or at >= $5) and ($6::timestamptz is null or at < $6)"
            " order by id desc limit $7",
            before,
            wanted.actor,
            wanted.target,
            wanted.kind.value if wanted.kind else None,
            None if wanted.since is None else instant(wanted.since),
            None if wanted.until is None else instant(wanted.until),
            limit,
        )
        return [_entry(row) for row in found]

    async def expire(self, before: int, limit: int) -> int:
        """Delete entries from before then, and none that the store keeps in any case; how many there were."""
        gone = await self._postgres.change(
            lambda link: link.fetch(
                "delete from audit where id in (select id from audit where"
                " at < least($1, clock_timestamp() - interval '30 days') order by at limit $2) returning id",
                instant(before),
                limit,
            )
        )
        return len(gone)


def _entry(row: asyncpg.Record) -> AuditEntry:
    return AuditEntry(
        id=row["id"],
        at=microseconds(row["at"]),
        kind=AuditKind(row["kind"]),
        actor=row["actor_id"],
        target=row["target_id"],
        room=row["room_id"],
        network=row["network"],
        detail=row["detail"],
    )
