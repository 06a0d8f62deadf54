"""How far a move has come, room by room, in the deployment's MongoDB: what a killed one goes on from."""

from dataclasses import dataclass
from typing import Final, Protocol

from chalicelib.repositories.mongodb.client import Database, answering
from infra.stores import HistoryStore


@dataclass(frozen=True, slots=True)
class Done:
    """Messages 1 to `n` are in the target as they were when the room had been flushed up to `seq`, or later."""

    seq: int
    n: int


NOTHING: Final = Done(0, 0)


class Progress(Protocol):
    """What has been copied of each room. Losing it costs time only: what is the same is not written again."""

    async def of(self, room: str) -> Done:
        """What is done of the room; NOTHING when it was not begun."""

    async def set(self, room: str, done: Done) -> None:
        """Remember this of the room."""

    async def forget(self, room: str) -> None:
        """The room is to be looked at from its beginning."""

    async def clear(self) -> None:
        """Forget all rooms."""


class StoredProgress:
    """Progress of moves in one direction, in the collection `history_moves`."""

    def __init__(self, database: Database, source: HistoryStore, target: HistoryStore) -> None:
        self._documents = database["history_moves"]
        self._direction = f"{source}-{target}"

    @answering
    async def of(self, room: str) -> Done:
        found = await self._documents.find_one({"_id": self._id(room)})
        return NOTHING if found is None else Done(found["seq"], found["n"])

    @answering
    async def set(self, room: str, done: Done) -> None:
        fields = {"direction": self._direction, "seq": done.seq, "n": done.n}
        await self._documents.update_one({"_id": self._id(room)}, {"$set": fields}, upsert=True)

    @answering
    async def forget(self, room: str) -> None:
        await self._documents.delete_one({"_id": self._id(room)})

    @answering
    async def clear(self) -> None:
        await self._documents.delete_many({"direction": self._direction})

    def _id(self, room: str) -> str:
        return f"{self._direction}/{room}"
