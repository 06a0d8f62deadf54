"""Accounts at an identity provider."""

from typing import Final

import asyncpg

from chalicelib.domain.identities import Identity
from chalicelib.errors import Conflict
from chalicelib.repositories.postgres.connection import Link, Postgres, instant, microseconds, storable

_IDENTITY: Final = "id, user_id, issuer, subject, email, created_at"


class Identities:
    """IdentityRepository on the table `identities`."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres

    async def add(self, identity: Identity) -> None:
        """Connect an identity to its user. Raises Conflict."""
        try:
            await self._postgres.change(lambda link: insert(link, identity))
        except asyncpg.UniqueViolationError as error:
            raise Conflict(TAKEN, {"field": "identity"}) from error

    async def get(self, issuer: str, subject: str) -> Identity | None:
        """Whom the provider calls so."""
        if not storable(subject):
            return None
        row = await self._postgres.row(
            f"select {_IDENTITY} from identities where issuer = $1 and subject = $2",  # noqa: S608 - constants
            issuer,
            subject,
        )
        return None if row is None else _identity(row)

    async def of_user(self, user: str) -> list[Identity]:
        """The user's, the oldest first."""
        rows = await self._postgres.rows(
            f"select {_IDENTITY} from identities where user_id = $1 order by created_at, id",  # noqa: S608 - constants
            user,
        )
        return [_identity(row) for row in rows]

    async def remove(self, user: str, identity: str) -> bool:
        """Disconnect one of the user's; False if there is none like it."""
        row = await self._postgres.change(
            lambda link: link.fetchrow(
                "delete from identities where id = $2 and user_id = $1 returning id", user, identity
            )
        )
        return row is not None


TAKEN: Final = "This account at the provider is connected already. Disconnect it there first."


async def insert(link: Link, identity: Identity) -> None:
    """Store an identity within a transaction. Raises asyncpg.UniqueViolationError."""
    await link.execute(
        "insert into identities (id, user_id, issuer, subject, email, created_at) values ($1, $2, $3, $4, $5, $6)",
        identity.id,
        identity.user,
        identity.issuer,
        identity.subject,
        identity.email,
        instant(identity.created_at),
    )


def _identity(row: asyncpg.Record) -> Identity:
    return Identity(
        row["id"], row["user_id"], row["issuer"], row["subject"], row["email"], microseconds(row["created_at"])
    )
