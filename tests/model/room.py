"""A room in plain words: a list of what happened, what one makes of it, and who may do what next.

Written apart from the services on purpose: nothing here knows of stores, flushes, pages or cursors.
"""

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from chalicelib.domain.ids import ulid_milliseconds
from chalicelib.domain.log import Event, EventType
from chalicelib.domain.messages import Message
from chalicelib.errors import Conflict, Forbidden, NotFound, NotMember, ParleyError, StaleId

DAY_US: Final = 24 * 3600 * 1_000_000
STALE_US: Final = 6 * DAY_US
_NAMED: Final = re.compile(r"<@(\w{26})>")

Shown: TypeAlias = tuple[object, ...]
"""All that a reader sees of a message."""


@dataclass(frozen=True, slots=True)
class Command:
    """What somebody wants to happen, under the id it will be known by. `body` is what was typed, not what is stored."""

    type: EventType
    who: str
    id: str
    body: Mapping[str, object] = field(default_factory=dict)

    @property
    def target(self) -> int:
        """The message it is about: the one to change, or the one to answer; 0 for none."""
        found = self.body.get("target") or self.body.get("reply_to") or 0
        assert isinstance(found, int)
        return found

    @property
    def user(self) -> str:
        """Whose membership it changes."""
        return str(self.body["user"])


@dataclass(slots=True)
class Said:
    """A message as it is by now."""

    event: Event
    text: str
    mentions: frozenset[str]
    texts: list[tuple[int, str]]
    """Every text it had, with the seq it came with."""
    edited_at: int | None = None
    deleted_at: int | None = None
    deleted_by: int = 0
    """Seq of its deletion; 0 while it is there."""
    reactions: dict[str, set[str]] = field(default_factory=dict)

    @property
    def shown(self) -> Shown:
        """What a page shows of it."""
        it, there = self.event, self.deleted_at is None
        reactions = {emoji: frozenset(users) for emoji, users in self.reactions.items() if users}
        return (
            *(it.n, it.seq, it.ts, it.id, it.sender, it.body.get("reply_to")),
            *((self.text, self.mentions, reactions) if there else ("", frozenset(), {})),
            *(self.edited_at, self.deleted_at),
        )


def shown(row: Message) -> Shown:
    """What a page that the server made shows of the message."""
    return (
        *(row.n, row.seq, row.ts, row.id, row.sender, row.reply_to),
        *(row.text, row.mentions, dict(row.reactions)),
        *(row.edited_at, row.deleted_at),
    )


@dataclass(slots=True)
class State:
    """What the events so far make of a room."""

    messages: list[Said] = field(default_factory=list)
    members: set[str] = field(default_factory=set)
    title: tuple[str, str] | None = None
    """Name and topic, once they were changed."""

    def happens(self, event: Event) -> None:
        """Take in the next event."""
        body = event.body
        match event.type:
            case EventType.MESSAGE_CREATED:
                text = str(body["text"])
                self.messages.append(Said(event, text, mentions(event), [(event.seq, text)]))
            case EventType.MEMBER_JOINED:
                self.members.add(str(body["user"]))
            case EventType.MEMBER_LEFT:
                self.members.discard(str(body["user"]))
            case EventType.ROOM_UPDATED:
                self.title = str(body["name"]), str(body["topic"])
            case _:
                self._changes(self.messages[int(str(body["target"])) - 1], event)

    def mentioning(self, user: str, after: int) -> set[int]:
        """Numbers of the messages above `after` that mention the user."""
        return {it.event.n for it in self.messages if it.event.n > after and not it.deleted_by and user in it.mentions}

    def _changes(self, said: Said, event: Event) -> None:
        match event.type:
            case EventType.MESSAGE_EDITED:
                said.text, said.mentions, said.edited_at = str(event.body["text"]), mentions(event), event.ts
                said.texts.append((event.seq, said.text))
            case EventType.MESSAGE_DELETED:
                said.deleted_at, said.deleted_by = event.ts, event.seq
            case EventType.REACTION_ADDED:
                said.reactions.setdefault(str(event.body["emoji"]), set()).add(event.sender)
            case EventType.REACTION_REMOVED:
                said.reactions.setdefault(str(event.body["emoji"]), set()).discard(event.sender)


