"""Heads: one document a room, its `_id` the room's. Numbers only rise; `moved_at` is the server's clock."""

from collections.abc import Iterable, Mapping
from typing import Any

from bson.datetime_ms import DatetimeMS

from chalicelib.domain.log import End
from chalicelib.repositories.base import Head
from chalicelib.repositories.mongodb.client import ALL_AT_ONCE, Database, Document, answering, upsert_where

_MOVED = {"$currentDate": {"moved_at": True}}


class Heads:
    """HeadRepository on the collection `heads`."""

    def __init__(self, database: Database) -> None:
        self._heads = database["heads"]

    @answering
    async def get(self, room: str) -> Head:
        """The room's head; all zero when nobody has written one."""
        return _head(await self._heads.find_one({"_id": room}) or {"_id": room})

    @answering
    async def many(self, rooms: Iterable[str]) -> list[Head]:
        """Heads of those of the rooms that have one."""
        return await self._find({"_id": {"$in": list(rooms)}})

    @answering
    async def flushed_after(self, room: str, limit: int) -> list[Head]:
        """Heads of rooms of which something is flushed, by the room's id, those after `room`."""
        after = {"_id": {"$gt": room}, "flushed_seq": {"$gt": 0}}
        return [_head(it) for it in await self._heads.find(after, sort={"_id": 1}, limit=limit).to_list()]

    @answering
    async def moved_since(self, rooms: Iterable[str], since: int) -> list[Head]:
        """Those of the rooms' heads that were raised at `since` (the store's clock, in milliseconds) or later."""
        return await self._find({"_id": {"$in": list(rooms)}, "moved_at": {"$gte": DatetimeMS(since)}})

    @answering
    async def forget(self, room: str) -> None:
        """Forget the head of a room that is no more."""
        await self._heads.delete_one({"_id": room})

    @answering
    async def raise_end(self, room: str, end: End) -> None:
        """Raise the head's end to at least `end`."""
        lower = {"_id": room, "seq": {"$lt": end.seq}}
        await upsert_where(self._heads, lower, {"$max": _end(end), **_MOVED})

    @answering
    async def raise_flushed(self, room: str, flushed: End) -> None:
        """Raise the head's end and its flushed part to at least `flushed`."""
        # Usually the end is past it already; then the head has not moved, and nobody needs to be told so.
        past = {"_id": room, "seq": {"$gte": flushed.seq}}
        raised = await self._heads.update_one(past, {"$max": _end(flushed, "flushed_")})
        if not raised.matched_count:
            both = _end(flushed) | _end(flushed, "flushed_")
            await upsert_where(self._heads, {"_id": room}, {"$max": both, **_MOVED})

    @answering
    async def raise_expired(self, room: str, seq: int) -> None:
        """Note that nothing is in the log up to `seq`."""
        await self._heads.update_one({"_id": room}, {"$max": {"expired_seq": seq}})

    async def _find(self, condition: Mapping[str, Any]) -> list[Head]:
        if not condition["_id"]["$in"]:
            return []
        return [_head(it) for it in await self._heads.find(condition, batch_size=ALL_AT_ONCE).to_list()]


def _end(end: End, prefix: str = "") -> Document:
    return {f"{prefix}seq": end.seq, f"{prefix}n": end.n, f"{prefix}ts": end.ts}


def _head(document: Mapping[str, Any]) -> Head:
    return Head(
        room=document["_id"],
        end=_end_of(document),
        flushed=_end_of(document, "flushed_"),
        moved_at=int(document.get("moved_at", 0)),
        expired=document.get("expired_seq", 0),
    )


def _end_of(document: Mapping[str, Any], prefix: str = "") -> End:
    return End(document.get(f"{prefix}seq", 0), document.get(f"{prefix}n", 0), document.get(f"{prefix}ts", 0))
