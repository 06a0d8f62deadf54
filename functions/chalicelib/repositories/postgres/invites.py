"""Invitations to the workspace."""

from typing import Final

import asyncpg

from chalicelib.domain.audit import AuditKind
from chalicelib.domain.invites import Invite
from chalicelib.repositories.postgres.audit import note
from chalicelib.repositories.postgres.connection import Link, Postgres, instant, microseconds

_LISTED: Final = 200


class Invites:
    """InviteRepository on the table `invites`."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres

    async def add(self, invite: Invite) -> None:
        """Store an invitation."""

        async def insert(link: Link) -> None:
            await link.execute(
                "insert into invites (id, digest, created_by, created_at, expires_at, uses_left)"
                " values ($1, $2, $3, $4, $5, $6)",
                invite.id,
                invite.digest,
                invite.created_by,
                instant(invite.created_at),
                instant(invite.expires_at),
                invite.uses_left,
            )
            await note(link, AuditKind.INVITE_MADE, actor=invite.created_by, detail=str(invite.uses_left))

        await self._postgres.change(insert)

    async def usable(self, now: int) -> list[Invite]:
        """Those that still let somebody in, the newest first."""
        found = await self._postgres.rows(
            "select * from invites where expires_at > $1 and uses_left > 0 order by created_at desc, id desc limit $2",
            instant(now),
            _LISTED,
        )
        return [_invite(row) for row in found]

    async def revoke(self, invite: str) -> bool:
        """Delete an invitation; False if there is none with this id."""

        async def delete(link: Link) -> bool:
            gone = await link.fetchrow("delete from invites where id = $1 returning created_by", invite)
            if gone is not None:
                await note(link, AuditKind.INVITE_REVOKED, target=gone["created_by"])
            return gone is not None

        return await self._postgres.change(delete)


def _invite(row: asyncpg.Record) -> Invite:
    return Invite(
        id=row["id"],
        digest=row["digest"],
        created_by=row["created_by"],
        created_at=microseconds(row["created_at"]),
        expires_at=microseconds(row["expires_at"]),
        uses_left=row["uses_left"],
    )
