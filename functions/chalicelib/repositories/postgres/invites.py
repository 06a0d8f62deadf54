"""Invitations to the workspace."""

import asyncpg

from chalicelib.domain.invites import Invite
from chalicelib.repositories.postgres.connection import Postgres, instant, microseconds


class Invites:
    """InviteRepository on the table `invites`."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres

    async def add(self, invite: Invite) -> None:
        """Store an invitation."""
        await self._postgres.change(
            lambda link: link.execute(
                "insert into invites (id, digest, created_by, created_at, expires_at, uses_left)"
                " values ($1, $2, $3, $4, $5, $6)",
                invite.id,
                invite.digest,
                invite.created_by,
                instant(invite.created_at),
                instant(invite.expires_at),
                invite.uses_left,
            )
        )

    async def of_user(self, user: str, now: int) -> list[Invite]:
        """Those of the user that still let somebody in, the newest first."""
        found = await self._postgres.rows(
            "select * from invites where created_by = $1 and expires_at > $2 and uses_left > 0"
            " order by created_at desc, id desc",
            user,
            instant(now),
        )
        return [_invite(row) for row in found]

    async def revoke(self, user: str, invite: str) -> bool:
        """Delete an invitation of the user; False if there is none with this id."""
        row = await self._postgres.change(
            lambda link: link.fetchrow(
                "delete from invites where id = $1 and created_by = $2 returning id", invite, user
            )
        )
        return row is not None


def _invite(row: asyncpg.Record) -> Invite:
    return Invite(
        id=row["id"],
        digest=row["digest"],
        created_by=row["created_by"],
        created_at=microseconds(row["created_at"]),
        expires_at=microseconds(row["expires_at"]),
        uses_left=row["uses_left"],
    )