@dataclass(slots=True)
class Room:
    """A room as it must be. `owner` made it; `members` are those of PostgreSQL, with whether they own the room."""

    id: str
    owner: str
    name: str
    topic: str = ""
    events: list[Event] = field(default_factory=list)
    members: dict[str, bool] = field(default_factory=dict)
    now: State = field(default_factory=State)

    @property
    def end(self) -> int:
        """Seq of the last event."""
        return len(self.events)

    @property
    def n(self) -> int:
        """Messages so far."""
        return len(self.now.messages)

    def at(self, seq: int) -> State:
        """What the room was after event `seq`."""
        state = State()
        for event in self.events[:seq]:
            state.happens(event)
        return state

    def known(self, command: Command) -> Event | None:
        """The event the command became, if it did."""
        author = (command.who, command.id)
        return next((it for it in self.events if (it.sender, it.id) == author), None)

    def happens(self, event: Event) -> None:
        """Take in the next event: it must follow the last one as the protocol says."""
        last = self.events[-1] if self.events else None
        assert event.seq == self.end + 1
        assert event.n == self.n + (event.type is EventType.MESSAGE_CREATED)
        assert last is None or event.ts > last.ts
        self.events.append(event)
        self.now.happens(event)
        if event.type is EventType.MEMBER_JOINED:
            self.members[str(event.body["user"])] = not self.members
        elif event.type is EventType.MEMBER_LEFT:
            self.members.pop(str(event.body["user"]), None)
        elif event.type is EventType.ROOM_UPDATED:
            self.name, self.topic = str(event.body["name"]), str(event.body["topic"])

    def refusal(self, command: Command, now: int) -> type[ParleyError] | None:
        """What the command must be refused with as things stand; None if it must happen."""
        match command.type:
            case EventType.MEMBER_JOINED:
                return None
            case EventType.MEMBER_LEFT:
                return self._may_leave(command)
            case EventType.ROOM_UPDATED:
                return self._may_rename(command, now)
        return StaleId if _stale(command, now) else self._may_speak(command)

    def _may_speak(self, command: Command) -> type[ParleyError] | None:
        if command.who not in self.members:
            return NotMember
        if command.target > self.n:
            return NotFound
        return None if command.type is EventType.MESSAGE_CREATED else self._may_change(command)

    def _may_rename(self, command: Command, now: int) -> type[ParleyError] | None:
        if command.who not in self.members:
            return NotMember
        if not self.members[command.who]:
            return Forbidden
        return StaleId if _stale(command, now) else None

    def _may_leave(self, command: Command) -> type[ParleyError] | None:
        user = command.user
        if user not in self.members:
            return NotMember if user == command.who else None
        others = [owns for member, owns in self.members.items() if member != user]
        return Conflict if self.members[user] and others and not any(others) else None

    def _may_change(self, command: Command) -> type[ParleyError] | None:
        said = self.now.messages[command.target - 1]
        if said.deleted_by:
            return NotFound
        own = said.event.sender == command.who
        if command.type is EventType.MESSAGE_EDITED:
            return None if own else Forbidden
        if command.type is EventType.MESSAGE_DELETED:
            return None if own or self.members[command.who] else Forbidden
        return None


def _stale(command: Command, now: int) -> bool:
    return now - ulid_milliseconds(command.id) * 1_000 > STALE_US


def says(
    event: Event,
    command: Command,
    always: AbstractSet[str],
    ever: AbstractSet[str],
    names: Sequence[Mapping[str, object]],
) -> bool:
    """Whether the event is what the command asked for.

    Of those it names, whoever was a member `always` is mentioned, and nobody who was none `ever`. A change of the room
    may say any of `names`.
    """
    body, found = dict(event.body), mentions(event)
    body.pop("mentions", None)
    named = set(_NAMED.findall(str(command.body.get("text", ""))))
    return (
        (event.type, event.sender) == (command.type, command.who)
        and (event.id == command.id or "user" in command.body)
        and (body == command.body or (event.type is EventType.ROOM_UPDATED and body in names))
        and named & always <= found <= named & ever
    )


def mentions(event: Event) -> frozenset[str]:
    """Whom the event's text mentions, as the server found out."""
    found = event.body.get("mentions", [])
    assert isinstance(found, list)
    return frozenset(found)
