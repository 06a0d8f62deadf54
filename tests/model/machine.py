"""The state machine: draws what happens next, and lets the crowd do it and compare."""

from collections.abc import Callable, Coroutine
from typing import Any

import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chalicelib.domain.log import EventType
from tests.model import views
from tests.model.crowd import Crowd, Person
from tests.model.environment import Effect, Fault
from tests.model.place import SKEWS, Place
from tests.model.room import DAY_US, Command

LONG = 8 * DAY_US / 1e6 + 3_610
"""Seconds after which what was flushed has expired."""

WHO = st.integers(0, 2)
WHERE = st.integers(0, len(SKEWS) - 1)
NUMBER = st.one_of(st.integers(0, 2), st.integers(0, 9))
STEP = st.integers(1, 12)
SAYING = EventType.MESSAGE_CREATED
EDITS = frozenset((EventType.MESSAGE_EDITED, EventType.MESSAGE_DELETED))
TALK = st.sampled_from(
    [
        *([SAYING] * 4),
        *([EventType.MESSAGE_EDITED] * 3),
        EventType.MESSAGE_DELETED,
        EventType.REACTION_ADDED,
        EventType.REACTION_REMOVED,
    ]
)
MOVES = st.sampled_from([EventType.MEMBER_JOINED, EventType.MEMBER_LEFT])
KINDS = st.one_of(TALK, MOVES, st.just(EventType.ROOM_UPDATED))
FAULT = st.builds(Fault, effect=st.sampled_from(Effect), step=STEP, after=st.booleans())
RACES = st.one_of(
    st.tuples(st.none() | KINDS, st.none() | KINDS),
    st.sampled_from(
        [
            # The pairs of which one decides whether the other may happen, or what is left of it.
            (SAYING, EventType.MEMBER_LEFT),
            (EventType.MESSAGE_EDITED, EventType.MEMBER_LEFT),
            (EventType.MESSAGE_EDITED, EventType.MESSAGE_DELETED),
            (EventType.MESSAGE_DELETED, EventType.MESSAGE_EDITED),
            (EventType.REACTION_ADDED, EventType.MESSAGE_DELETED),
            (EventType.MEMBER_JOINED, EventType.MEMBER_LEFT),
            (EventType.MEMBER_LEFT, EventType.MEMBER_JOINED),
            (EventType.ROOM_UPDATED, EventType.ROOM_UPDATED),
            (None, EventType.MESSAGE_DELETED),
            (EventType.MESSAGE_DELETED, None),
        ]
    ),
)
RIGHTLY = st.sampled_from([True, True, False])
FLUSHING = st.builds(
    Fault,
    effect=st.sampled_from(Effect),
    step=st.sampled_from(
        [
            "events.redact",
            "history.apply",
            "mentions.note",
            "events.settle_mentions",
            "heads.raise_flushed",
            "expiries.note",
            "events.settle",
        ]
    ),
    after=st.booleans(),
)
PERHAPS = st.one_of(st.none(), st.none(), FAULT)
FORM = st.sampled_from(["plain", "plain", "mention", "mention", "mention", "reply", "long"])


