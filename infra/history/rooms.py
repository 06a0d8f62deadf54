"""The rooms that have a history, and what their logs say of it."""

from collections.abc import AsyncIterator
from typing import Final

from chalicelib.domain.log import Event
from chalicelib.repositories.base import EventRepository, Head, HeadRepository

ROOMS: Final = 100
"""Heads that are read at a time."""

STRIDE: Final = 500
"""Events that are read at a time."""


async def flushed_rooms(heads: HeadRepository) -> AsyncIterator[list[Head]]:
    """The heads of all rooms of which something is flushed, some at a time."""
    last = ""
    while found := await heads.flushed_after(last, ROOMS):
        yield found
        last = found[-1].room


async def flushed_since(events: EventRepository, room: str, low: int, high: int) -> AsyncIterator[list[Event]]:
    """The events low < seq <= high, some at a time. Raises LogExpired where the log no longer has one of them."""
    for start in range(low, high, STRIDE):
        stop = min(start + STRIDE, high)
        found = await events.between(room, start, stop)
        if len(found) < stop - start:
            raise LogExpired
        yield found


async def not_flushed(events: EventRepository, room: str, flushed: int) -> AsyncIterator[list[Event]]:
    """The events after `flushed`, some at a time. None of them can have expired."""
    while found := await events.between(room, flushed, flushed + STRIDE):
        yield found
        flushed += STRIDE


class LogExpired(Exception):
    """Some of the events asked for were flushed so long ago that the log has dropped them."""
