"""The log's events. A document is an event's fields, and two marks that most have not.

Its `_id` is its place, so that one query finds what is at places of many rooms; Parley before migration 3 left that to
the driver.

`pending` (the room's id) is on the first event of each run (domain.log), so that a sparse index on it alone finds the
rooms to flush and costs a write for many events. `mentioned` repeats whom the event mentions until that is noted
elsewhere: its sparse index stays that small.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from pymongo.errors import DuplicateKeyError

from chalicelib.domain.log import Event, EventType, Place
from chalicelib.domain.messages import CHANGES, Span, mentions_of, target_of
from chalicelib.repositories.mongodb.client import ALL_AT_ONCE, Database, Document, answering

_MARKS: Final = 50
"""Events unmarked at once. An embedded store takes 1.5 ms for each, and whoever sends meanwhile waits for it."""


class Events:
    """EventRepository on the collection `events`."""

    def __init__(self, database: Database) -> None:
        self._events = database["events"]

    @answering
    async def insert(self, event: Event, *, begins: bool = True) -> bool:
        """Store the event; the unique indexes on its place and on its id decide between several writers."""
        try:
            await self._events.insert_one(_document(event, begins=begins))
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
    async def at(self, places: Iterable[Place]) -> list[Event]:
        """Events at these places, without those that an older Parley stored."""
        condition = {"_id": {"$in": [_id(*it) for it in places]}}
        return [_event(it) for it in await self._events.find(condition, batch_size=ALL_AT_ONCE).to_list()]

    @answering
    async def rooms_pending(self) -> list[str]:
        """Rooms with the beginning of a run that was not settled."""
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
        """Events of those rooms that mention the user and whose mentions are not settled."""
        # `mentioned` comes first for SecantusDB, which takes the first condition that has an index, and none where
        # $exists stands beside the value. DocumentDB takes a sparse index for $exists alone, so there it is by room.
        condition = {"mentioned": user, "room": {"$in": list(rooms)}}
        return [_event(it) for it in await self._events.find(condition, batch_size=ALL_AT_ONCE).to_list()]

    @answering
    async def redact(self, room: str, seqs: Iterable[int]) -> None:
        """Empty the text and the mentions of these events."""
        emptied = {"$set": {"body.text": "", "body.mentions": []}, "$unset": {"mentioned": ""}}
        await self._events.update_many({"room": room, "seq": {"$in": list(seqs)}}, emptied)

    @answering
    async def erase(self, room: str) -> None:
        """Empty all texts and mentions of the room's events, none of which is pending after it."""
        await self._events.update_many({"pending": room, "room": room}, {"$unset": {"pending": ""}})
        texts = [EventType.MESSAGE_CREATED.value, EventType.MESSAGE_EDITED.value]
        emptied = {"$set": {"body.text": "", "body.mentions": []}, "$unset": {"mentioned": ""}}
        await self._events.update_many({"room": room, "type": {"$in": texts}}, emptied)

    @answering
    async def settle_mentions(self, room: str, seqs: Iterable[int]) -> None:
        """Let `mentioning` no longer find these events."""
        await self._events.update_many({"room": room, "seq": {"$in": list(seqs)}}, {"$unset": {"mentioned": ""}})

    @answering
    async def pending_from(self, room: str) -> int | None:
        """Seq of the first beginning of a run of the room that was not settled."""
        return min(await self._begun(room, {}), default=None)

    @answering
    async def settle(self, room: str, high: int) -> None:
        """Let the runs that begin at seq <= high no longer count as pending."""
        marks = {"$unset": {"pending": "", "mentioned": ""}}
        found = await self._begun(room, {"seq": {"$lte": high}})
        for start in range(0, len(found), _MARKS):
            await self._events.update_many({"room": room, "seq": {"$in": found[start : start + _MARKS]}}, marks)

    @answering
    async def first_after(self, room: str, low: int) -> int | None:
        """The lowest seq above `low`."""
        found = await self._events.find_one({"room": room, "seq": {"$gt": low}}, {"seq": 1}, sort={"seq": 1})
        return None if found is None else int(found["seq"])

    @answering
    async def delete(self, room: str, low: int, high: int) -> int:
        """Delete the range's events; returns how many there were."""
        return (await self._events.delete_many({"room": room, "seq": {"$gt": low, "$lte": high}})).deleted_count

    async def _begun(self, room: str, which: Document) -> list[int]:
        # One, or a few; Parley before migration 3 marked each event. `pending` comes first for SecantusDB, and `room`
        # is for DocumentDB, as above.
        begun: Document = {"pending": room, "room": room, **which}
        found = await self._events.find(begun, {"seq": 1}, batch_size=ALL_AT_ONCE).to_list()
        return [it["seq"] for it in found]


def _document(event: Event, *, begins: bool) -> Document:
    document: Document = {
        "_id": _id(event.room, event.seq),
        "room": event.room,
        "seq": event.seq,
        "n": event.n,
        "ts": event.ts,
        "id": event.id,
        "sender": event.sender,
        "type": event.type.value,
        "body": dict(event.body),
    }
    # Only where there is something to find: an event without costs the index nothing.
    if begins:
        document["pending"] = event.room
    if mentioned := mentions_of(event):
        document["mentioned"] = sorted(mentioned)
    return document


def _id(room: str, seq: int) -> str:
    return f"{room}/{seq}"


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
