"""The ends of rooms: archiving, which only stops changes, and deleting, which leaves nothing that was said."""

from typing import Final

from chalicelib.domain.permissions import Judge, Operation, Standing, require
from chalicelib.gateways.base import Clock, Ids
from chalicelib.repositories.base import (
    EndingRepository,
    EventRepository,
    HeadRepository,
    HistoryRepository,
    MentionRepository,
)
from chalicelib.services.access import AccessChanges
from chalicelib.services.concurrency import aside
from chalicelib.services.expiry import BUDGET_SECONDS, Expiring
from chalicelib.services.log import Log

STRAGGLERS_US: Final = 10 * 60 * 1_000_000
"""Longer than anything that began before a deletion can run, and than an end of a log is remembered: what it may have
written is erased by then, and the room itself is forgotten."""


class Endings:
    """Archives and deletes rooms. All raise NotMember and Forbidden."""

    def __init__(
        self,
        endings: EndingRepository,
        access: AccessChanges,
        room_log: Log,
        events: EventRepository,
        heads: HeadRepository,
        history: HistoryRepository,
        mentions: MentionRepository,
        expiring: Expiring,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._endings = endings
        self._access = access
        self._log = room_log
        self._events = events
        self._heads = heads
        self._history = history
        self._mentions = mentions
        self._expiring = expiring
        self._clock = clock
        self._ids = ids

    async def archive(self, actor: str, room: str, *, on: bool) -> None:
        """Let the room be read and not changed, or be changed again."""
        judge = _may(Operation.ARCHIVE)
        changes = await self._endings.archive(room, actor, judge, self._ids.ulid(), self._clock.now(), on=on)
        if changes:
            await self._access.apply(changes)
        else:
            await self._access.settle(actor, room)

    async def delete(self, actor: str, room: str) -> None:
        """Put everybody out, and erase what was said from the log, the history and the mentions.

        A crash leaves the rest to the sweep. Who asks again is told that there is no such room.
        """
        judge = _may(Operation.DELETE_ROOM)
        await self._access.apply(await self._endings.delete(room, actor, judge, self._ids.ulid, self._clock.now()))
        await aside("erasing a deleted room", self._erase(room))

    async def sweep(self, limit: int) -> int:
        """Erase deleted rooms again, and forget those of which nothing can turn up any more; returns how many."""
        now = self._clock.now()
        until = self._clock.monotonic() + BUDGET_SECONDS
        rooms = await self._endings.deleted(now, limit)
        for room, deleted_at in rooms:
            await aside("erasing a deleted room", self._erase(room))
            if now - deleted_at >= STRAGGLERS_US and await self._cut(room, until):
                await self._heads.forget(room)
                await self._endings.forget(room)
        return len(rooms)

    async def _cut(self, room: str, until: float) -> bool:
        """Delete what is left of the log; whether there was time for all of it."""
        end = await self._log.end(room)
        reached, _ = await self._expiring.cut(room, 0, end.seq, until)
        return reached >= end.seq

    async def _erase(self, room: str) -> None:
        """Everybody is out already, so whatever is appended after the end that is read here is refused.

        The log's places stay taken until the room is forgotten, without what was said: they are what refuses those who
        are late.
        """
        end = await self._log.end(room)
        await self._heads.raise_end(room, end)
        await self._events.erase(room)
        await self._history.erase(room, end.n, end.ts)
        await self._mentions.erase(room)


def _may(operation: Operation) -> Judge:
    def judge(by: Standing, _by: Standing) -> None:
        require(operation, by)

    return judge
