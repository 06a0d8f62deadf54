"""What clients did, and what everybody reads in the end: plain values for the checker."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Enum
from itertools import count
from typing import Final


class Outcome(Enum):
    """What a client knows of its operation. Without an answer it may have happened or not."""

    OK = "ok"
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(slots=True)
class Operation:
    """One operation of a client; `kind` is the type of the event it makes.

    `began` and `ended` are moments of one clock for all clients: an operation that ended before another began comes
    before it. `seq` and `n` are what the server answered.
    """

    room: str
    sender: str
    id: str
    kind: str
    began: int
    text: str = ""
    target: int = 0
    outcome: Outcome = Outcome.UNKNOWN
    ended: int | None = None
    seq: int | None = None
    n: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An event of the log as somebody reads it. `detail` is what makes it this one: a text, an emoji, a user."""

    seq: int
    n: int
    ts: int
    id: str
    sender: str
    kind: str
    target: int = 0
    detail: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What its author knows it by."""
        return (self.sender, self.id)


@dataclass(frozen=True, slots=True)
class Row:
    """A message in its present state as somebody reads it; reactions are (emoji, user)."""

    n: int
    id: str
    sender: str
    text: str
    deleted: bool = False
    reactions: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class LogReading:
    """The room's log from after `start` to its end, in the order in which the reader has it."""

    reader: str
    room: str
    start: int
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class PageReading:
    """All messages of the room, in the order in which the reader has them."""

    reader: str
    room: str
    rows: tuple[Row, ...]


@dataclass(slots=True)
class History:
    """Everything the checker judges by."""

    operations: list[Operation] = field(default_factory=list)
    logs: list[LogReading] = field(default_factory=list)
    pages: list[PageReading] = field(default_factory=list)
    tick: Callable[[], int] = field(default_factory=lambda: count(1).__next__)

    def begin(self, operation: Operation) -> Operation:
        """Note that a client begins the operation."""
        self.operations.append(operation)
        return operation

    def end(self, operation: Operation, outcome: Outcome, seq: int | None = None, n: int | None = None) -> None:
        """Note what became of it."""
        operation.outcome, operation.seq, operation.n, operation.ended = outcome, seq, n, self.tick()

    def done(self, outcome: Outcome) -> int:
        """How many operations had this outcome."""
        return sum(1 for it in self.operations if it.outcome is outcome)


CREATED: Final = "message.created"
EDITED: Final = "message.edited"
DELETED: Final = "message.deleted"
REACTED: Final = "reaction.added"
UNREACTED: Final = "reaction.removed"


def fold(entries: Iterable[Entry]) -> tuple[Row, ...]:
    """The messages a whole log makes. Written apart from the server's own way of doing so, on purpose."""
    rows: dict[int, Row] = {}
    for entry in entries:
        if entry.kind == CREATED:
            rows[entry.n] = Row(entry.n, entry.id, entry.sender, entry.detail)
            continue
        row = rows.get(entry.target)
        if row is None or row.deleted:
            continue
        text, reactions = row.text, row.reactions
        reaction = frozenset(((entry.detail, entry.sender),))
        if entry.kind == EDITED:
            text = entry.detail
        elif entry.kind == REACTED:
            reactions |= reaction
        elif entry.kind == UNREACTED:
            reactions -= reaction
        elif entry.kind == DELETED:
            text, reactions = "", frozenset()
        rows[entry.target] = Row(row.n, row.id, row.sender, text, entry.kind == DELETED, reactions)
    return tuple(rows[n] for n in sorted(rows))
