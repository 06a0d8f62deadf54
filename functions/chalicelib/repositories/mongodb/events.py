"""The log's events. A document is an event's fields, `pending` (its room's id) until it is flushed, `expires_at` after.

`pending` carries the room so that a sparse index on it alone finds the rooms to flush and what is left of each.
`mentioned` repeats whom the event mentions until it is flushed: its sparse index holds what nobody has noted elsewhere
yet, and stays that small.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from pymongo.errors import DuplicateKeyError

from chalicelib.domain.log import Event, EventType
from chalicelib.domain.messages import CHANGES, Span, mentions_of, target_of
from chalicelib.repositories.mongodb.client import ALL_AT_ONCE, Database, Document, answering, date

_STRIDE: Final = 256
"""Places of a log that are read in full without a second thought."""


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

    async def changes(self, room: str, low: int, high: int, span: Span) -> list[Event]:
        """Events with low < seq <= high whose `target` is in the span, ascending by seq."""
        # Picked out here: with a second condition beside the range SecantusDB reads the room's whole log (98 ms for
        # 2,500 events, where the range of 500 takes 22), and who asks wants what is not flushed, which is little.
        events = await self.between(room, low, high) if span else []
        return [it for it in events if it.type in CHANGES and span.low <= target_of(it) <= span.high]

    @answering
    async def mentioning(self, user: str, rooms: Iterable[str]) -> list[Event]:
        """Events of those rooms that are not flushed and mention the user."""
        # `mentioned` comes first for SecantusDB, which takes the first condition that has an index; $exists is for
        # DocumentDB, which takes a sparse index for nothing else.
        condition = {"mentioned": user, "pending": {"$in": list(rooms), "$exists": True}}
        return [_event(it) for it in await self._events.find(condition, batch_size=ALL_AT_ONCE).to_list()]

    @answering
    async def redact(self, room: str, seqs: Iterable[int]) -> None:
        """Empty the text and the mentions of these events."""
        emptied = {"$set": {"body.text": "", "body.mentions": []}, "$unset": {"mentioned": ""}}
        await self._events.update_many({"room": room, "seq": {"$in": list(seqs)}}, emptied)

    @answering
    async def mark_flushed(self, room: str, low: int, high: int, expires_at: int) -> None:
        """Unset `pending` in low < seq <= high and let those events expire; what is flushed already stays as it is."""
        # SecantusDB takes the first condition that has an index, and with a third beside the place it reads the room's
        # whole log. So `pending` comes first, which finds what is left however far back it is, or not at all, where
        # the place alone bounds the read. `room` is for DocumentDB, which does not take a sparse index here.
        left: Document = {"room": room, "seq": {"$gt": low, "$lte": high}}
        if high - low > _STRIDE:
            left = {"pending": room, **left}
        marks = {"$unset": {"pending": "", "mentioned": ""}, "$set": {"expires_at": date(expires_at)}}
        await self._events.update_many(left, marks)


def _document(event: Event) -> Document:
    document: Document = {
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
    # Only where there are any: an event without costs the index nothing.
    if mentioned := mentions_of(event):
        document["mentioned"] = sorted(mentioned)
    return document


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
