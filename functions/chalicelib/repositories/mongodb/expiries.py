"""What may be deleted from the log when: one document for a room and an hour, its `_id` the hour and the room's id.

The hours have eight digits, so that ids are in the order of time and the one index there is finds what is due.
"""

from collections.abc import Mapping
from typing import Any, Final

from chalicelib.repositories.base import Expiry
from chalicelib.repositories.mongodb.client import Database, answering

_HOUR_US: Final = 3600 * 1_000_000


class Expiries:
    """ExpiryRepository on the collection `expiries`."""

    def __init__(self, database: Database) -> None:
        self._expiries = database["expiries"]

    @answering
    async def note(self, room: str, seq: int, at: int) -> None:
        """Note that events up to `seq` may be deleted from the end of the hour of `at` on."""
        hour = -(-at // _HOUR_US)
        update = {"$max": {"seq": seq}, "$setOnInsert": {"room": room, "at": hour * _HOUR_US}}
        await self._expiries.update_one({"_id": f"{hour:08}:{room}"}, update, upsert=True)

    @answering
    async def due(self, now: int, limit: int) -> list[Expiry]:
        """Notes whose time has come, the earliest first."""
        past = {"_id": {"$lt": f"{now // _HOUR_US + 1:08}"}}
        return [_expiry(it) for it in await self._expiries.find(past, sort={"_id": 1}, limit=limit).to_list()]

    @answering
    async def done(self, expiry: Expiry) -> None:
        """Forget the note, unless it says more by now."""
        await self._expiries.delete_one({"_id": f"{expiry.at // _HOUR_US:08}:{expiry.room}", "seq": expiry.seq})


def _expiry(document: Mapping[str, Any]) -> Expiry:
    return Expiry(document["room"], document["seq"], document["at"])
