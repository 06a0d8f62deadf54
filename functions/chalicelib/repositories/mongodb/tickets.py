"""Tickets: one document each, its `_id` the digest; the server drops those nobody used."""

from chalicelib.repositories.base import Pass
from chalicelib.repositories.mongodb.client import Database, answering, date


class Tickets:
    """TicketRepository on the collection `tickets`."""

    def __init__(self, database: Database) -> None:
        self._tickets = database["tickets"]

    @answering
    async def add(self, digest: str, granted: Pass, expires_at: int) -> None:
        """Store a ticket."""
        await self._tickets.insert_one(
            {
                "_id": digest,
                "user": granted.user,
                "session": granted.session,
                "session_expires": granted.session_expires,
                "valid_until": expires_at,
                # Dropped by the server some time after; `valid_until` is what counts, to the microsecond.
                "expires_at": date(expires_at),
            }
        )

    @answering
    async def consume(self, digest: str, now: int) -> Pass | None:
        """Use the ticket up; None if there is none, it expired, or somebody else used it first."""
        found = await self._tickets.find_one({"_id": digest})
        if found is None or now >= found["valid_until"]:
            return None
        # Several may have found it; the server lets one of them delete it.
        deleted = await self._tickets.delete_one({"_id": digest})
        if not deleted.deleted_count:
            return None
        return Pass(found["user"], found["session"], found["session_expires"])
