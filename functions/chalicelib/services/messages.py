"""Messages: sending one, and reading them back page by page."""

from collections.abc import Iterable

from chalicelib.domain.connections import Connection
from chalicelib.domain.log import Draft, Event, EventType, refuse_stale
from chalicelib.domain.messages import Message, Span, clean_text, created, page
from chalicelib.gateways.base import Clock
from chalicelib.repositories.base import HeadRepository, HistoryRepository
from chalicelib.schemas.events import Ack, log_event
from chalicelib.services.concurrency import aside, together
from chalicelib.services.connections import Connections
from chalicelib.services.fan_out import FanOut
from chalicelib.services.flush import FlushTrigger
from chalicelib.services.log import STRIDE, Log
from chalicelib.services.presence import require_room


class Sending:
    """The message path: append, ack, fan out."""

    def __init__(
        self, room_log: Log, connections: Connections, fan_out: FanOut, flush_trigger: FlushTrigger, clock: Clock
    ) -> None:
        self._log = room_log
        self._connections = connections
        self._fan_out = fan_out
        self._flush_trigger = flush_trigger
        self._clock = clock

    async def send(self, connection: Connection, room: str, id_: str, text: str) -> None:
        """Say `text` in the room as the connection's user, under the id the client chose for it.

        The sender is acked once the message is durable; a resend gets the original ack, whatever has happened since.
        Raises NotMember, NotLive, IdConflict, StaleId, BadRequest, Unavailable.
        """
        draft = Draft(room, id_, connection.user, EventType.MESSAGE_CREATED, {"text": clean_text(text)})

        async def may_speak(again: bool) -> None:
            refuse_stale(id_, self._clock.now())
            current = await self._connections.reread(connection) if again else connection
            require_room(current.rooms, room)

        appended = await self._log.append(draft, may_speak)
        event = appended.event
        ack = Ack(id=event.id, room=event.room, seq=event.seq, n=event.n, ts=event.ts)
        # A resend is fanned out again: the first attempt may have died before it was. Receivers drop what they have.
        await together(
            aside("ack", self._fan_out.to_connection(connection.id, ack)),
            aside("fan-out", self._fan_out.to_room(room, log_event(event), seq=event.seq, besides=connection.id)),
            aside("raising the head", self._log.raise_head(room)),
            aside("renewing the lease", self._connections.touch(connection)),
            aside("flush by count", self._flush_trigger.after(event)),
        )


class History:
    """Pages of a room's messages, the same before, during and after a flush."""

    def __init__(self, room_log: Log, heads: HeadRepository, history: HistoryRepository) -> None:
        self._log = room_log
        self._heads = heads
        self._history = history

    async def page(
        self, room: str, before: int | None, after: int | None, limit: int
    ) -> tuple[list[Message], int, int]:
        """Messages ascending by n, the seq they are as of, and how many the room has.

        What is flushed by now comes from history, the rest from the log. A flush that runs meanwhile moves nothing
        away: events are kept for days after it.
        """
        flushed = (await self._heads.get(room)).flushed
        end = await self._log.end(room)
        wanted = page(end.n, before, after, limit)
        stored, hot = await together(
            self._flushed(room, wanted.part(1, flushed.n)),
            self._hot(room, wanted.part(flushed.n + 1, end.n), flushed.seq, end.seq - end.n),
        )
        return [*stored, *hot], end.seq, end.n

    async def _flushed(self, room: str, span: Span) -> list[Message]:
        # What is not asked for cannot fail: a room's latest is read while the history is away.
        return await self._history.read(room, span) if span else []

    async def _hot(self, room: str, span: Span, flushed_seq: int, others: int) -> list[Message]:
        """Messages of the span from the log, walking back from the last place its end can be at.

        `others` is how many of the log's events are no messages: message n is at seq n + others at the latest.
        """
        found: dict[int, Message] = {}
        high = span.high + others
        while span and high > flushed_seq and span.low not in found:
            low = max(high - STRIDE, flushed_seq)
            found |= _by_number(await self._log.between(room, low, high), span)
            high = low
        return [found[n] for n in sorted(found)]


def _by_number(events: Iterable[Event], span: Span) -> dict[int, Message]:
    return {
        event.n: created(event)
        for event in events
        if event.type is EventType.MESSAGE_CREATED and span.low <= event.n <= span.high
    }
