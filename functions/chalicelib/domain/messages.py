"""Messages: what a text may be, which partition a row lives in, and which rows a page asks for."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from chalicelib.domain.log import Event, EventType
from chalicelib.errors import BadRequest

BUCKET_ROWS: Final = 5_000
"""Rows of one partition. Numbers are dense, so every partition but the last is exactly full."""


CHANGES: Final = frozenset(
    (
        EventType.MESSAGE_EDITED,
        EventType.MESSAGE_DELETED,
        EventType.REACTION_ADDED,
        EventType.REACTION_REMOVED,
    )
)
"""Events that change a message there is: their body's `target` is its n."""

_MENTION: Final = re.compile(r"<@([0-7][0-9A-HJKMNP-TV-Z]{25})>")
_SYMBOLS: Final = frozenset(("So", "Sk", "Sm"))
_JOINS: Final = re.compile("[\u200d\ufe0e\ufe0f\u20e3#*0-9\U000e0020-\U000e007f\u203c\u2049]")
_KEYCAPS: Final = re.compile("[\u20e3\u203c\u2049]")
MENTIONS: Final = 50
"""Users one message can mention; further ones are text."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message in its present state. `rev` is the seq of the last event applied to it; times in microseconds.

    A deleted message keeps its place and nothing else: no text, no mentions, no reactions.
    """

    room: str
    n: int
    seq: int
    ts: int
    id: str
    sender: str
    text: str
    rev: int
    reply_to: int | None = None
    mentions: frozenset[str] = frozenset()
    edited_at: int | None = None
    deleted_at: int | None = None
    reactions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Emoji to the users who reacted with it; no emoji without users."""


@dataclass(frozen=True, slots=True)
class Version:
    """A text a message had: from its creation or one of its edits, at `seq`."""

    seq: int
    ts: int
    sender: str
    text: str


def created(event: Event) -> Message:
    """The message a message.created event makes."""
    reply_to = event.body.get("reply_to")
    return Message(
        room=event.room,
        n=event.n,
        seq=event.seq,
        ts=event.ts,
        id=event.id,
        sender=event.sender,
        text=str(event.body["text"]),
        rev=event.seq,
        reply_to=reply_to if isinstance(reply_to, int) else None,
        mentions=mentions_of(event),
    )


def mentions_of(event: Event) -> frozenset[str]:
    """The users that a message.created or message.edited event mentions."""
    found = event.body.get("mentions", ())
    return frozenset(str(user) for user in found) if isinstance(found, list | tuple) else frozenset()


def target_of(event: Event) -> int:
    """The n of the message that a change (one of CHANGES) is about."""
    target = event.body["target"]
    if not isinstance(target, int):
        raise TypeError(f"event {event.seq} of room {event.room} has no target")
    return target


def number_of(event: Event) -> int:
    """The n of the message that the event creates or changes."""
    return event.n if event.type is EventType.MESSAGE_CREATED else target_of(event)


def changed(message: Message, event: Event) -> Message:
    """The message after a change. Nothing brings back what was deleted."""
    if message.deleted_at is not None:
        return message
    emoji = str(event.body.get("emoji"))
    match event.type:
        case EventType.MESSAGE_EDITED:
            return replace(
                message,
                text=str(event.body["text"]),
                mentions=mentions_of(event),
                edited_at=event.ts,
                rev=max(message.rev, event.seq),
            )
        case EventType.MESSAGE_DELETED:
            return replace(
                message,
                text="",
                mentions=frozenset(),
                reactions={},
                deleted_at=event.ts,
                rev=max(message.rev, event.seq),
            )
        case EventType.REACTION_ADDED:
            users = message.reactions.get(emoji, frozenset()) | {event.sender}
        case EventType.REACTION_REMOVED:
            users = message.reactions.get(emoji, frozenset()) - {event.sender}
        case _:
            return message
    reactions = {**message.reactions, emoji: users}
    return replace(
        message, reactions={it: reactions[it] for it in reactions if reactions[it]}, rev=max(message.rev, event.seq)
    )


def mentioned(text: str) -> list[str]:
    """Ids of users the text mentions as `<@id>`, each once, in order, at most MENTIONS."""
    return list(dict.fromkeys(_MENTION.findall(text)))[:MENTIONS]


def clean_emoji(emoji: str) -> str:
    """The emoji as it is stored. Raises BadRequest for what holds letters, spaces or control characters.

    An emoji is a sequence of symbols with marks, joiners and (for flags and keycaps) tags, #, * or digits (Unicode
    Technical Standard 51); which sequences have a picture changes every year, so that is not checked.
    """
    symbols = {it for it in emoji if not it.isascii() and unicodedata.category(it) in _SYMBOLS}
    if set(emoji) - symbols - set(_JOINS.findall(emoji)) or not (symbols or _KEYCAPS.search(emoji)):
        raise BadRequest("A reaction is one emoji.", {"fields": ["emoji"]})
    return emoji


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
