"""Leases: one document each, its `_id` the name."""

from chalicelib.repositories.mongodb.client import Database, answering, upsert_where


class Leases:
    """LeaseRepository on the collection `leases`."""

    def __init__(self, database: Database) -> None:
        self._leases = database["leases"]

    @answering
    async def take(self, name: str, holder: str, now: int, until: int) -> bool:
        """Take the lease if it is free or ran out."""
        free = {"_id": name, "until": {"$lte": now}}
        return await upsert_where(self._leases, free, {"$set": {"holder": holder, "until": until}})

    @answering
    async def release(self, name: str, holder: str) -> None:
        """Give it back if it is still the holder's."""
        await self._leases.delete_one({"_id": name, "holder": holder})
