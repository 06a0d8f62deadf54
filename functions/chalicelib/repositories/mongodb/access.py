"""Access documents: one a user, its `_id` the user's."""

from collections.abc import Iterable

from chalicelib.domain.access import Access
from chalicelib.repositories.mongodb.client import ALL_AT_ONCE, Database, Document, answering, upsert_where


class AccessDocuments:
    """AccessRepository on the collection `access`."""

    def __init__(self, database: Database) -> None:
        self._access = database["access"]

    @answering
    async def get(self, user: str) -> Access | None:
        """The user's access as last applied."""
        found = await self._access.find_one({"_id": user})
        if found is None:
            return None
        return Access(
            user,
            found["version"],
            frozenset(found["rooms"]),
            frozenset(found["sessions"]),
            # Documents from before there were roles have none.
            frozenset(found.get("silenced", ())),
            frozenset(found.get("blocked", ())),
        )

    @answering
    async def replace(self, access: Access) -> bool:
        """Store it unless one of the same or a higher version is there; tells whether it was stored."""
        older = {"_id": access.user, "version": {"$lt": access.version}}
        fields = {
            "version": access.version,
            "rooms": sorted(access.rooms),
            "sessions": sorted(access.sessions),
            "silenced": sorted(access.silenced),
            "blocked": sorted(access.blocked),
        }
        return await upsert_where(self._access, older, {"$set": fields})

    @answering
    async def sharing(self, users: Iterable[str], rooms: Iterable[str], by: str | None = None) -> set[str]:
        """Those of the users who have at least one of the rooms and have not blocked `by`."""
        condition: Document = {"_id": {"$in": list(users)}, "rooms": {"$in": list(rooms)}}
        if by is not None:
            condition["blocked"] = {"$ne": by}
        return {it["_id"] for it in await self._access.find(condition, {"_id": 1}, batch_size=ALL_AT_ONCE).to_list()}
