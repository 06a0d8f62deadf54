"""Archiving and deleting rooms: changes of everybody in the room, made in one transaction."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final, TypeAlias

from chalicelib.domain.access import AccessChange, ChangeKind
from chalicelib.domain.audit import AuditKind
from chalicelib.domain.permissions import Judge
from chalicelib.errors import Unavailable
from chalicelib.repositories.postgres.audit import note
from chalicelib.repositories.postgres.connection import Link, Postgres, instant, microseconds
from chalicelib.repositories.postgres.outbox import lock, record
from chalicelib.repositories.postgres.rooms import lock_room
from chalicelib.repositories.postgres.standings import standing_in

_ATTEMPTS: Final = 5
_MEMBERS: Final = "select user_id from memberships where room_id = $1 order by user_id"

_Change: TypeAlias = Callable[[Link, list[str]], Awaitable[list[AccessChange]]]


class _MovedError(Exception):
    """Somebody came or went between the two looks at who is in the room."""


class Endings:
    """EndingRepository on the tables `rooms` and `memberships`."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres

    async def archive(
        self, room: str, actor: str, judge: Judge, event: str, now: int, *, on: bool
    ) -> list[AccessChange]:
        """Let nobody change the room, or everybody again; the last row is the log's. None if it is so already."""

        async def change(link: Link, members: list[str]) -> list[AccessChange]:
            changed = await link.fetchval(
                "update rooms set archived = $2 where id = $1 and archived <> $2 returning true", room, on
            )
            if changed is None:
                return []
            at = instant(now)
            kind = AuditKind.ROOM_ARCHIVED if on else AuditKind.ROOM_REOPENED
            await note(link, kind, actor=actor, room=room)
            rows = [await record(link, it, ChangeKind.REFRESHED, at) for it in members if it != actor]
            last = await record(link, actor, ChangeKind.UPDATED, at, room=room, actor=actor, event=event)
            return [*rows, last]

        return await self._with_members(room, actor, judge, change)

    async def delete(
        self, room: str, actor: str, judge: Judge, new_id: Callable[[], str], now: int
    ) -> list[AccessChange]:
        """Put everybody out and forget what the room was called; its row stays for `deleted`."""

        async def change(link: Link, members: list[str]) -> list[AccessChange]:
            for table in ("memberships", "sanctions", "invite_links", "reports"):
                await link.execute(f"delete from {table} where room_id = $1", room)  # noqa: S608 - not from outside
            await link.execute(
                "update rooms set name = '', name_key = '', topic = '', visibility = 'private', deleted_at = $2"
                " where id = $1",
                room,
                instant(now),
            )
            await note(link, AuditKind.ROOM_DELETED, actor=actor, room=room)
            others = [it for it in members if it != actor]
            return [await self._left(link, it, room, actor, new_id(), instant(now)) for it in (*others, actor)]

        return await self._with_members(room, actor, judge, change)

    async def deleted(self, before: int, limit: int) -> list[tuple[str, int]]:
        """Rooms that were deleted before then, and when: of which no change waits to be applied."""
        found = await self._postgres.rows(
            "select id, deleted_at from rooms where deleted_at < $1"
            " and not exists (select from outbox where room_id = rooms.id) order by deleted_at limit $2",
            instant(before),
            limit,
        )
        return [(row["id"], microseconds(row["deleted_at"])) for row in found]

    async def forget(self, room: str) -> None:
        """Forget a deleted room altogether."""
        await self._postgres.change(
            lambda link: link.execute("delete from rooms where id = $1 and deleted_at is not null", room)
        )

    async def _left(self, link: Link, user: str, room: str, actor: str, event: str, at: datetime) -> AccessChange:
        return await record(link, user, ChangeKind.LEFT, at, room=room, actor=actor, event=event)

    async def _with_members(self, room: str, actor: str, judge: Judge, change: _Change) -> list[AccessChange]:
        """Lock everybody in the room, then the room, and judge. Begun anew where somebody came or went meanwhile."""

        async def attempt(link: Link) -> list[AccessChange]:
            members = [row["user_id"] for row in await link.fetch(_MEMBERS, room)]
            await lock(link, actor, *members)
            await lock_room(link, room)
            if members != [row["user_id"] for row in await link.fetch(_MEMBERS, room)]:
                raise _MovedError
            standing = await standing_in(link, actor, room)
            judge(standing, standing)
            return await change(link, members)

        for _ in range(_ATTEMPTS):
            try:
                return await self._postgres.change(attempt)
            except _MovedError:
                continue
        raise Unavailable("Too many people come and go in this room just now. Try again.")
