"""Message history without Cassandra: a document for each message, and one for each edit.

Each field is guarded by what stands in the document it is in: a text by the seq of the edit it is of, each reaction by
its own, everything by the deletion. So the updates of any events may run in any order, any number of times. A document
is made before it is updated, hence no update inserts. `_id` alone finds a message; SecantusDB scans for a range of it,
so spans have an index of their own.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from pymongo import UpdateOne

from chalicelib.domain.log import Event, EventType
from chalicelib.domain.messages import CHANGES, Message, Span, Version, created, mentions_of, number_of
from chalicelib.repositories.mongodb.client import (
    ALL_AT_ONCE,
    Database,
    Document,
    answering,
    insert_missing,
    update_all,
)

_NOT_DELETED: Final = {"deleted_at": {"$exists": False}}
_REWRITES: Final = frozenset((EventType.MESSAGE_EDITED, EventType.MESSAGE_DELETED))


class Messages:
    """HistoryRepository on the collections `messages` and `message_versions`."""

    def __init__(self, database: Database) -> None:
        self._messages = database["messages"]
        self._versions = database["message_versions"]

    @answering
    async def apply(self, room: str, events: Sequence[Event]) -> None:
        """Bring the room's documents up to date: make those that are missing, then let each event change its own."""
        relevant = [it for it in events if it.type is EventType.MESSAGE_CREATED or it.type in CHANGES]
        left = await self._make_missing(room, relevant)
        edits = [it for it in left if it.type is EventType.MESSAGE_EDITED]
        await insert_missing(self._versions, [_version(room, it) for it in edits])
        await update_all(self._messages, [update for event in left for update in _updates(room, event)])
        # Last, so that it also finds what was deleted while the texts of edits were being stored.
        await self._forget_deleted({_id(room, number_of(it)) for it in left if it.type in _REWRITES})

    @answering
    async def erase(self, room: str, n: int, ts: int) -> None:  # noqa: ARG002 - documents are found by their room
        """Forget the room's documents: ids begin with it, and "0" is what follows "/"."""
        await self._messages.delete_many({"room": room})
        await self._versions.delete_many({"message": {"$gte": f"{room}/", "$lt": f"{room}0"}})

    @answering
    async def read(self, room: str, span: Span) -> list[Message]:
        """Messages numbered in the span, ascending by n."""
        numbers = {"$gte": span.low, "$lte": span.high}
        found = self._messages.find({"room": room, "n": numbers}, sort={"n": 1}, batch_size=ALL_AT_ONCE)
        return [_message(it) for it in await found.to_list() if _is_there(it)]

    @answering
    async def versions(self, room: str, n: int) -> list[Version]:
        """The text of the creation and those of the edits, ascending by seq; none once the message is deleted."""
        # The message after its edits, so that a deletion in between is seen.
        edits = await self._versions.find({"message": _id(room, n)}, batch_size=ALL_AT_ONCE).to_list()
        first = await self._messages.find_one({"_id": _id(room, n)})
        if first is None or not _is_there(first) or "deleted_at" in first:
            return []
        texts = [first, *(it for it in edits if "text" in it)]
        versions = [Version(it["seq"], it["ts"], it["sender"], it["text"]) for it in texts]
        return sorted(versions, key=lambda version: version.seq)

    @answering
    async def raise_revs(self, room: str, revs: Mapping[int, int], ts: int) -> None:  # noqa: ARG002 - seqs order all
        """Set the `rev` of these documents."""
        updates = [UpdateOne({"_id": _id(room, n)}, {"$max": {"rev": rev}}) for n, rev in revs.items()]
        await update_all(self._messages, updates)

    async def _make_missing(self, room: str, events: Sequence[Event]) -> list[Event]:
        """Make the documents the events are about; returns the events that are not in them by that already."""
        first: dict[int, Event] = {}
        for event in events:
            n = number_of(event)
            if n not in first or event.type is EventType.MESSAGE_CREATED:
                first[n] = event
        made = await insert_missing(self._messages, [_made(room, n, event) for n, event in first.items()])
        done = {event.seq for place, event in enumerate(first.values()) if place in made}
        return [it for it in events if it.type is not EventType.MESSAGE_CREATED or it.seq not in done]

    async def _forget_deleted(self, ids: set[str]) -> None:
        """Empty the texts of edits of those of the messages that are deleted.

        Their documents stay: a flush that was overtaken finds them there, and stores no text again.
        """
        condition: Document = {"_id": {"$in": sorted(ids)}, "deleted_at": {"$exists": True}}
        found = self._messages.find(condition, {"_id": 1}, batch_size=ALL_AT_ONCE)
        if deleted := [it["_id"] for it in await found.to_list()]:
            await self._versions.update_many({"message": {"$in": deleted}}, {"$unset": {"text": ""}})


