"""Connections: one document each, its `_id` the connection's id.

Beside a connection's fields it has `watching` (users whose presence it is told) and `typing` (room to the time its
user types there until). Conditions name first what an index serves: SecantusDB takes the first that has one.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from pymongo.errors import DuplicateKeyError

from chalicelib.domain.access import Access
from chalicelib.domain.connections import RATE_WINDOW_US, Connection, ConnectionState
from chalicelib.repositories.base import Recipient
from chalicelib.repositories.mongodb.client import ALL_AT_ONCE, Database, Document, answering

_LIVE: Final = ConnectionState.LIVE.value
_PENDING: Final = ConnectionState.PENDING.value


class Connections:
    """ConnectionRepository on the collection `connections`."""

    def __init__(self, database: Database) -> None:
        self._connections = database["connections"]

    @answering
    async def add(self, connection: Connection) -> None:
        """Store a new connection; one that is stored already stays as it is."""
        try:
            await self._connections.insert_one(_document(connection))
        except DuplicateKeyError:
            return

    @answering
    async def get(self, connection: str) -> Connection | None:
        """The connection, pending or live."""
        found = await self._connections.find_one({"_id": connection})
        return None if found is None else _connection(found)

    @answering
    async def grant(self, connection: str, access: Access) -> None:
        """Copy the access's rooms and version into the connection, unless it has a higher version."""
        await self._connections.update_one({"_id": connection, "version": {"$lte": access.version}}, _granting(access))

    @answering
    async def grant_all(self, access: Access) -> list[Connection]:
        """Do so for all connections of the user; returns them all as they are then."""
        older = {"user": access.user, "version": {"$lte": access.version}}
        await self._connections.update_many(older, _granting(access))
        found = self._connections.find({"user": access.user}, batch_size=ALL_AT_ONCE)
        return [_connection(it) for it in await found.to_list()]

    @answering
    async def go_live(self, connection: str, now: int, lease_until: int) -> bool:
        """Make a pending connection live, its rate window starting now; False if there is no pending one."""
        fields = {"state": _LIVE, "lease_until": lease_until, "window_start": now, "window_frames": 0}
        changed = await self._connections.update_one({"_id": connection, "state": _PENDING}, {"$set": fields})
        return changed.matched_count > 0

    @answering
    async def live_in_room(self, room: str, low: str = "", high: str = "") -> list[Recipient]:
        """Live connections that have the room, ordered by id; of those, low <= id < high where given."""
        condition: Document = {"rooms": room, "state": _LIVE}
        if bounds := {op: bound for op, bound in (("$gte", low), ("$lt", high)) if bound}:
            condition["_id"] = bounds
        # Sorted here: it is less work for everybody but this one.
        return sorted(await self._recipients(condition), key=lambda it: it.connection)

    @answering
    async def live_of_user(self, user: str) -> list[Recipient]:
        """Live connections of the user."""
        return await self._recipients({"user": user, "state": _LIVE})

    @answering
    async def count_of_user(self, user: str, now: int, pending_since: int) -> int:
        """How many the user has: live ones with a lease, and pending ones opened at `pending_since` or later."""
        fields = {"_id": 0, "state": 1, "lease_until": 1, "opened_at": 1}
        found = [it async for it in self._connections.find({"user": user}, fields, batch_size=ALL_AT_ONCE)]
        live = sum(1 for it in found if it["state"] == _LIVE and it["lease_until"] > now)
        return live + sum(1 for it in found if it["state"] == _PENDING and it["opened_at"] >= pending_since)

    @answering
    async def touch(self, connection: str, now: int, lease_until: int, frames: int) -> None:
        """Renew the lease and add `frames` to the rate window; a new window starts when the old one is over.

        Two at the start of a window may lose the frames of one: rates are approximate.
        """
        over = now - RATE_WINDOW_US
        lease = {"$max": {"lease_until": lease_until}}
        counted = await self._connections.update_one(
            {"_id": connection, "window_start": {"$gt": over}}, {**lease, "$inc": {"window_frames": frames}}
        )
        if not counted.matched_count:
            await self._connections.update_one(
                {"_id": connection, "window_start": {"$lte": over}},
                {**lease, "$set": {"window_start": now, "window_frames": frames}},
            )

    @answering
    async def watch(self, connection: str, users: Sequence[str]) -> None:
        """Replace the list of users whose presence the connection is told."""
        await self._connections.update_one({"_id": connection}, {"$set": {"watching": list(users)}})

    @answering
    async def watching(self, user: str, rooms: Iterable[str]) -> list[Recipient]:
        """Live connections that watch the user and have at least one of the rooms."""
        return await self._recipients({"watching": user, "state": _LIVE, "rooms": {"$in": list(rooms)}})

    @answering
    async def present(self, users: Iterable[str], now: int) -> dict[str, bool]:
        """Those of the users with a live connection whose lease has not run out; True if one of these is not idle."""
        return await self._present({"user": {"$in": list(users)}, "state": _LIVE, "lease_until": {"$gt": now}})

    @answering
    async def set_idle(self, connection: str, *, idle: bool) -> None:
        """Note whether the connection's device lies idle."""
        await self._connections.update_one({"_id": connection}, {"$set": {"idle": idle}})

    @answering
    async def set_typing(self, connection: str, room: str, until: int) -> None:
        """Note that the connection's user types in the room until then; 0 notes that the user stopped."""
        field = f"typing.{room}"
        update = {"$set": {field: until}} if until else {"$unset": {field: ""}}
        await self._connections.update_one({"_id": connection}, update)

    @answering
    async def typing_in_room(self, room: str, now: int) -> set[str]:
        """Users who type in the room now."""
        return await self._users({"rooms": room, "state": _LIVE, f"typing.{room}": {"$gt": now}})

    @answering
    async def present_in_room(self, room: str, now: int) -> dict[str, bool]:
        """Users with a live connection that has the room and whose lease has not run out, as `present` tells them."""
        return await self._present({"rooms": room, "state": _LIVE, "lease_until": {"$gt": now}})

    @answering
    async def remove(self, connection: str) -> Connection | None:
        """Delete the connection; returns it, to exactly one of several callers."""
        found = await self._connections.find_one({"_id": connection})
        if found is None:
            return None
        deleted = await self._connections.delete_one({"_id": connection})
        return _connection(found) if deleted.deleted_count else None

    @answering
    async def lapsed(self, now: int, pending_since: int, limit: int) -> list[Connection]:
        """Live ones whose lease ran out, and pending ones opened before `pending_since`."""
        found: list[Document] = []
        for condition in (
            {"state": _LIVE, "lease_until": {"$lte": now}},
            {"state": _PENDING, "opened_at": {"$lt": pending_since}},
        ):
            if left := limit - len(found):
                found += await self._connections.find(condition, limit=left, batch_size=left).to_list()
        return [_connection(it) for it in found]

    async def _recipients(self, condition: Document) -> list[Recipient]:
        found = self._connections.find(condition, {"user": 1}, batch_size=ALL_AT_ONCE)
        return [Recipient(it["_id"], it["user"]) for it in await found.to_list()]

    async def _present(self, condition: Document) -> dict[str, bool]:
        found = self._connections.find(condition, {"_id": 0, "user": 1, "idle": 1}, batch_size=ALL_AT_ONCE)
        present: dict[str, bool] = {}
        for it in await found.to_list():
            present[it["user"]] = present.get(it["user"], False) or not it.get("idle")
        return present

    async def _users(self, condition: Document) -> set[str]:
        found = self._connections.find(condition, {"_id": 0, "user": 1}, batch_size=ALL_AT_ONCE)
        return {it["user"] for it in await found.to_list()}


def _granting(access: Access) -> Document:
    silenced = sorted(access.silenced)
    return {"$set": {"version": access.version, "rooms": sorted(access.rooms), "silenced": silenced}}


def _document(connection: Connection) -> Document:
    return {
        "_id": connection.id,
        "user": connection.user,
        "session": connection.session,
        "state": connection.state.value,
        "version": connection.version,
        "rooms": sorted(connection.rooms),
        "session_expires": connection.session_expires,
        "lease_until": connection.lease_until,
        "opened_at": connection.opened_at,
        "window_start": connection.window_start,
        "window_frames": connection.window_frames,
        "idle": connection.idle,
        "silenced": sorted(connection.silenced),
        "watching": [],
        "typing": {},
    }


def _connection(document: Mapping[str, Any]) -> Connection:
    return Connection(
        id=document["_id"],
        user=document["user"],
        session=document["session"],
        state=ConnectionState(document["state"]),
        version=document["version"],
        rooms=frozenset(document["rooms"]),
        session_expires=document["session_expires"],
        lease_until=document["lease_until"],
        opened_at=document["opened_at"],
        window_start=document["window_start"],
        window_frames=document["window_frames"],
        idle=document.get("idle", False),
        silenced=frozenset(document.get("silenced", ())),
    )
