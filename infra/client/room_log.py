"""What a client knows of one room's log: pure, judged by seq alone."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from chalicelib.schemas.events import LogEvent, MessageCreated
from chalicelib.schemas.messages import Messages

_KEPT: Final = 10_000


class LogBrokenError(Exception):
    """The events do not continue what is known: only loading the room afresh helps."""


@dataclass(frozen=True, slots=True)
class Restarted:
    """The server no longer keeps what was missed: the room's log goes on after `page`, its newest messages."""

    room: str
    page: Messages


@dataclass(slots=True)
class RoomLog:
    """Every event up to `cursor` was seen; `events` are the latest of them, in order, without a gap.

    `n` is the number of messages in the room as of the cursor, `held` what has come from beyond a gap, by seq.
    """

    room: str
    cursor: int
    n: int
    keep: int = _KEPT
    events: list[LogEvent] = field(default_factory=list)
    held: dict[int, LogEvent] = field(default_factory=dict)

    def merge(self, events: Iterable[LogEvent]) -> list[LogEvent]:
        """Take in events in whatever order and however often they come; those that became visible now, in order.

        Raises LogBrokenError, and changes nothing of what is visible, when their numbers do not fit.
        """
        for event in events:
            if event.seq > self.cursor:
                self.held.setdefault(event.seq, event)
        return self._drain()

    def restart(self, page: Messages) -> list[LogEvent]:
        """Go on after the page; what was held from beyond it becomes visible where it continues it."""
        self.cursor, self.n = page.as_of, page.n
        self.events.clear()
        self.held = {seq: event for seq, event in self.held.items() if seq > page.as_of}
        try:
            return self._drain()
        except LogBrokenError:
            # What is held does not continue even the newest page: the page alone is the truth.
            self.held.clear()
            return []

    @property
    def reach(self) -> int:
        """The last seq that is known to exist."""
        return max(self.held, default=self.cursor)

    def _drain(self) -> list[LogEvent]:
        visible: list[LogEvent] = []
        seq, n = self.cursor, self.n
        while (event := self.held.get(seq + 1)) is not None:
            if event.n != n + isinstance(event, MessageCreated):
                raise LogBrokenError
            visible.append(event)
            seq, n = event.seq, event.n
        for event in visible:
            del self.held[event.seq]
        self.cursor, self.n = seq, n
        self.events += visible
        del self.events[: max(0, len(self.events) - self.keep)]
        return visible
