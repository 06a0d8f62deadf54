"""Attempts: one document for each key and window, dropped by the sweep when the window is over.

By no TTL index: a count rises many times, an index would be written each time, and the sweep reads few documents. On
SecantusDB that index was seen to hold up every other write for seconds.
"""

from chalicelib.repositories.mongodb.client import Database, answering, upsert_where


class Attempts:
    """AttemptRepository on the collection `attempts`."""

    def __init__(self, database: Database) -> None:
        self._attempts = database["attempts"]

    @answering
    async def take(self, key: str, limit: int, expires_at: int) -> bool:
        """Count an attempt unless there were `limit` already."""
        below = {"_id": key, "count": {"$lt": limit}}
        counted = {"$inc": {"count": 1}, "$setOnInsert": {"expires_at": expires_at}}
        return await upsert_where(self._attempts, below, counted)

    @answering
    async def add(self, key: str, number: int, expires_at: int) -> int:
        """Count so many more; the count there is then."""
        counted = {"$inc": {"count": number}, "$setOnInsert": {"expires_at": expires_at}}
        await upsert_where(self._attempts, {"_id": key}, counted)
        found = await self._attempts.find_one({"_id": key}, {"count": 1})
        return number if found is None else int(found["count"])

    @answering
    async def give_back(self, key: str) -> None:
        """Count one less, if there is one."""
        await self._attempts.update_one({"_id": key, "count": {"$gt": 0}}, {"$inc": {"count": -1}})

    @answering
    async def forget(self, key: str) -> None:
        """Count none."""
        await self._attempts.delete_one({"_id": key})

    @answering
    async def note(self, key: str, until: int) -> None:
        """Remember the key until then."""
        noted = {"$set": {"until": until, "expires_at": until}}
        await self._attempts.update_one({"_id": key}, noted, upsert=True)

    @answering
    async def drop_expired(self, now: int) -> None:
        """Forget counts and notes that may be forgotten now."""
        await self._attempts.delete_many({"expires_at": {"$lte": now}})

    @answering
    async def noted(self, key: str, now: int) -> bool:
        """Whether the key is remembered."""
        found = await self._attempts.find_one({"_id": key})
        return found is not None and bool(found.get("until", 0) > now)
