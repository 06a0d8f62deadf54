"""Message history, in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from chalicelib.domain.log import Event, EventType, emptied
from chalicelib.domain.messages import CHANGES, Message, Span, Version, changed, created, number_of
from tests.fakes.server import FakeServer

_Place = tuple[int, str]
"""An event's seq, and for a reaction whose it is: one that is filled from another history gets several at one seq."""

_TEXTS = frozenset((EventType.MESSAGE_CREATED, EventType.MESSAGE_EDITED))


class FakeHistory:
    """HistoryRepository: keeps the events of each message by seq and folds them when read."""

    def __init__(self, server: FakeServer) -> None:
        self._server = server
        self._events: dict[tuple[str, int], dict[_Place, Event]] = {}
        self._revs: dict[tuple[str, int], int] = {}

    @property
    def stored(self) -> list[Event]:
        """All events there are, by room, message and place."""
        return [event for _, events in sorted(self._events.items()) for _, event in sorted(events.items())]

    async def apply(self, room: str, events: Sequence[Event]) -> None:
        await self._server.reached("history.apply")
        for event in events:
            if event.type is EventType.MESSAGE_CREATED or event.type in CHANGES:
                of_message = self._events.setdefault((room, number_of(event)), {})
                of_message.setdefault(_place(event), event)
                _forget_deleted(of_message)

    async def erase(self, room: str, n: int, ts: int) -> None:
        await self._server.reached("history.erase")
        self._events = {place: events for place, events in self._events.items() if place[0] != room}

    async def read(self, room: str, span: Span) -> list[Message]:
        await self._server.reached("history.read")
        numbers = sorted(n for place, n in self._events if place == room and span.low <= n <= span.high)
        folded = [self._folded(room, n) for n in numbers]
        return [message for message in folded if message is not None]

    async def versions(self, room: str, n: int) -> list[Version]:
        await self._server.reached("history.versions")
        message = self._folded(room, n)
        if message is None or message.deleted_at is not None:
            return []
        texts = [event for _, event in sorted(self._events[room, n].items()) if event.type in _TEXTS]
        return [Version(it.seq, it.ts, it.sender, str(it.body["text"])) for it in texts]

    async def raise_revs(self, room: str, revs: Mapping[int, int], ts: int) -> None:
        await self._server.reached("history.raise_revs")
        self._revs |= {(room, n): rev for n, rev in revs.items()}

    def _folded(self, room: str, n: int) -> Message | None:
        message: Message | None = None
        for _, event in sorted(self._events.get((room, n), {}).items()):
            if event.type is EventType.MESSAGE_CREATED:
                message = created(event)
            elif message is not None:
                message = changed(message, event)
        return message and replace(message, rev=max(message.rev, self._revs.get((room, n), 0)))


def _place(event: Event) -> _Place:
    emoji = event.body.get("emoji")
    return event.seq, "" if emoji is None else f"{emoji} {event.sender}"


def _forget_deleted(events: dict[_Place, Event]) -> None:
    """Once the message is deleted, whenever its other events were or will be applied, their texts are not kept."""
    if any(it.type is EventType.MESSAGE_DELETED for it in events.values()):
        events.update({place: emptied(it) for place, it in events.items() if it.type in _TEXTS})
