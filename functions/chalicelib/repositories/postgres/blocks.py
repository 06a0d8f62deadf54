"""Whom users have blocked."""

from typing import Final

from chalicelib.domain.access import AccessChange, ChangeKind
from chalicelib.domain.blocks import Blocks as BlockedUsers
from chalicelib.domain.rooms import dm_key
from chalicelib.errors import Conflict, NotFound
from chalicelib.limits import BLOCKED_USERS
from chalicelib.repositories.postgres.connection import Link, Postgres, instant
from chalicelib.repositories.postgres.outbox import lock, record

_SET: Final = (
    "insert into blocks (blocker_id, blocked_id, dm_key, created_at) values ($1, $2, $3, $4)"
    " on conflict do nothing returning true"
)
_LIFT: Final = "delete from blocks where blocker_id = $1 and blocked_id = $2 returning true"


class Blocks:
    """BlockRepository on the table `blocks`."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres

    async def of_user(self, user: str) -> BlockedUsers:
        """Everybody the user has blocked."""
        row = await self._postgres.row(
            "select access_version, array(select blocked_id from blocks where blocker_id = users.id) as blocked"
            " from users where id = $1",
            user,
        )
        return BlockedUsers(0, frozenset()) if row is None else BlockedUsers(row[0], frozenset(row[1]))

    async def set(
        self, user: str, other: str, events: tuple[str, str], now: int, *, on: bool
    ) -> tuple[str | None, list[AccessChange]]:
        """Block `other`, or lift the block. Raises NotFound and Conflict."""
        pair, at = dm_key(user, other), instant(now)

        async def change(link: Link) -> tuple[str | None, list[AccessChange]]:
            await lock(link, user, other)
            if on:
                await _refuse(link, user, other)
            changed = await (link.fetchval(_SET, user, other, pair, at) if on else link.fetchval(_LIFT, user, other))
            room = await link.fetchval("select id from rooms where dm_key = $1", pair)
            if not changed:
                return room, []
            if room is None:
                return None, [await record(link, user, ChangeKind.REFRESHED, at)]
            # Said in the log, where it must not tell who of the two it was.
            actor = min(user, other)
            return room, [
                await record(link, it, ChangeKind.PLACED, at, room=room, actor=actor, event=event)
                for it, event in zip((user, other), events, strict=True)
            ]

        return await self._postgres.change(change)


async def has_blocked(link: Link, user: str, other: str) -> bool:
    """Whether `user` has blocked `other`."""
    return bool(
        await link.fetchval("select exists (select from blocks where blocker_id = $1 and blocked_id = $2)", user, other)
    )


async def _refuse(link: Link, user: str, other: str) -> None:
    if not await link.fetchval("select exists (select from users where id = $1 and deleted_at is null)", other):
        raise NotFound("There is no user with this id.")
    others = await link.fetchval("select count(*) from blocks where blocker_id = $1 and blocked_id <> $2", user, other)
    if others >= BLOCKED_USERS:
        raise Conflict(f"You have blocked {BLOCKED_USERS} users, and no more is possible. Unblock somebody first.")
