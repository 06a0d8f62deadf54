"""Standings: what users are in the workspace and to a room, read where a change of it is about to be judged, too."""

from typing import Final

import asyncpg

from chalicelib.domain.permissions import Standing, WorkspaceRole
from chalicelib.domain.rooms import Role, Room, RoomKind, Visibility
from chalicelib.repositories.postgres.connection import Link, microseconds

STANDING: Final = (
    "select users.id as user_id, users.role as workspace, rooms.*, memberships.role as place,"
    " exists (select from sanctions where user_id = users.id and room_id = rooms.id and kind = 'muted') as muted,"
    " exists (select from sanctions where user_id = users.id and room_id = rooms.id and kind = 'banned') as banned,"
    " exists (select from blocks where dm_key = rooms.dm_key) as blocked"
    " from users left join rooms on rooms.id = $2"
    " left join memberships on memberships.room_id = rooms.id and memberships.user_id = users.id"
)


async def standing_in(link: Link, user: str, room: str | None) -> Standing:
    """The user's standing as this transaction sees it. Of a user who does not exist: a guest's, outside."""
    row = await link.fetchrow(STANDING + " where users.id = $1", user, room)
    return Standing(user, WorkspaceRole.GUEST) if row is None else standing_of(row)


def standing_of(row: asyncpg.Record) -> Standing:
    """A row of STANDING."""
    return Standing(
        user=row["user_id"],
        workspace=WorkspaceRole(row["workspace"]),
        room=None if row["id"] is None else room_of(row),
        role=None if row["place"] is None else Role(row["place"]),
        muted=row["muted"],
        banned=row["banned"],
        blocked=row["blocked"],
    )


def room_of(row: asyncpg.Record) -> Room:
    """A row of the table `rooms`."""
    return Room(
        id=row["id"],
        kind=RoomKind(row["kind"]),
        name=row["name"],
        topic=row["topic"],
        visibility=Visibility(row["visibility"]),
        created_at=microseconds(row["created_at"]),
        archived=row["archived"],
    )
