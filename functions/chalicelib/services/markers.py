"""Read markers, and what is unread: always computed from numbers, never counted up and down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.domain.connections import Connection
from chalicelib.domain.log import EventType
from chalicelib.domain.markers import ReadMarker
from chalicelib.domain.messages import Span, mentions_of, number_of, target_of
from chalicelib.repositories.base import (
    EventRepository,
    Head,
    MarkerRepository,
    MentionRepository,
)
from chalicelib.schemas.events import ReadUpdated
from chalicelib.services.fan_out import FanOut
from chalicelib.services.log import Log
from chalicelib.services.presence import require_room


@dataclass(frozen=True, slots=True)
class Unread:
    """What a user has not read in a room: everything after the marker, and how many of it mention the user."""

    marker: ReadMarker
    mentions: int


class Markers:
    """Moves read markers and tells what is unread."""

    def __init__(
        self,
        markers: MarkerRepository,
        mentions: MentionRepository,
        events: EventRepository,
        room_log: Log,
        fan_out: FanOut,
    ) -> None:
        self._markers = markers
        self._mentions = mentions
        self._events = events
        self._log = room_log
        self._fan_out = fan_out

    async def mark(self, connection: Connection, room: str, n: int, version: int) -> None:
        """Move the marker of the connection's user and tell all the user's devices where it is. Raises NotMember.

        A number beyond the last message is taken for the last: what comes later has not been read.
        """
        require_room(connection.rooms, room)
        if not await self._log.reaches(room, n):
            n = (await self._log.end(room)).n
        marker = await self._markers.mark(connection.user, room, n, version)
        push = ReadUpdated(room=room, n=marker.n, version=marker.version)
        await self._fan_out.to_user(connection.user, push)

    async def forget(self, user: str) -> None:
        """Forget all markers of the user."""
        await self._markers.forget(user)

    async def admitted(self, user: str, room: str, n: int) -> None:
        """The user has come into a room of n messages: what was said before is not unread."""
        marker = (await self._markers.of_user(user, [room])).get(room, ReadMarker())
        await self._markers.mark(user, room, n, marker.version)

    async def unread(self, user: str, heads: Mapping[str, Head]) -> dict[str, Unread]:
        """What the user has not read in each of the rooms, given where these stand.

        Mentions are the rows of flushed messages and the events that are not flushed yet, less what was edited or
        deleted since: all as of the heads, which may be behind the logs. A reader counts the events after them itself.
        """
        markers = await self._markers.of_user(user, heads)
        read = {room: markers.get(room, ReadMarker()).n for room in heads}
        # First what is not flushed, then the rows: what is flushed in between is found twice, never not at all.
        hot = await self._events.mentioning(user, list(heads))
        rows = await self._mentions.after(user, read)
        found = {room: {n for n in numbers if n <= heads[room].end.n} for room, numbers in rows.items()}
        for event in hot:
            # What is flushed has its row, also where the flush died before it unmarked the event.
            head = heads[event.room]
            if (n := number_of(event)) > read[event.room] and head.flushed.seq < event.seq <= head.end.seq:
                found.setdefault(event.room, set()).add(n)
        return {
            room: Unread(
                markers.get(room, ReadMarker()),
                len(found[room] - await self._no_more(user, head, sorted(found[room]))) if room in found else 0,
            )
            for room, head in heads.items()
        }

    async def _no_more(self, user: str, head: Head, numbers: Sequence[int]) -> set[int]:
        """Those of the messages that, by changes not flushed yet, no longer mention the user."""
        if not numbers:
            return set()
        gone: set[int] = set()
        span = Span(numbers[0], numbers[-1])
        for event in await self._events.changes(head.room, head.flushed.seq, head.end.seq, span):
            n = target_of(event)
            if event.type is EventType.MESSAGE_DELETED:
                gone.add(n)
            elif event.type is EventType.MESSAGE_EDITED:
                (gone.discard if user in mentions_of(event) else gone.add)(n)
        return gone