class RoomMachine(RuleBasedStateMachine):
    """One run: a room from its making on."""

    def __init__(self) -> None:
        super().__init__()
        self.place = self.make_place()
        self.crowd = Crowd(self.place)
        self.commands: list[Command] = []
        self._words = 0
        self._well = True

    def make_place(self) -> Place:
        """The Parley of this run."""
        raise NotImplementedError

    @initialize()
    def gather(self) -> None:
        self._run(self.crowd.gather())
        for who, form in enumerate(("plain", "mention", "reply")):
            self._do(self._command(SAYING, who, 0, form), who, None)

    @rule(kind=TALK, who=WHO, number=NUMBER, form=FORM, rightly=RIGHTLY, where=WHERE, fault=PERHAPS)
    def talk(
        self, kind: EventType, who: int, number: int, form: str, rightly: bool, where: int, fault: Fault | None
    ) -> None:
        """Say something, or change the message that is `number` back from the newest; `rightly`, its author does."""
        author = self._author(number) if rightly and kind in EDITS else who
        self._do(self._command(kind, author, number, form), where, fault)

    @rule(acts=st.lists(st.tuples(TALK, WHO, NUMBER, FORM, WHERE), min_size=2, max_size=6))
    def chat(self, acts: list[tuple[EventType, int, int, str, int]]) -> None:
        """Several things one after the other without a fault, each by who may: most of what happens in a room."""
        for kind, who, number, form, where in acts:
            author = self._author(number) if kind in EDITS else who
            self._do(self._command(kind, author, number, form), where, None)

    @rule(kind=MOVES, who=WHO, number=NUMBER, where=WHERE, fault=PERHAPS)
    def come_or_go(self, kind: EventType, who: int, number: int, where: int, fault: Fault | None) -> None:
        """Join, leave, or be thrown out."""
        self._do(self._command(kind, who, number), where, fault)

    @rule(who=WHO, where=WHERE, fault=PERHAPS)
    def rename(self, who: int, where: int, fault: Fault | None) -> None:
        self._do(self._command(EventType.ROOM_UPDATED, who, 0), where, fault)

    @rule(number=NUMBER, where=WHERE, fault=PERHAPS)
    def again(self, number: int, where: int, fault: Fault | None) -> None:
        """Something that was tried before, whatever became of it: the newest is number 0."""
        if self.commands:
            command = self.commands[-1 - number % len(self.commands)]
            self._do(command, where, fault)

    @rule(
        kinds=RACES,
        whos=st.tuples(WHO, WHO),
        number=NUMBER,
        form=FORM,
        rightly=RIGHTLY,
        wheres=st.permutations(range(len(SKEWS))),
        step=st.integers(1, 8),
        after=st.booleans(),
    )
    def race(
        self,
        kinds: tuple[EventType | None, EventType | None],
        whos: tuple[int, int],
        number: int,
        form: str,
        rightly: bool,
        wheres: list[int],
        step: int,
        after: bool,
    ) -> None:
        """Two things at once, in two environments; `rightly`, by who may do them, and the second to who does the first.

        None is a flush.
        """
        first, second = whos
        if rightly:
            first = self._author(number) if kinds[0] in EDITS else first
            second = self._author(number) if kinds[1] in EDITS else self._owner(second)
            second = first if kinds[1] is EventType.MEMBER_JOINED else second
        one = None if kinds[0] is None else self._command(kinds[0], first, number, form)
        to = first if rightly else number % 3
        other = None if kinds[1] is None else self._command(kinds[1], second, number, form, to)
        self._run(self.crowd.race(one, wheres[0], other, wheres[1], step, after=after))

    @rule(who=WHO, number=NUMBER, back=st.booleans(), where=WHERE, fault=PERHAPS)
    def read(self, who: int, number: int, back: bool, where: int, fault: Fault | None) -> None:
        """Read up to a message, or mark it unread: the newest is number 0, and one there is not yet is before it."""
        person = self._person(who)
        marker = self.crowd.marker(person)
        n = max(0, self.crowd.room.n + 1 - number)
        self._run(self.crowd.mark(person, where, n, marker.version + back, fault))

    @rule(where=WHERE, fault=st.one_of(st.none(), FLUSHING))
    def flush(self, where: int, fault: Fault | None) -> None:
        self._run(self.crowd.flush(where, fault))

    @rule(where=WHERE)
    def flush_all(self, where: int) -> None:
        self._run(self.crowd.flush_all(where))

    @rule(seconds=st.sampled_from([0.7, 0.7, 5.0, 61.0, 61.0, 5 * DAY_US / 1e6, LONG]))
    def wait(self, seconds: float) -> None:
        self._run(self.crowd.wait(seconds))

    @rule(who=WHO, back=st.none() | st.integers(-1, 30), where=WHERE)
    def resume(self, who: int, back: int | None, where: int) -> None:
        """From so many events ago; -1 is a cursor ahead of the log, none that of a client that knows no room."""
        cursor = None if back is None else max(0, self.crowd.room.end - back)
        self._run(self.crowd.resume(self._person(who), where, cursor))

    @rule(before=st.none() | NUMBER, after=st.none() | NUMBER, limit=st.integers(1, 4), where=WHERE)
    def page(self, before: int | None, after: int | None, limit: int, where: int) -> None:
        room = self.crowd.room
        above = None if before is None else max(1, room.n + 2 - before)
        self._run(views.page(self.crowd.app(where), room, above, after, limit))

    @rule(number=NUMBER, where=WHERE)
    def versions(self, number: int, where: int) -> None:
        room = self.crowd.room
        if room.n:
            self._run(views.versions(self.crowd.app(where), room, 1 + number % room.n))

    @precondition(lambda self: not self.place.cheap)
    @rule(where=WHERE)
    def look(self, where: int) -> None:
        self._run(self.crowd.look(where))

    @invariant()
    def everybody_sees_what_happened(self) -> None:
        if self.place.cheap and self.crowd.people:
            self._run(self.crowd.look(0))

    def teardown(self) -> None:
        """However it went, in the end everything is flushed, and everybody sees what happened."""
        try:
            if self._well and self.crowd.people:
                self._run(self.crowd.flush_all(1))
                self._run(self.crowd.look(2))
        finally:
            if self.place.cheap:
                self.place.close()

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        # What failed once is not looked at again: it would hide where.
        self._well = False
        self.place.run(work)
        self._well = True

    def _person(self, who: int) -> Person:
        return self.crowd.people[who]

    def _author(self, number: int) -> int:
        """Who said the message that is so many back from the newest; anybody where there is none."""
        messages = self.crowd.room.now.messages
        ids = [it.id for it in self.crowd.people]
        return ids.index(messages[-1 - number % len(messages)].event.sender) if messages else 0

    def _owner(self, who: int) -> int:
        """The room's owner; that person where it has none."""
        owners = [at for at, it in enumerate(self.crowd.people) if self.crowd.room.members.get(it.id)]
        return owners[0] if owners else who

    def _do(self, command: Command, where: int, fault: Fault | None) -> None:
        self._run(self.crowd.do(command, where, fault))

    def _command(self, kind: EventType, who: int, number: int, form: str = "plain", to: int | None = None) -> Command:
        """What the person does: to the message `number` back from the newest, or to the person `to`."""
        room, person = self.crowd.room, self._person(who)
        target = room.n - number % max(1, room.n) or 1
        other = self._person(number % 3 if to is None else to).id
        self._words += 1
        text = f"#{self._words}# said"
        body: dict[str, Any]
        match kind:
            case EventType.MESSAGE_CREATED | EventType.MESSAGE_EDITED:
                text = {"mention": f"{text} to <@{other}>", "long": f"{text} {'x' * 7_900}"}.get(form, text)
                body = {"text": text}
                if kind is EventType.MESSAGE_EDITED:
                    body["target"] = target
                elif form == "reply":
                    body["reply_to"] = target
            case EventType.MESSAGE_DELETED:
                body = {"target": target}
            case EventType.REACTION_ADDED | EventType.REACTION_REMOVED:
                body = {"target": target, "emoji": "👍🎉"[number % 2]}
            case EventType.ROOM_UPDATED:
                body = {"name": f"room {self.crowd.id()}", "topic": text}
            case EventType.MEMBER_JOINED:
                body = {"user": person.id}
            case EventType.MEMBER_LEFT:
                # Owners throw out, others go.
                body = {"user": other if room.members.get(person.id) and other in room.members else person.id}
        command = Command(kind, person.id, self.crowd.id(), body)
        if "user" not in body:
            self.commands.append(command)
        return command


def machine(place: Callable[[], Place]) -> type[RoomMachine]:
    """A machine whose runs take place there."""

    class Machine(RoomMachine):
        def make_place(self) -> Place:
            return place()

    return Machine
