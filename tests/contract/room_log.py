"""A room's log as its members write it, and what a reader makes of it."""

from collections.abc import Iterable, Mapping, Sequence

from hypothesis import strategies as st

from chalicelib.domain.log import EMPTY, Draft, End, Event, EventType, follow
from chalicelib.domain.messages import CHANGES, Message, Version, changed, created, number_of
from tests.contract.made import NOW, new_id

USERS = ("ada", "bob", "eve")
EMOJI = ("👍", "❤️", "1️⃣", "👩‍👩‍👧")
TEXTS = frozenset((EventType.MESSAGE_CREATED, EventType.MESSAGE_EDITED))


class RoomLog:
    """Writes events that follow one another, each a microsecond after its predecessor: the closest they can be.

    `skip` is how many messages the room had before.
    """

    def __init__(self, skip: int = 0, room: str | None = None) -> None:
        self.room = room or new_id()
        self.events: list[Event] = []
        self._end = End(skip, skip, NOW) if skip else EMPTY

    def says(
        self, text: str, *, sender: str = "ada", reply_to: int | None = None, mentions: Iterable[str] = ()
    ) -> Event:
        """A message."""
        body: dict[str, object] = {"text": text} if reply_to is None else {"text": text, "reply_to": reply_to}
        return self.append(EventType.MESSAGE_CREATED, sender, _with_mentions(body, mentions))

    def edits(self, n: int, text: str, *, sender: str = "ada", mentions: Iterable[str] = ()) -> Event:
        """A new text for message n."""
        return self.append(EventType.MESSAGE_EDITED, sender, _with_mentions({"target": n, "text": text}, mentions))

    def deletes(self, n: int, *, sender: str = "ada") -> Event:
        """The end of message n."""
        return self.append(EventType.MESSAGE_DELETED, sender, {"target": n})

    def reacts(self, n: int, emoji: str, *, sender: str = "ada") -> Event:
        """A reaction to message n."""
        return self.append(EventType.REACTION_ADDED, sender, {"target": n, "emoji": emoji})

    def unreacts(self, n: int, emoji: str, *, sender: str = "ada") -> Event:
        """A reaction taken back."""
        return self.append(EventType.REACTION_REMOVED, sender, {"target": n, "emoji": emoji})

    def joins(self, user: str) -> Event:
        """Something that is about no message."""
        return self.append(EventType.MEMBER_JOINED, user, {"user": user})

    def append(self, type_: EventType, sender: str, body: Mapping[str, object]) -> Event:
        """Any event."""
        event = follow(self._end, Draft(self.room, new_id(), sender, type_, body), NOW)
        self._end = event.end
        self.events.append(event)
        return event


def _with_mentions(body: dict[str, object], mentions: Iterable[str]) -> dict[str, object]:
    return body | ({"mentions": found} if (found := list(mentions)) else {})


def talk(count: int, skip: int = 0, room: str | None = None) -> RoomLog:
    """A log of that many messages and nothing else."""
    log = RoomLog(skip, room)
    for number in range(1, count + 1):
        log.says(f"text {number} äöü 🙂")
    return log


def folded(events: Sequence[Event]) -> list[Message]:
    """The messages after all the events, ascending by n: what any reader must see."""
    messages: dict[int, Message] = {}
    for event in events:
        if event.type is EventType.MESSAGE_CREATED:
            messages[event.n] = created(event)
        elif event.type in CHANGES:
            messages[number_of(event)] = changed(messages[number_of(event)], event)
    return list(messages.values())


def versions_of(events: Sequence[Event], n: int) -> list[Version]:
    """The texts message n had; none if it is deleted."""
    own = [it for it in events if it.type in TEXTS | CHANGES and number_of(it) == n]
    if any(it.type is EventType.MESSAGE_DELETED for it in own):
        return []
    return [Version(it.seq, it.ts, it.sender, str(it.body["text"])) for it in own if it.type in TEXTS]


@st.composite
def logs(draw: st.DrawFn, skip: int, longest: int = 12) -> RoomLog:
    """A log of a few messages after `skip` others, and changes of those that are not deleted."""
    log = RoomLog(skip)
    alive: list[int] = []
    for step in range(draw(st.integers(1, longest))):
        sender = draw(st.sampled_from(USERS))
        mentions = draw(st.sets(st.sampled_from(USERS)))
        action = draw(st.sampled_from(("say", "edit", "edit", "react", "react", "unreact", "delete", "join")))
        if action == "say" or not alive:
            reply_to = draw(st.none() | st.just(1))
            alive.append(log.says(f"said {step}", sender=sender, reply_to=reply_to, mentions=mentions).n)
            continue
        n = draw(st.sampled_from(alive))
        match action:
            case "edit":
                log.edits(n, f"edited {step}", sender=sender, mentions=mentions)
            case "react":
                log.reacts(n, draw(st.sampled_from(EMOJI)), sender=sender)
            case "unreact":
                log.unreacts(n, draw(st.sampled_from(EMOJI)), sender=sender)
            case "delete":
                log.deletes(n, sender=sender)
                alive.remove(n)
            case _:
                log.joins(sender)
    return log
