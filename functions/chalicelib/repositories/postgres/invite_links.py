"""Invite links. A use is taken in the transaction that makes the member: no link is used more often than it may be."""

import asyncpg

from chalicelib.domain.access import AccessChange
from chalicelib.domain.audit import AuditKind
from chalicelib.domain.invite_links import InviteLink
from chalicelib.domain.permissions import Judge
from chalicelib.domain.rooms import Role
from chalicelib.repositories.postgres.audit import note
from chalicelib.repositories.postgres.connection import Link, Postgres, instant, microseconds
from chalicelib.repositories.postgres.outbox import lock
from chalicelib.repositories.postgres.rooms import admit, lock_room
from chalicelib.repositories.postgres.standings import standing_in


class InviteLinks:
    """InviteLinkRepository on the table `invite_links`."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres

    async def add(self, invite: InviteLink, digest: str) -> None:
        """Store a link; those of the room that have run out go."""

        async def insert(link: Link) -> None:
            await link.execute(
                "delete from invite_links where room_id = $1 and (expires_at <= $2 or uses_left = 0)",
                invite.room,
                instant(invite.created_at),
            )
            await link.execute(
                "insert into invite_links (id, room_id, digest, created_by, created_at, expires_at, uses_left)"
                " values ($1, $2, $3, $4, $5, $6, $7)",
                invite.id,
                invite.room,
                digest,
                invite.created_by,
                instant(invite.created_at),
                instant(invite.expires_at),
                invite.uses_left,
            )
            await note(link, AuditKind.INVITE_LINK_MADE, actor=invite.created_by, room=invite.room)

        await self._postgres.change(insert)

    async def of_room(self, room: str, now: int) -> list[InviteLink]:
        """Links of the room that can be used, by id."""
        found = await self._postgres.rows(
            "select * from invite_links where room_id = $1 and expires_at > $2 and uses_left > 0 order by id",
            room,
            instant(now),
        )
        return [_invite(row) for row in found]

    async def revoke(self, room: str, invite: str) -> None:
        """End a link of the room."""

        async def end(link: Link) -> None:
            gone = await link.fetchval(
                "delete from invite_links where id = $1 and room_id = $2 returning true", invite, room
            )
            if gone:
                await note(link, AuditKind.INVITE_LINK_REVOKED, room=room)

        await self._postgres.change(end)

    async def find(self, digest: str, now: int) -> InviteLink | None:
        """The link with this digest, if it can be used."""
        row = await self._postgres.row(
            "select * from invite_links where digest = $1 and expires_at > $2 and uses_left > 0", digest, instant(now)
        )
        return None if row is None else _invite(row)

    async def use(
        self, invite: InviteLink, user: str, judge: Judge, event: str, now: int
    ) -> tuple[bool, AccessChange | None]:
        """Make the user a member by the link. Whether it could be used, and the change unless a member already, which
        takes no use.
        """

        async def enter(link: Link) -> tuple[bool, AccessChange | None]:
            await lock(link, user)
            await lock_room(link, invite.room)
            standing = await standing_in(link, user, invite.room)
            judge(standing, standing)
            if standing.role is not None:
                return True, None
            used = await link.fetchval(
                "update invite_links set uses_left = uses_left - 1"
                " where id = $1 and uses_left > 0 and expires_at > $2 returning true",
                invite.id,
                instant(now),
            )
            if used is None:
                return False, None
            return True, await admit(link, invite.room, user, Role.MEMBER, user, event, instant(now))

        return await self._postgres.change(enter)


def _invite(row: asyncpg.Record) -> InviteLink:
    return InviteLink(
        id=row["id"],
        room=row["room_id"],
        created_by=row["created_by"],
        created_at=microseconds(row["created_at"]),
        expires_at=microseconds(row["expires_at"]),
        uses_left=row["uses_left"],
    )
