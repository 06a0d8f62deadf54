"""Rooms, memberships and direct messages. Every change of a membership is written with its outbox row.

Locks are taken in one order everywhere: users (by id), then the room. Whoever joins or leaves locks the room, so that
what a change depends on (who owns it, who else is in it) holds until it is committed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

import asyncpg

from chalicelib.domain.access import AccessChange, ChangeKind
from chalicelib.domain.accounts import User, key
from chalicelib.domain.permissions import Judge
from chalicelib.domain.rooms import ListedRoom, Member, MyRoom, Role, Room
from chalicelib.errors import Conflict, Forbidden
from chalicelib.repositories.postgres.blocks import has_blocked
from chalicelib.repositories.postgres.connection import Link, Postgres, instant, microseconds, storable
from chalicelib.repositories.postgres.outbox import lock, record
from chalicelib.repositories.postgres.standings import room_of, standing_in

_MINE: Final = (
    "select rooms.*, memberships.role,"
    " exists (select from sanctions where room_id = rooms.id and user_id = $1 and kind = 'muted') as muted,"
    " exists (select from blocks where dm_key = rooms.dm_key) as blocked"
    " from rooms join memberships on memberships.room_id = rooms.id"
    " where memberships.user_id = $1"
)
_LISTED: Final = (
    "select *,"
    " (select count(*) from memberships where room_id = rooms.id) as members,"
    " exists (select from memberships where room_id = rooms.id and user_id = $1) as joined"
    " from rooms"
)
_INSERT: Final = (
    "insert into rooms (id, kind, name, name_key, topic, visibility, created_at, created_by, dm_key)"
    " values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
)


class Rooms:
    """RoomRepository on the tables `rooms` and `memberships`."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres

    async def create(self, room: Room, owner: str, event: str) -> AccessChange | None:
        """Store the room with its owner as first member; None if the id is taken by a room of the same owner.

        Raises Conflict with field "name" (a public room is called so already) or "id" (another's room).
        """

        async def insert(link: Link) -> AccessChange | None:
            await lock(link, owner)
            row = await link.fetchrow(
                _INSERT + " on conflict (id) do nothing returning id", *_columns(room), owner, None
            )
            if row is None:
                if await link.fetchval("select created_by from rooms where id = $1", room.id) == owner:
                    return None
                raise Conflict("This id belongs to another room. Take a new one.", {"field": "id"})
            return await admit(link, room.id, owner, Role.OWNER, owner, event, instant(room.created_at))

        with _one_public_name():
            return await self._postgres.change(insert)

    async def get(self, room: str) -> Room | None:
        """The room, whoever asks."""
        row = await self._postgres.row("select * from rooms where id = $1", room)
        return None if row is None else room_of(row)

    async def mine(self, room: str, user: str) -> MyRoom | None:
        """The room as `user`, a member, has it; None if the user is no member."""
        row = await self._postgres.row(_MINE + " and rooms.id = $2", user, room)
        return None if row is None else _my_room(row, user)

    async def of_user(self, user: str) -> list[MyRoom]:
        """All rooms of the user, by id."""
        found = await self._postgres.rows(_MINE + " order by rooms.id", user)
        return [_my_room(row, user) for row in found]

    async def browse(self, user: str, text: str, after: str, limit: int) -> list[ListedRoom]:
        """Public rooms whose name's key contains the key `text`, in the order of keys, after the key `after`."""
        if not storable(text + after):
            return []
        found = await self._postgres.rows(
            _LISTED + " where visibility = 'public' and name_key > $3 and strpos(name_key, $2) > 0"
            " order by name_key limit $4",
            user,
            text,
            after,
            limit,
        )
        return [_listed(row) for row in found]

    async def of_workspace(self, user: str, text: str, before: str | None, limit: int) -> list[ListedRoom]:
        """All rooms with an id below `before` but direct messages, the latest id first.

        With a `text` only those whose name's key contains it, and no private ones that `user` is not in.
        """
        if not storable(text):
            return []
        found = await self._postgres.rows(
            _LISTED + " where kind = 'room' and deleted_at is null and ($2::text is null or id < $2)"
            " and ($3 = '' or (strpos(name_key, $3) > 0 and (visibility = 'public'"
            " or exists (select from memberships where room_id = rooms.id and user_id = $1))))"
            " order by id desc limit $4",
            user,
            before,
            text,
            limit,
        )
        return [_listed(row) for row in found]

    async def rename(
        self, room: str, name: str | None, topic: str | None, actor: str, event: str, now: int
    ) -> AccessChange | None:
        """Give the room this name and topic, None leaving either as it is; None if `event` did so before."""

        async def update(link: Link) -> AccessChange | None:
            await lock(link, actor)
            await lock_room(link, room)
            first = await link.fetchval(
                "insert into room_changes (room_id, actor_id, id, created_at) values ($1, $2, $3, $4)"
                " on conflict do nothing returning id",
                room,
                actor,
                event,
                instant(now),
            )
            if first is None:
                return None
            await link.execute(
                "update rooms set name = coalesce($2, name), name_key = coalesce($3, name_key),"
                " topic = coalesce($4, topic) where id = $1",
                room,
                name,
                None if name is None else key(name),
                topic,
            )
            return await record(link, actor, ChangeKind.UPDATED, instant(now), room=room, actor=actor, event=event)

        with _one_public_name():
            return await self._postgres.change(update)

    async def forget_changes(self, before: int) -> None:
        """Know the events no longer by which rooms were renamed before then."""
        await self._postgres.change(
            lambda link: link.execute("delete from room_changes where created_at < $1", instant(before))
        )

    async def members(self, room: str) -> list[Member]:
        """Members by the key of their name."""
        found = await self._postgres.rows(
            "select users.id, users.name, users.colour, users.status, users.deleted_at is not null as deleted,"
            " memberships.role, memberships.joined_at,"
            " exists (select from sanctions where room_id = $1 and user_id = users.id and kind = 'muted') as muted"
            " from memberships join users on users.id = memberships.user_id"
            " where memberships.room_id = $1 order by users.name_key",
            room,
        )
        return [
            Member(
                User(row["id"], row["name"], row["colour"], row["status"], row["deleted"]),
                Role(row["role"]),
                microseconds(row["joined_at"]),
                row["muted"],
            )
            for row in found
        ]

    async def join(
        self, room: str, user: str, actor: str, event: str, now: int, judge: Judge | None = None
    ) -> AccessChange | None:
        """Make the user a member, or the owner of a room that nobody is in; None if already a member."""

        async def enter(link: Link) -> AccessChange | None:
            await lock(link, user, actor)
            await lock_room(link, room)
            if judge is not None:
                judge(await standing_in(link, actor, room), await standing_in(link, user, room))
            if await has_blocked(link, user, actor):
                raise Forbidden("You cannot add this user to a room.")
            inhabited = await link.fetchval("select exists (select from memberships where room_id = $1)", room)
            role = Role.MEMBER if inhabited else Role.OWNER
            return await admit(link, room, user, role, actor, event, instant(now))

        return await self._postgres.change(enter)

    async def leave(self, room: str, user: str, actor: str, event: str, now: int) -> AccessChange | None:
        """End the membership; None if there was none.

        Raises Conflict when the last owner of a room with other members would leave; a room nobody is left in stays
        as it is.
        """

        async def dismiss(link: Link) -> AccessChange | None:
            await lock(link, user)
            await lock_room(link, room)
            role = await link.fetchval(
                "delete from memberships where room_id = $1 and user_id = $2 returning role", room, user
            )
            if role is None:
                return None
            if role == Role.OWNER and await without_owner(link, room):
                raise Conflict("You are the last owner of this room. Make somebody else an owner first.")
            return await record(link, user, ChangeKind.LEFT, instant(now), room=room, actor=actor, event=event)

        return await self._postgres.change(dismiss)

    async def open_dm(
        self, room: Room, key: str, users: tuple[str, str], events: tuple[str, str]
    ) -> tuple[Room, list[AccessChange]]:
        """The direct message with this key: `room` if there was none, else the one there is.

        Both users, `users[0]` being who opens it, are members afterwards; the outbox rows are of those who were not.
        Raises Forbidden where there was none and one of the two has blocked the other.
        """

        async def open_it(link: Link) -> tuple[Room, list[AccessChange]]:
            await lock(link, *users)
            made = await link.fetchval(
                _INSERT + " on conflict (dm_key) do nothing returning true", *_columns(room), users[0], key
            )
            if made and await link.fetchval("select exists (select from blocks where dm_key = $1)", key):
                raise Forbidden("You cannot write to this user: one of you has blocked the other.")
            # Another statement than the insert: it sees what the one that came first has committed.
            row = await link.fetchrow("select * from rooms where dm_key = $1 for no key update", key)
            if row is None:
                raise RuntimeError("PostgreSQL has no direct message with a key it was given this moment")
            opened = room_of(row)
            admitted = [
                await admit(link, opened.id, user, Role.MEMBER, users[0], event, instant(room.created_at))
                for user, event in zip(users, events, strict=True)
            ]
            return opened, [change for change in admitted if change is not None]

        return await self._postgres.change(open_it)