def _id(room: str, n: int) -> str:
    return f"{room}/{n}"


def _made(room: str, n: int, event: Event) -> Document:
    """Message n's document where there is none yet: whole of its creation, empty of anything else."""
    document: Document = {"_id": _id(room, n), "room": room, "n": n}
    if event.type is EventType.MESSAGE_CREATED:
        document |= _created(event) | _text(event) | {"rev": event.seq}
    return document


def _created(event: Event) -> Document:
    """What a creation says for ever."""
    it = created(event)
    fields: Document = {"seq": it.seq, "ts": it.ts, "id": it.id, "sender": it.sender}
    return fields if it.reply_to is None else {**fields, "reply_to": it.reply_to}


def _text(event: Event) -> Document:
    """The text of a creation or an edit, and whom it mentions."""
    return {"text": str(event.body["text"]), "mentions": sorted(mentions_of(event))}


def _version(room: str, event: Event) -> Document:
    """The text of an edit, unless it was stored before, be it emptied since."""
    id_, text = _id(room, number_of(event)), str(event.body["text"])
    place = {"_id": f"{id_}/{event.seq}", "message": id_}
    return {**place, "seq": event.seq, "ts": event.ts, "sender": event.sender, "text": text}


def _updates(room: str, event: Event) -> Iterator[UpdateOne]:
    """What an event changes in its message's document."""
    place: Document = {"_id": _id(room, number_of(event))}
    current = place | _NOT_DELETED
    rev = {"$max": {"rev": event.seq}}
    match event.type:
        case EventType.MESSAGE_CREATED:
            yield UpdateOne(current | {"text": {"$exists": False}}, {"$set": _text(event)})
            yield UpdateOne(place, {"$set": _created(event), **rev})
        case EventType.MESSAGE_EDITED:
            edit = {"seq": event.seq, **_text(event)}
            yield UpdateOne(current | {"edit.seq": {"$not": {"$gte": event.seq}}}, {"$set": {"edit": edit}})
            yield UpdateOne(place, {"$max": {"rev": event.seq, "edited_at": event.ts}})
        case EventType.MESSAGE_DELETED:
            gone = dict.fromkeys(("text", "mentions", "edit", "reactions"), "")
            yield UpdateOne(current, {"$set": {"deleted_at": event.ts}, "$unset": gone, **rev})
        case _:
            emoji, on = str(event.body["emoji"]), event.type is EventType.REACTION_ADDED
            # In hexadecimal: an emoji is no name for a field.
            name = f"reactions.{emoji.encode().hex()}-{event.sender}"
            reaction = {"seq": event.seq, "emoji": emoji, "user": event.sender, "on": on}
            older = {f"{name}.seq": {"$not": {"$gte": event.seq}}}
            yield UpdateOne(current | older, {"$set": {name: reaction}, **rev})


def _is_there(document: Mapping[str, Any]) -> bool:
    """Whether the message's creation has been applied, all of it."""
    return "seq" in document and ("text" in document or "deleted_at" in document)


def _message(document: Mapping[str, Any]) -> Message:
    shown = document.get("edit") or document
    return Message(
        room=document["room"],
        n=document["n"],
        seq=document["seq"],
        ts=document["ts"],
        id=document["id"],
        sender=document["sender"],
        text=shown.get("text", ""),
        rev=document["rev"],
        reply_to=document.get("reply_to"),
        mentions=frozenset(shown.get("mentions", ())),
        edited_at=document.get("edited_at"),
        deleted_at=document.get("deleted_at"),
        reactions=_by_emoji(document.get("reactions", {}).values()),
    )


def _by_emoji(reactions: Iterable[Mapping[str, Any]]) -> dict[str, frozenset[str]]:
    users: defaultdict[str, set[str]] = defaultdict(set)
    for reaction in reactions:
        if reaction["on"]:
            users[reaction["emoji"]].add(reaction["user"])
    return {emoji: frozenset(users[emoji]) for emoji in users}
