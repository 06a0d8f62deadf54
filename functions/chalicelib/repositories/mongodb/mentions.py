"""Mentions: one document a message, with whom it mentions and as of which event.

What mentions nobody any more keeps its document for a day: it refuses what a flush that was overtaken notes late.
"""

from collections.abc import Iterable, Mapping
from functools import partial

from chalicelib.repositories.bounded import bounded
from chalicelib.repositories.mongodb.client import ALL_AT_ONCE, Database, Document, answering, upsert_where


class Mentions:
    """MentionRepository on the collection `mentions`."""

    def __init__(self, database: Database) -> None:
        self._mentions = database["mentions"]

    @answering
    async def note(self, room: str, n: int, users: Iterable[str], seq: int) -> None:
        """As of `seq`, message n mentions these users and nobody else; what is noted as of a later seq stays."""
        older = {"_id": f"{room}/{n}", "seq": {"$lt": seq}}
        mentioned = sorted(set(users))
        expiry: Document = {"$unset": {"emptied_at": ""}} if mentioned else {"$currentDate": {"emptied_at": True}}
        fields = {"room": room, "n": n, "users": mentioned, "seq": seq}
        await upsert_where(self._mentions, older, {"$set": fields, **expiry})

    @answering
    async def erase(self, room: str) -> None:
        """Forget all mentions in the room: ids begin with it, and "0" is what follows "/"."""
        await self._mentions.delete_many({"_id": {"$gte": f"{room}/", "$lt": f"{room}0"}})

    @answering
    async def after(self, user: str, markers: Mapping[str, int]) -> dict[str, list[int]]:
        """The numbers of the messages that mention the user in each of the rooms above the room's value, ascending."""
        # A query each, as each is one range of the index (0.8 ms); an $or of them is a scan to SecantusDB.
        found = await bounded(partial(self._above, user, room, n) for room, n in markers.items())
        return {room: numbers for room, numbers in zip(markers, found, strict=True) if numbers}

    async def _above(self, user: str, room: str, n: int) -> list[int]:
        condition = {"users": user, "room": room, "n": {"$gt": n}}
        found = self._mentions.find(condition, {"_id": 0, "n": 1}, batch_size=ALL_AT_ONCE)
        return sorted(it["n"] for it in await found.to_list())
