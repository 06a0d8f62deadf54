"""Messages: what a text may be, which partition a row lives in, and which rows a page asks for."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from chalicelib.domain.log import Event
from chalicelib.errors import BadRequest

BUCKET_ROWS: Final = 5_000
"""Rows of one partition. Numbers are dense, so every partition but the last is exactly full."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message in its present state. `rev` is the seq of the last event applied to it."""

    room: str
    n: int
    seq: int
    ts: int
    id: str
    sender: str
    text: str
    rev: int


def created(event: Event) -> Message:
    """The message a message.created event makes."""
    return Message(
        room=event.room,
        n=event.n,
        seq=event.seq,
        ts=event.ts,
        id=event.id,
        sender=event.sender,
        text=str(event.body["text"]),
        rev=event.seq,
    )


def clean_text(text: str) -> str:
    """The text as it is stored: without blank lines before it and white space after it.

    Raises BadRequest for a text that shows nothing, or one with characters that no store keeps (NUL, lone surrogates).
    """
    cleaned = text.rstrip().lstrip("\r\n")
    if not cleaned:
        raise BadRequest("A message needs some text.", {"fields": ["text"]})
    if "\0" in cleaned or (not cleaned.isascii() and any("\ud800" <= character <= "\udfff" for character in cleaned)):
        raise BadRequest("The text has characters that cannot be stored.", {"fields": ["text"]})
    return cleaned


@dataclass(frozen=True, slots=True)
class Span:
    """Messages numbered `low` to `high`, both inclusive; empty when high < low."""

    low: int
    high: int

    def __bool__(self) -> bool:
        """Whether there is any number in it."""
        return self.high >= self.low

    def part(self, low: int, high: int) -> "Span":
        """What of it lies between the two, inclusive."""
        return Span(max(self.low, low), min(self.high, high))


def page(total: int, before: int | None, after: int | None, limit: int) -> Span:
    """The numbers a page shows in a room of `total` messages. Dense numbers make it arithmetic, not a search.

    With `before` and `after` both given, those between them that are nearest to `before`.
    """
    if before is None and after is not None:
        return Span(after + 1, min(after + limit, total))
    high = total if before is None else min(before - 1, total)
    return Span(max(high - limit + 1, (after or 0) + 1), high)


def bucket(n: int) -> int:
    """The partition of message n."""
    return n // BUCKET_ROWS


def buckets(span: Span) -> Iterator[tuple[int, Span]]:
    """The partitions a span touches, each with its part of the span, ascending."""
    for number in range(bucket(span.low), bucket(span.high) + 1) if span else ():
        yield number, span.part(number * BUCKET_ROWS, (number + 1) * BUCKET_ROWS - 1)
