"""Users and their credentials."""

from collections.abc import Iterable
from typing import Final

import asyncpg

from chalicelib.domain.access import AccessChange, ChangeKind
from chalicelib.domain.accounts import DELETED, Account, User, key
from chalicelib.domain.audit import AuditKind
from chalicelib.domain.identities import Identity
from chalicelib.errors import Conflict, Forbidden
from chalicelib.repositories.postgres.audit import note
from chalicelib.repositories.postgres.connection import Link, Postgres, instant, storable
from chalicelib.repositories.postgres.identities import TAKEN
from chalicelib.repositories.postgres.identities import insert as connect
from chalicelib.repositories.postgres.outbox import lock, record

_SHARING: Final = 1_000
_USER: Final = "id, name, colour, status, deleted_at is not null as deleted"
_ACCOUNT: Final = "id, name, email, password_hash, colour, status"
_PERSONAL: Final = (
    ("sessions", "user_id"),
    ("one_time_tokens", "user_id"),
    ("invites", "created_by"),
    ("second_factors", "user_id"),
    ("notification_settings", "user_id"),
    ("room_notifications", "user_id"),
    ("identities", "user_id"),
    ("blocks", "blocker_id"),
    ("blocks", "blocked_id"),
)
"""Tables, and their column of the user, whose rows go with an account."""

_BLOCKING: Final = (
    "select blocker_id as id from blocks where blocked_id = $1"
    " union select blocked_id from blocks where blocker_id = $1 order by id"
)
"""Everybody who has blocked the user or is blocked by the user."""

_HAND_OVER: Final = """
update memberships set role = 'owner' from (
    select distinct on (mine.room_id) mine.room_id, other.user_id
    from memberships mine join memberships other on other.room_id = mine.room_id and other.user_id <> mine.user_id
    where mine.user_id = $1 and mine.role = 'owner' and not exists (
        select from memberships owner
        where owner.room_id = mine.room_id and owner.role = 'owner' and owner.user_id <> mine.user_id)
    order by mine.room_id, other.joined_at, other.user_id
) heir where memberships.room_id = heir.room_id and memberships.user_id = heir.user_id
"""
_ONE_OWNER: Final = "one_workspace_owner"
_TAKEN: Final = {
    "user_name_taken": ("name", "This name is taken. Choose another one."),
    "user_email_taken": ("email", "This email has an account already. Log in with it."),
    "identity_taken": ("identity", TAKEN),
}


