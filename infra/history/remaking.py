"""Events that bring a message in one history to the state it has in another.

A history is only ever written by events, each guarded by the time of its own (its seq in MongoDB, its ts in Cassandra),
so a state is copied by events that would have led to it. What is known of the real ones is kept: the creation's and the
edits' seq and ts, the times of the last edit and of the deletion. When each reaction was given or taken is not known;
their events get the latest place they can have had: the row's rev, and the time up to which the room was flushed. All
that the target may hold of an earlier copy is before that, and all that will be flushed into it later is after.
"""

from collections.abc import Iterator, Mapping

from chalicelib.domain.log import End, Event, EventType
from chalicelib.domain.messages import Message, Version
from infra.history.records import Record

_Reaction = tuple[str, str]
"""Emoji and user."""


def rev_as_of(message: Message, flushed: End) -> int:
    """The message's rev, without what a flush that did not come to its end has applied: it will be applied again."""
    return min(message.rev, flushed.seq)


def remaking(record: Record, found: Record | None, flushed: End) -> list[Event]:
    """Events that make the message `record`, ascending by seq, where `found` is now.

    `flushed` is how far the room was flushed when `record` had not been read yet. While flushes go on a record may be
    torn: a text that is not there any more is left empty, as its deletion is in the log after `flushed`.
    """
    message = record.message
    events = [*_deleted(message, message.deleted_at)] if message.deleted_at is not None else [*_texts(record)]
    return sorted([*events, *_reactions(message, found, flushed)], key=lambda event: event.seq)


def _deleted(message: Message, deleted_at: int) -> Iterator[Event]:
    yield _creation(message, {"text": ""})
    target = {"target": message.n}
    if message.edited_at is not None:
        # At some place before the deletion, which is the last event of its message.
        edit = EventType.MESSAGE_EDITED
        yield _event(message, edit, message.rev - 1, message.edited_at, message.sender, {**target, "text": ""})
    yield _event(message, EventType.MESSAGE_DELETED, message.rev, deleted_at, message.sender, target)


def _texts(record: Record) -> Iterator[Event]:
    """The creation and the edits up to the one that is shown, which has the mentions."""
    message, versions = record.message, record.versions
    shown = [place for place, it in enumerate(versions) if it.text == message.text]
    # A flush under way may have stored the text of an edit and not shown it yet, or the other way round.
    texts = versions[: shown[-1] + 1] if shown else versions
    mentions = sorted(message.mentions) if shown else []
    for it in texts[:1] or [Version(message.seq, message.ts, message.sender, "")]:
        yield _creation(message, {"text": it.text, "mentions": mentions if len(texts) == 1 else []})
    for it in texts[1:]:
        body = {"target": message.n, "text": it.text, "mentions": mentions if it is texts[-1] else []}
        yield _event(message, EventType.MESSAGE_EDITED, it.seq, it.ts, it.sender, body)


def _reactions(message: Message, found: Record | None, flushed: End) -> Iterator[Event]:
    """Those there are, and the end of those that only the target still has."""
    wanted, stale = _pairs(message), _pairs(found.message) if found else set[_Reaction]()
    for type_, reactions in ((EventType.REACTION_ADDED, wanted), (EventType.REACTION_REMOVED, stale - wanted)):
        for emoji, user in sorted(reactions):
            body = {"target": message.n, "emoji": emoji}
            yield _event(message, type_, rev_as_of(message, flushed), flushed.ts, user, body)


def _pairs(message: Message) -> set[_Reaction]:
    return {(emoji, user) for emoji, users in message.reactions.items() for user in users}


def _creation(message: Message, body: dict[str, object]) -> Event:
    reply = {} if message.reply_to is None else {"reply_to": message.reply_to}
    return _event(message, EventType.MESSAGE_CREATED, message.seq, message.ts, message.sender, {**body, **reply})


def _event(message: Message, type_: EventType, seq: int, ts: int, sender: str, body: Mapping[str, object]) -> Event:
    return Event(message.room, seq, message.n, ts, message.id, sender, type_, body)
