"""What a history has of a message, whole, and what two histories have different."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Final

from chalicelib.domain.log import Event, EventType
from chalicelib.domain.messages import Message, Span, Version, changed
from chalicelib.repositories.base import HistoryRepository
from chalicelib.repositories.bounded import bounded

PAGE: Final = 100
"""Messages that are read, compared and written at a time."""


@dataclass(frozen=True, slots=True)
class Record:
    """A message with the texts it had: all that can be read of it."""

    message: Message
    versions: tuple[Version, ...]

    def after(self, events: Iterable[Event]) -> "Record":
        """The record once these changes of the message have been applied, those again that it has already."""
        events = list(events)
        message, versions = self.message, {it.seq: it for it in self.versions}
        if any(it.type is EventType.MESSAGE_DELETED for it in events):
            # It may have this deletion without a change before it.
            message = replace(message, deleted_at=None)
        for event in events:
            message = changed(message, event)
            if event.type is EventType.MESSAGE_EDITED:
                versions[event.seq] = Version(event.seq, event.ts, event.sender, message.text)
        texts = () if message.deleted_at is not None else (versions[seq] for seq in sorted(versions))
        return Record(message, tuple(texts))


async def read(history: HistoryRepository, room: str, span: Span) -> dict[int, Record]:
    """The records of the span, by number. Only of messages that were edited are the texts asked for one by one."""
    messages = await history.read(room, span)
    edited = [it.n for it in messages if it.edited_at is not None and it.deleted_at is None]
    asked = await bounded(partial(history.versions, room, n) for n in edited)
    versions = dict(zip(edited, asked, strict=True))
    return {it.n: Record(it, tuple(versions.get(it.n, _only_text(it)))) for it in messages}


def _only_text(message: Message) -> Iterator[Version]:
    if message.deleted_at is None:
        yield Version(message.seq, message.ts, message.sender, message.text)


def differences(here: Record, there: Record) -> list[str]:
    """The names of what is not the same, never its content."""
    names = [it.name for it in fields(Message) if getattr(here.message, it.name) != getattr(there.message, it.name)]
    return names if here.versions == there.versions else [*names, "versions"]


def page_of(n: int) -> int:
    """The page that message n is on, from 0."""
    return (n - 1) // PAGE


def pages(low: int, high: int) -> range:
    """The pages that messages `low` to `high` are on, both inclusive; none when high < low."""
    return range(page_of(low), page_of(high) + 1) if low <= high else range(0)


def page_span(page: int, last: int) -> Span:
    """The numbers of a page, none above `last`."""
    return Span(page * PAGE + 1, min((page + 1) * PAGE, last))
