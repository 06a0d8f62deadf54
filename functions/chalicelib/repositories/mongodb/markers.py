"""Read markers: one document a user and room, its `_id` made of both. Conditions have no $or: SecantusDB would scan."""

from collections.abc import Iterable

from chalicelib.domain.markers import ReadMarker, supersedes
from chalicelib.repositories.mongodb.client import ALL_AT_ONCE, Database, answering, upsert_where


class Markers:
    """MarkerRepository on the collection `markers`."""

    def __init__(self, database: Database) -> None:
        self._markers = database["markers"]

    @answering
    async def mark(self, user: str, room: str, n: int, version: int) -> ReadMarker:
        """Set the marker if (version, n) is above the stored one; returns what is stored then."""
        # A marker that nobody has set stays so when it is set to where it is.
        if supersedes(ReadMarker(n, version), ReadMarker()):
            await self._raise(_id(user, room), n, version)
        found = await self._markers.find_one({"_id": _id(user, room)})
        return ReadMarker() if found is None else ReadMarker(found["n"], found["version"])

    @answering
    async def forget(self, user: str) -> None:
        """Forget all markers of the user."""
        # "0" is the character after "/": all ids that begin with the user's.
        await self._markers.delete_many({"_id": {"$gte": f"{user}/", "$lt": f"{user}0"}})

    @answering
    async def of_user(self, user: str, rooms: Iterable[str]) -> dict[str, ReadMarker]:
        """The user's markers in those of the rooms that have one."""
        ids = {_id(user, room): room for room in rooms}
        found = await self._markers.find({"_id": {"$in": list(ids)}}, batch_size=ALL_AT_ONCE).to_list()
        return {ids[it["_id"]]: ReadMarker(it["n"], it["version"]) for it in found}

    async def _raise(self, id_: str, n: int, version: int) -> None:
        """Raise n within the version, or replace a lower version."""
        within, raised = {"_id": id_, "version": version}, {"$max": {"n": n}}
        if (await self._markers.update_one(within, raised)).matched_count:
            return
        older = {"_id": id_, "version": {"$lt": version}}
        if not await upsert_where(self._markers, older, {"$set": {"n": n, "version": version}}):
            # Somebody else has just set this version, or a higher one, which the condition leaves out.
            await self._markers.update_one(within, raised)


def _id(user: str, room: str) -> str:
    return f"{user}/{room}"
