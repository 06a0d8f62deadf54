"""Users and their credentials."""

from collections.abc import Iterable
from typing import Final

import asyncpg

from chalicelib.domain.accounts import Account, User, key
from chalicelib.errors import Conflict
from chalicelib.repositories.postgres.connection import Link, Postgres, instant, storable

_SHARING: Final = 1_000
_TAKEN: Final = {
    "user_name_taken": ("name", "This name is taken. Choose another one."),
    "user_email_taken": ("email", "This email has an account already. Log in with it."),
}


class Users:
    """UserRepository on the table `users`."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres

    async def add(self, account: Account, now: int) -> None:
        """Store a new account. Raises Conflict with `details.field` "name" or "email" when that key is taken."""

        async def insert(link: Link) -> None:
            await link.execute(
                "insert into users (id, name, name_key, email, email_key, password_hash, created_at)"
                " values ($1, $2, $3, $4, $5, $6, $7)",
                account.id,
                account.name,
                key(account.name),
                account.email,
                key(account.email),
                account.password_hash,
                instant(now),
            )

        try:
            await self._postgres.change(insert)
        except asyncpg.UniqueViolationError as error:
            if error.constraint_name not in _TAKEN:
                raise
            field, sentence = _TAKEN[error.constraint_name]
            raise Conflict(sentence, {"field": field}) from error

    async def by_login(self, key: str) -> Account | None:
        """The account whose name or email has this key; never two, since an email has an @ and a name has none."""
        if not storable(key):
            return None
        return await self._account(
            "select id, name, email, password_hash from users where name_key = $1 or email_key = $1", key
        )

    async def account(self, user: str) -> Account | None:
        """The account with this id."""
        return await self._account("select id, name, email, password_hash from users where id = $1", user)

    async def set_password_hash(self, user: str, password_hash: str) -> None:
        """Replace the stored hash."""
        await self._postgres.change(
            lambda link: link.execute("update users set password_hash = $2 where id = $1", user, password_hash)
        )

    async def by_ids(self, users: Iterable[str]) -> list[User]:
        """Those of the ids that exist."""
        found = await self._postgres.rows("select id, name from users where id = any($1::text[])", list(users))
        return [_user(row) for row in found]

    async def search(self, text: str, limit: int) -> list[User]:
        """Users whose name's key contains the key `text`, ordered by key."""
        if not storable(text):
            return []
        # strpos has no wildcards, so nothing in the text needs to be escaped.
        found = await self._postgres.rows(
            "select id, name from users where strpos(name_key, $1) > 0 order by name_key limit $2", text, limit
        )
        return [_user(row) for row in found]

    async def sharing_rooms(self, user: str) -> list[User]:
        """The user and everybody in a room with the user, at most 1,000, by id."""
        found = await self._postgres.rows(
            "select id, name from users where id = $1 or id in ("
            " select other.user_id from memberships mine join memberships other using (room_id)"
            " where mine.user_id = $1)"
            " order by id <> $1, id limit $2",
            user,
            _SHARING,
        )
        return sorted((_user(row) for row in found), key=lambda it: it.id)

    async def _account(self, statement: str, argument: str) -> Account | None:
        row = await self._postgres.row(statement, argument)
        return None if row is None else Account(**row)


def _user(row: asyncpg.Record) -> User:
    return User(row["id"], row["name"])