async def lock_room(link: Link, room: str) -> None:
    """Make changes of who is in the room, and what the room is, wait for each other until the transaction ends."""
    await link.execute("select from rooms where id = $1 for no key update", room)


@contextmanager
def _one_public_name() -> Iterator[None]:
    """Refuse a name that a public room has already."""
    try:
        yield
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name != "public_rooms_by_name":
            raise
        raise Conflict("A public room has this name already. Choose another one.", {"field": "name"}) from error


async def admit(
    link: Link, room: str, user: str, role: Role, actor: str, event: str, at: datetime
) -> AccessChange | None:
    """Make the user a member with this role; None if the user is one already."""
    row = await link.fetchrow(
        "insert into memberships (room_id, user_id, role, joined_at) values ($1, $2, $3, $4)"
        " on conflict do nothing returning room_id",
        room,
        user,
        role.value,
        at,
    )
    if row is None:
        return None
    return await record(link, user, ChangeKind.JOINED, at, room=room, actor=actor, event=event)


async def without_owner(link: Link, room: str) -> bool:
    """Whether the room has members and none of them owns it."""
    return bool(
        await link.fetchval(
            "select count(*) > 0 and count(*) filter (where role = 'owner') = 0 from memberships where room_id = $1",
            room,
        )
    )


def _columns(room: Room) -> tuple[object, ...]:
    return (
        room.id,
        room.kind.value,
        room.name,
        key(room.name),
        room.topic,
        room.visibility.value,
        instant(room.created_at),
    )


def _listed(row: asyncpg.Record) -> ListedRoom:
    return ListedRoom(room_of(row), row["members"], row["joined"])


def _my_room(row: asyncpg.Record, user: str) -> MyRoom:
    return MyRoom(room_of(row), Role(row["role"]), _peer(row["dm_key"], user), row["muted"], row["blocked"])


def _peer(dm_key: str | None, user: str) -> str | None:
    """The other one of a direct message, who may have left it: hence from its key, not from who is a member."""
    if dm_key is None:
        return None
    one, _, other = dm_key.partition(":")
    return other if one == user else one
