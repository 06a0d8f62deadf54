"""When users were last seen: one document a user, its `_id` the user's."""

from collections.abc import Iterable

from chalicelib.repositories.mongodb.client import ALL_AT_ONCE, Database, answering, upsert_where


class LastSeen:
    """LastSeenRepository on the collection `last_seen`."""

    def __init__(self, database: Database) -> None:
        self._last_seen = database["last_seen"]

    @answering
    async def note(self, user: str, at: int) -> None:
        """The user was there at this time; an earlier one than is stored changes nothing."""
        await upsert_where(self._last_seen, {"_id": user}, {"$max": {"at": at}})

    @answering
    async def forget(self, user: str) -> None:
        """Forget when the user was seen."""
        await self._last_seen.delete_one({"_id": user})

    @answering
    async def of(self, users: Iterable[str]) -> dict[str, int]:
        """The times of those of the users who have one."""
        found = self._last_seen.find({"_id": {"$in": list(users)}}, batch_size=ALL_AT_ONCE)
        return {it["_id"]: it["at"] for it in await found.to_list()}
