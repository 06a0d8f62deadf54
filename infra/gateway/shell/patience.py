"""How long a caller waits for a function's answer: one timer for all, since one for each costs a message 5 us."""

import asyncio
from collections.abc import Callable
from itertools import count, takewhile

#: The function's answer, or None when there is none to use: it raised, was throttled, or took too long.
Answered = Callable[[bytes | None], None]


class Patience:
    """Answers None to whoever has waited for `seconds`, unless the wait was ended before."""

    def __init__(self, seconds: float, loop: asyncio.AbstractEventLoop) -> None:
        self._seconds = seconds
        self._loop = loop
        self._numbers = count()
        #: By number, with the loop's time at which it is over: all last as long, so the first is over first.
        self._waits: dict[int, tuple[float, Answered]] = {}
        self._armed = False

    def begin(self, answered: Answered) -> int:
        """Start a wait; the number returned ends it."""
        number, over_at = next(self._numbers), self._loop.time() + self._seconds
        self._waits[number] = over_at, answered
        self._arm(over_at)
        return number

    def end(self, number: int) -> bool:
        """End a wait; False when it was over or ended before."""
        return self._waits.pop(number, None) is not None

    def _arm(self, at: float) -> None:
        # Not cancelled when waits end: it fires once in so many seconds, however many messages pass meanwhile.
        if not self._armed:
            self._armed = True
            self._loop.call_at(at, self._look)

    def _look(self) -> None:
        self._armed = False
        now = self._loop.time()
        over = dict(takewhile(lambda wait: wait[1][0] <= now, self._waits.items()))
        for number in over:
            del self._waits[number]
        for next_at, _ in self._waits.values():
            self._arm(next_at)
            break
        for _, answered in over.values():
            answered(None)
