"""The room log: what an event is, and how one follows another.

Pure values. Where they are kept is the repositories' business, who may append the services'.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from chalicelib.domain.ids import ulid_milliseconds
from chalicelib.errors import StaleId
from chalicelib.limits import STALE_ID_DAYS

_DAY_MS: Final = 24 * 60 * 60 * 1_000


class EventType(StrEnum):
    """What can happen in a room and must not be missed."""

    MESSAGE_CREATED = "message.created"
    MESSAGE_EDITED = "message.edited"
    MESSAGE_DELETED = "message.deleted"
    REACTION_ADDED = "reaction.added"
    REACTION_REMOVED = "reaction.removed"
    MEMBER_JOINED = "member.joined"
    MEMBER_LEFT = "member.left"
    ROOM_UPDATED = "room.updated"


@dataclass(frozen=True, slots=True)
class Draft:
    """An event before it has a place: who wants what to happen where, under the author's id for it."""

    room: str
    id: str
    sender: str
    type: EventType
    body: Mapping[str, object] = field(default_factory=dict)


Place = tuple[str, int]
"""A room and a seq."""


@dataclass(frozen=True, slots=True)
class End:
    """The last place of a log: seq of its last event, messages so far, and its time in microseconds."""

    seq: int
    n: int
    ts: int


EMPTY: Final = End(0, 0, 0)
"""The end of a log without events."""


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a room's log. Never changed but for redaction; holds user ids, never names."""

    room: str
    seq: int
    n: int
    ts: int
    id: str
    sender: str
    type: EventType
    body: Mapping[str, object]

    @property
    def end(self) -> End:
        """The log's end when this is its last event."""
        return End(self.seq, self.n, self.ts)


def follow(end: End, draft: Draft, now: int) -> Event:
    """The event `draft` becomes after `end`: seq dense, n counting messages, ts strictly rising.

    `now` is in microseconds. A clock that is behind does not turn time back: ts is then the predecessor's + 1,
    since ts orders all writes the event causes elsewhere.
    """
    return Event(
        room=draft.room,
        seq=end.seq + 1,
        n=end.n + (draft.type is EventType.MESSAGE_CREATED),
        ts=max(now, end.ts + 1),
        id=draft.id,
        sender=draft.sender,
        type=draft.type,
        body=draft.body,
    )


RUN_US: Final = 60 * 1_000_000
"""Events of one run are at most this far apart."""

RUN_EVENTS: Final = 1_000
"""At its multiples a run ends and another begins, so that none in a busy room is older than what is kept of its log."""

LINGER_US: Final = 15 * 60 * 1_000_000
"""From then on nothing can be added to a run. Whoever did would have looked at a clock before RUN_US was over, and
would write within a function's timeout of a minute: what is left allows two clocks to differ by ten minutes."""


def begins_run(end: End, event: Event) -> bool:
    """Whether the event, next after `end`, begins a run: the first there is, the first after a silence, or a
    thousandth.

    The beginnings of runs, and they alone, are marked as pending: who writes knows `end` for certain, since nothing
    else can be the event's predecessor, so each event that is not marked follows, closely, one that is.
    """
    return event.ts - end.ts > RUN_US or event.seq % RUN_EVENTS == 0


def same(event: Event, draft: Draft) -> bool:
    """Whether the stored event is what the draft, sent again, would say.

    Mentions are left out: who of the named is a member may have changed since. So is a text that was emptied: its
    message has been deleted, and nobody can tell any more.
    """
    said, again = dict(event.body), dict(draft.body)
    for body in (said, again):
        body.pop("mentions", None)
    if said.get("text") == "":
        again["text"] = ""
    return event.type is draft.type and said == again


def emptied(event: Event) -> Event:
    """The event without the text it carried and whom that mentioned."""
    return replace(event, body={**event.body, "text": "", "mentions": []})


def refuse_stale(id_: str, now: int) -> None:
    """Raise StaleId when the id is so old that a resend could no longer be told from a first attempt.

    Ids more than a day ahead are refused too: they would outlive the memory of them. `now` in microseconds.
    """
    age_ms = now // 1_000 - ulid_milliseconds(id_)
    if age_ms > STALE_ID_DAYS * _DAY_MS:
        raise StaleId(f"This was written more than {STALE_ID_DAYS} days ago. Send it anew if it still matters.")
    if age_ms < -_DAY_MS:
        raise StaleId("The id is more than a day ahead of the server's clock. Set this device's clock.")