class Users:
    """UserRepository on the table `users`."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres

    async def add(
        self, account: Account, now: int, invite: str | None = None, identity: Identity | None = None
    ) -> None:
        """Store a new account, and use an invitation and connect an identity. Raises Conflict and Forbidden."""

        async def insert(link: Link) -> None:
            if invite is not None:
                await _use(link, invite, now)
            await link.execute(
                # Whoever comes first owns the workspace; of two at once, one is stored and the other tries again.
                "insert into users (id, name, name_key, email, email_key, password_hash, created_at, role)"
                " select $1, $2, $3, $4, $5, $6, $7,"
                " case when exists (select from users where role = 'owner') then 'member' else 'owner' end",
                account.id,
                account.name,
                key(account.name),
                account.email,
                key(account.email),
                account.password_hash,
                instant(now),
            )
            await note(link, AuditKind.REGISTERED, actor=account.id, detail="" if invite is None else "invited")
            if identity is not None:
                await connect(link, identity)

        try:
            await self._postgres.change(insert)
        except asyncpg.UniqueViolationError as error:
            if error.constraint_name == _ONE_OWNER:
                await self.add(account, now, invite, identity)
                return
            raise _taken(error) from error

    async def any(self) -> bool:
        """Whether there is an account, or ever was one."""
        return await self._postgres.row("select from users limit 1") is not None

    async def change_profile(
        self, user: str, name: str | None, colour: int | None, status: str | None
    ) -> Account | None:
        """Change what is not None. Raises Conflict when the name is taken."""
        try:
            row = await self._postgres.change(
                lambda link: link.fetchrow(
                    "update users set name = coalesce($2, name), name_key = coalesce($3, name_key),"  # noqa: S608 - constants
                    " colour = case when $4::smallint is null then colour else nullif($4, -1) end,"
                    f" status = coalesce($5, status) where id = $1 and deleted_at is null returning {_ACCOUNT}",
                    user,
                    name,
                    None if name is None else key(name),
                    colour,
                    status,
                )
            )
        except asyncpg.UniqueViolationError as error:
            raise _taken(error) from error
        return None if row is None else Account(**row)

    async def by_login(self, key: str) -> Account | None:
        """The account whose name or email has this key; never two, since an email has an @ and a name has none."""
        if not storable(key):
            return None
        return await self._account(
            f"select {_ACCOUNT} from users where (name_key = $1 or email_key = $1) and deleted_at is null",  # noqa: S608 - constants
            key,
        )

    async def account(self, user: str) -> Account | None:
        """The account with this id."""
        return await self._account(
            f"select {_ACCOUNT} from users where id = $1 and deleted_at is null",  # noqa: S608 - constants
            user,
        )

    async def set_password_hash(self, user: str, password_hash: str) -> None:
        """Replace the stored hash."""
        await self._postgres.change(
            lambda link: link.execute("update users set password_hash = $2 where id = $1", user, password_hash)
        )

    async def pass_rooms_on(self, user: str) -> None:
        """Make who joined first the owner of rooms that have no other."""
        await self._postgres.change(lambda link: link.execute(_HAND_OVER, user))

    async def delete(self, user: str, now: int) -> list[AccessChange]:
        """Anonymise the account and delete its sessions, tokens, invitations and blocks."""

        async def erase(link: Link) -> list[AccessChange]:
            others = await link.fetch(_BLOCKING, user)
            await lock(link, user, *(it["id"] for it in others))
            # No name and no email has an @ in front, so these keys are nobody's.
            erased = await link.fetchrow(
                "update users set name = $2, name_key = '@' || id, email = '', email_key = '@' || id,"
                " password_hash = '', colour = null, status = '', role = 'member', deleted_at = $3"
                # A workspace with users has an owner: who became it meanwhile must hand it on first.
                " where id = $1 and deleted_at is null and (role <> 'owner' or not exists"
                "  (select from users others where others.id <> $1 and others.deleted_at is null)) returning id",
                user,
                DELETED,
                instant(now),
            )
            if erased is None:
                return []
            # Read again: nobody blocks or unblocks the user any more.
            others = await link.fetch(_BLOCKING, user)
            for table, column in _PERSONAL:
                await link.execute(f"delete from {table} where {column} = $1", user)  # noqa: S608 - constants
            await link.execute("update reports set reporter_id = null, note = '' where reporter_id = $1", user)
            await note(link, AuditKind.ACCOUNT_DELETED, actor=user, target=user)
            return [
                await record(link, user, ChangeKind.ERASED, instant(now)),
                *[await record(link, it["id"], ChangeKind.REFRESHED, instant(now)) for it in others],
            ]

        return await self._postgres.change(erase)

    async def by_ids(self, users: Iterable[str]) -> list[User]:
        """Those of the ids that exist."""
        found = await self._postgres.rows(
            f"select {_USER} from users where id = any($1::text[])",  # noqa: S608 - constants
            list(users),
        )
        return [_user(row) for row in found]

    async def search(self, text: str, limit: int) -> list[User]:
        """Users whose name's key contains the key `text`, ordered by key."""
        if not storable(text):
            return []
        # strpos has no wildcards, so nothing in the text needs to be escaped.
        found = await self._postgres.rows(
            f"select {_USER} from users where strpos(name_key, $1) > 0 and deleted_at is null"  # noqa: S608 - constants
            " order by name_key limit $2",
            text,
            limit,
        )
        return [_user(row) for row in found]

    async def sharing_rooms(self, user: str) -> list[User]:
        """The user and everybody in a room with the user, at most 1,000, by id."""
        found = await self._postgres.rows(
            f"select {_USER} from users where id = $1 or id in ("  # noqa: S608 - constants
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
    return User(**row)


async def _use(link: Link, invite: str, now: int) -> None:
    used = await link.fetchrow(
        "update invites set uses_left = uses_left - 1 where digest = $1 and uses_left > 0 and expires_at > $2"
        " returning id",
        invite,
        instant(now),
    )
    if used is None:
        raise Forbidden("This invitation was used up or has run out. Ask for a new one.")


def _taken(error: asyncpg.UniqueViolationError) -> Conflict:
    """What was taken. Raises the error again if it is none of a name or an email."""
    if error.constraint_name not in _TAKEN:
        raise error
    field, sentence = _TAKEN[error.constraint_name]
    return Conflict(sentence, {"field": field})
