"""The log's events. A document is an event's fields, `pending` (its room's id) until it is flushed, `expires_at` after.

`pending` carries the room so that a sparse index on it alone finds the rooms to flush and what is left of each.
"""

from collections.abc import Mapping
from typing import Any

from pymongo.errors import DuplicateKeyError

from chalicelib.domain.log import Event, EventType
from chalicelib.repositories.mongodb.client import ALL_AT_ONCE, Database, Document, answering, date


class Events:
    """EventRepository on the collection `events`."""

    def __init__(self, database: Database) -> None:
        self._events = database["events"]

    @answering
    async def insert(self, event: Event) -> bool:
        """Store the event; the unique indexes on its place and on its id decide between several writers."""
        try:
            await self._events.insert_one(_document(event))
        except DuplicateKeyError:
            return False
        return True

    @answering
    async def by_id(self, room: str, sender: str, id_: str) -> Event | None:
        """The event its author knows by this id."""
        found = await self._events.find_one({"room": room, "sender": sender, "id": id_})
        return None if found is None else _event(found)

    @answering
    async def between(self, room: str, low: int, high: int) -> list[Event]:
        """Events with low < seq <= high, ascending."""
        place = {"room": room, "seq": {"$gt": low, "$lte": high}}
        found = self._events.find(place, sort={"seq": 1}, batch_size=ALL_AT_ONCE)
        return [_event(it) for it in await found.to_list()]

    @answering
    async def rooms_pending(self) -> list[str]:
        """Rooms with events that are not flushed."""
        # $exists, because DocumentDB takes a sparse index for nothing else.
        return await self._events.distinct("pending", {"pending": {"$exists": True}})

    @answering
    async def mark_flushed(self, room: str, low: int, high: int, expires_at: int) -> None:
        """Unset `pending` in low < seq <= high and let those events expire; what is flushed already stays as it is."""
        # `pending` comes first for SecantusDB, which takes the first condition that has an index; it alone bounds
        # the read where `low` is far back. `room` is for DocumentDB, which does not take a sparse index here.
        left = {"pending": room, "room": room, "seq": {"$gt": low, "$lte": high}}
        await self._events.update_many(left, {"$unset": {"pending": ""}, "$set": {"expires_at": date(expires_at)}})


def _document(event: Event) -> Document:
    return {
        "room": event.room,
        "seq": event.seq,
        "n": event.n,
        "ts": event.ts,
        "id": event.id,
        "sender": event.sender,
        "type": event.type.value,
        "body": dict(event.body),
        "pending": event.room,
    }


def _event(document: Mapping[str, Any]) -> Event:
    return Event(
        room=document["room"],
        seq=document["seq"],
        n=document["n"],
        ts=document["ts"],
        id=document["id"],
        sender=document["sender"],
        type=EventType(document["type"]),
        body=document["body"],
    )
