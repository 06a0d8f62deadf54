"""Rooms in which a lot was said: straight in the history, and on the way to a browser."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final, Self

from chalicelib.bootstrap import Parley
from chalicelib.domain.log import End, Event, EventType
from chalicelib.gateways.base import Callbacks, Delivery
from chalicelib.schemas.events import log_event
from chalicelib.services.fan_out import encode
from tests.client import new_id

_TEXTS: Final = (
    "Good morning",
    "Has anybody looked at the **build** since yesterday? It failed twice, and both times in another place.",
    "yes",
    (
        "It was the best of times, it was the worst of times, it was the age of wisdom, it was the age of foolishness,"
        " it was the epoch of belief, it was the epoch of incredulity, it was the season of light."
    ),
    "See https://example.org/builds/1859 and `make test`",
    "- one thing\n- another thing\n- and _one_ more",
    "I will :eyes:",
    "```python\ndef greet(name: str) -> str:\n    return f'Hello, {name}'\n```",
    "> who wrote that?\n\nnot me",
    "👍",
)
_RUN: Final = 3
"""Messages that one says before another does."""

_PAUSE_US: Final = 20_000_000
_AT_ONCE: Final = 3_000


@dataclass(slots=True)
class Talk:
    """What is said in one room by some people, in turns, from an end of its log on."""

    room: str
    people: Sequence[str]
    end: End

    def __iter__(self) -> Iterator[Event]:
        return self

    def __next__(self) -> Event:
        """What is said next, 20 seconds after what was said before."""
        seq, n, ts = self.end.seq + 1, self.end.n + 1, self.end.ts + _PAUSE_US
        sender = self.people[n // _RUN % len(self.people)]
        body = {"text": _TEXTS[n % len(_TEXTS)]}
        event = Event(self.room, seq, n, ts, new_id(), sender, EventType.MESSAGE_CREATED, body)
        self.end = event.end
        return event

    async def fill(self, app: Parley, count: int) -> Self:
        """As if as many had been said, flushed, and expired from the log long ago."""
        for start in range(0, count, _AT_ONCE):
            await app.stores.history.apply(self.room, list(islice(self, min(_AT_ONCE, count - start))))
        await app.stores.heads.raise_flushed(self.room, self.end)
        return self

    async def push(self, callbacks: Callbacks, connection: str, rate: int, goes_on: Callable[[int], bool]) -> None:
        """Post events to a connection as the fan-out does, `rate` a second; they are stored nowhere.

        `goes_on` is asked before each with how many there were so far, so that none is lost.
        """
        clock = asyncio.get_running_loop()
        begun = clock.time()
        count = 0
        while goes_on(count):
            await asyncio.sleep(begun + count / rate - clock.time())
            event = replace(next(self), ts=time.time_ns() // 1_000)
            if await callbacks.post(connection, encode(log_event(event))) is not Delivery.DELIVERED:
                raise RuntimeError("a message could not be delivered")
            count += 1
