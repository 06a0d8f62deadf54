"""Sessions. Every change that sockets must hear of is written with its outbox row."""

import asyncpg

from chalicelib.domain.access import AccessChange, ChangeKind
from chalicelib.domain.accounts import DISABLED
from chalicelib.domain.audit import AuditKind
from chalicelib.domain.sessions import IDLE_US, OpenSession, Session
from chalicelib.errors import Forbidden
from chalicelib.repositories.postgres.audit import note
from chalicelib.repositories.postgres.connection import Link, Postgres, instant, microseconds
from chalicelib.repositories.postgres.outbox import lock, record


class Sessions:
    """SessionRepository on the table `sessions`."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres

    async def add(self, session: Session, now: int, agent: str, address: str) -> AccessChange:
        """Store a new session. Raises Forbidden for a disabled account."""

        async def insert(link: Link) -> AccessChange:
            await lock(link, session.user)
            if await link.fetchval("select disabled_at is not null from users where id = $1", session.user):
                raise Forbidden(DISABLED)
            await link.execute(
                "insert into sessions (id, user_id, refresh_digest, previous_digest, rotated_at, expires_at,"
                " created_at, agent, address) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                session.id,
                session.user,
                session.refresh_digest,
                session.previous_digest,
                instant(session.rotated_at),
                instant(session.expires_at),
                instant(now),
                agent,
                address,
            )
            await note(link, AuditKind.LOGGED_IN, actor=session.user)
            return await record(link, session.user, ChangeKind.SESSION, instant(now))

        return await self._postgres.change(insert)

    async def get(self, session: str) -> Session | None:
        """The session, alive or not."""
        row = await self._postgres.row("select * from sessions where id = $1", session)
        return None if row is None else _session(row)

    async def rotate(self, session: str, old_digest: str, new_digest: str, now: int, agent: str, address: str) -> bool:
        """Replace the refresh token if `old_digest` is still the current one and the session was not ended."""
        row = await self._postgres.change(
            lambda link: link.fetchrow(
                "update sessions set previous_digest = refresh_digest, refresh_digest = $3, rotated_at = $4,"
                " agent = $5, address = $6"
                " where id = $1 and refresh_digest = $2 and revoked_at is null returning id",
                session,
                old_digest,
                new_digest,
                instant(now),
                agent,
                address,
            )
        )
        return row is not None

    async def of_user(self, user: str, now: int) -> list[OpenSession]:
        """The user's living sessions, the one used last first."""
        found = await self._postgres.rows(
            "select * from sessions where user_id = $1 and revoked_at is null and expires_at > $2 and rotated_at > $3"
            " order by rotated_at desc, id desc",
            user,
            instant(now),
            instant(now - IDLE_US),
        )
        return [
            OpenSession(_session(row), microseconds(row["created_at"]), row["agent"], row["address"]) for row in found
        ]

    async def revoke(self, session: str) -> AccessChange | None:
        """End the session; None if it had ended already (or never was)."""

        async def end(link: Link) -> AccessChange | None:
            user = await link.fetchval("select user_id from sessions where id = $1", session)
            if user is None:
                return None
            await lock(link, user)
            ended = await link.fetchrow(
                "update sessions set revoked_at = clock_timestamp() where id = $1 and revoked_at is null"
                " returning revoked_at",
                session,
            )
            if ended is None:
                return None
            await note(link, AuditKind.SESSION_ENDED, target=user)
            return await record(link, user, ChangeKind.SESSION, ended["revoked_at"])

        return await self._postgres.change(end)

    async def revoke_all(self, user: str, keep: str | None) -> AccessChange | None:
        """End all sessions of the user but `keep`."""

        async def end(link: Link) -> AccessChange | None:
            await lock(link, user)
            if (change := await end_all(link, user, keep)) is not None:
                await note(link, AuditKind.SESSIONS_ENDED, target=user)
            return change

        return await self._postgres.change(end)

    async def revoke_expired(self, now: int, limit: int) -> list[AccessChange]:
        """End at most `limit` sessions that are past their deadline."""
        at, idle_since = instant(now), instant(now - IDLE_US)

        async def end(link: Link) -> list[AccessChange]:
            found = await link.fetch(
                "select id, user_id from sessions"
                " where revoked_at is null and (expires_at <= $1 or rotated_at <= $2) limit $3",
                at,
                idle_since,
                limit,
            )
            await lock(link, *{row["user_id"] for row in found})
            # Asked again under the lock: one that was refreshed or ended meanwhile is left alone.
            ended = await link.fetch(
                "update sessions set revoked_at = $1 where id = any($3::text[]) and revoked_at is null"
                " and (expires_at <= $1 or rotated_at <= $2) returning user_id",
                at,
                idle_since,
                [row["id"] for row in found],
            )
            return [await record(link, row["user_id"], ChangeKind.SESSION, at) for row in ended]

        return await self._postgres.change(end)


async def end_all(link: Link, user: str, keep: str | None) -> AccessChange | None:
    """End the sessions of the user, whose row is locked, in a transaction that may do more than that."""
    ended = await link.fetch(
        "update sessions set revoked_at = clock_timestamp()"
        " where user_id = $1 and id is distinct from $2 and revoked_at is null returning revoked_at",
        user,
        keep,
    )
    if not ended:
        return None
    return await record(link, user, ChangeKind.SESSION, ended[0]["revoked_at"])


def _session(row: asyncpg.Record) -> Session:
    return Session(
        id=row["id"],
        user=row["user_id"],
        refresh_digest=row["refresh_digest"],
        previous_digest=row["previous_digest"],
        rotated_at=microseconds(row["rotated_at"]),
        expires_at=microseconds(row["expires_at"]),
        revoked=row["revoked_at"] is not None,
    )
