"""The outbox: changes of access that wait to be applied, and the version that orders them.

A change of a user's rooms or sessions runs in one transaction: `lock` first, then the change, then `record`.
"""

from datetime import datetime
from typing import Final

import asyncpg

from chalicelib.domain.access import Access, AccessChange, ChangeKind
from chalicelib.domain.permissions import silenced
from chalicelib.domain.sessions import IDLE_US
from chalicelib.repositories.postgres.connection import Link, Postgres, instant
from chalicelib.repositories.postgres.standings import standing_of

_SNAPSHOT: Final = (
    "with mine as materialized (select id, role, access_version, deleted_at is not null as deleted,"
    " array(select id from sessions where user_id = users.id and revoked_at is null"
    "  and expires_at > $2 and rotated_at > $3) as sessions,"
    " array(select blocked_id from blocks where blocker_id = users.id) as blocks"
    " from users where id = $1)"
    " select mine.id as user_id, mine.role as workspace, mine.access_version, mine.sessions, mine.blocks, rooms.*,"
    " memberships.role as place, false as banned,"
    " exists (select from sanctions where user_id = mine.id and room_id = rooms.id and kind = 'muted') as muted,"
    " exists (select from blocks where dm_key = rooms.dm_key) as blocked"
    " from mine left join memberships on memberships.user_id = mine.id and not mine.deleted"
    " left join rooms on rooms.id = memberships.room_id"
)
"""A user with the rooms he or she is in, a row each (see standings.py), or one row without a room."""


async def lock(link: Link, *users: str) -> None:
    """Make changes of these users' access wait for each other, until the transaction ends.

    In the order of ids, so that two transactions that lock the same users never wait for each other in a circle.
    """
    await link.execute("select from users where id = any($1::text[]) order by id for no key update", list(users))


async def record(
    link: Link,
    user: str,
    kind: ChangeKind,
    at: datetime,
    *,
    room: str | None = None,
    actor: str | None = None,
    event: str | None = None,
) -> AccessChange:
    """Raise the user's version and write the outbox row of a change made in this transaction."""
    row = await link.fetchrow(
        "with raised as (update users set access_version = access_version + 1 where id = $1)"
        " insert into outbox (user_id, kind, room_id, actor_id, event_id, created_at)"
        " values ($1, $2, $3, $4, $5, $6) returning *",
        user,
        kind.value,
        room,
        actor,
        event,
        at,
    )
    if row is None:
        raise RuntimeError("PostgreSQL stored an outbox row and did not return it")
    return _change(row)


class Outbox:
    """OutboxRepository on the table `outbox`."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres

    async def snapshot(self, user: str, now: int) -> Access:
        """All rooms and living sessions of the user with the version they are at; one statement, so one moment."""
        rows = await self._postgres.rows(_SNAPSHOT, user, instant(now), instant(now - IDLE_US))
        if not rows:
            return Access(user, 0, frozenset(), frozenset())
        standings = [standing_of(row) for row in rows if row["id"] is not None]
        return Access(
            user,
            rows[0]["access_version"],
            frozenset(it.room.id for it in standings if it.room),
            frozenset(rows[0]["sessions"]),
            frozenset(it.room.id for it in standings if it.room and silenced(it)),
            frozenset(rows[0]["blocks"]),
        )

    async def older_than(self, created_before: int, limit: int) -> list[AccessChange]:
        """Rows nobody has marked as applied, in the order they were written in."""
        # By id, not by time: a user's rows are written under a lock, so their ids rise whatever the clocks say.
        found = await self._postgres.rows(
            "select * from outbox where created_at < $1 order by id limit $2", instant(created_before), limit
        )
        return [_change(row) for row in found]

    async def before(self, change: AccessChange) -> list[AccessChange]:
        """Rows about the same user and room with a lower id that nobody has marked as applied, in order."""
        found = await self._postgres.rows(
            "select * from outbox where user_id = $1 and room_id = $2 and id < $3 order by id",
            change.user,
            change.room,
            change.id,
        )
        return [_change(row) for row in found]

    async def done(self, change: AccessChange) -> None:
        """Forget the row: it is applied."""
        await self._postgres.change(lambda link: link.execute("delete from outbox where id = $1", change.id))


def _change(row: asyncpg.Record) -> AccessChange:
    return AccessChange(
        id=row["id"],
        user=row["user_id"],
        kind=ChangeKind(row["kind"]),
        room=row["room_id"],
        actor=row["actor_id"],
        event=row["event_id"],
    )
