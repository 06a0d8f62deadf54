"""Reads a room back in every way: over REST, over resume, from the clients, and straight from the stores."""

from collections.abc import Iterable
from functools import partial
from random import Random
from typing import Final

from chalicelib.bootstrap import RealStores
from chalicelib.domain.log import Event
from chalicelib.domain.messages import Message as StoredMessage
from chalicelib.domain.messages import Span
from chalicelib.limits import DELTA_EVENTS
from chalicelib.schemas.commands import Resume
from chalicelib.schemas.events import PUSH, Delta, Limited, LogEvent, Resumed
from chalicelib.schemas.messages import Message as ShownMessage
from infra.client import HttpServer
from tests.client import new_id
from tests.faults.history import Entry, LogReading, PageReading, Row
from tests.faults.patience import patiently
from tests.faults.people import Person

STRIDE: Final = 256


async def stored_log(stores: RealStores, room: str, start: int = 0) -> LogReading:
    """What MongoDB has after `start`."""
    entries: list[Entry] = []
    low = start
    while found := await stores.events.between(room, low, low + STRIDE):
        entries += map(_from_event, found)
        low = found[-1].seq
    return LogReading("MongoDB", room, start, tuple(entries))


async def stored_rows(stores: RealStores, room: str) -> PageReading:
    """What the history store has, up to where it is flushed."""
    flushed = (await stores.heads.get(room)).flushed
    rows = await stores.history.read(room, Span(1, flushed.n)) if flushed.n else []
    return PageReading("the history store", room, tuple(map(_from_stored, rows)))


async def shown_pages(server: HttpServer, room: str, reader: str) -> PageReading:
    """What REST shows, from the newest page back to the first."""
    page = await patiently(partial(server.newest, room))
    messages = list(page.messages)
    while page.messages and page.messages[0].n > 1:
        page = await patiently(partial(server.messages_before, room, page.messages[0].n))
        messages[:0] = page.messages
    return PageReading(reader, room, tuple(map(_from_shown, messages)))


async def shown_log(server: HttpServer, room: str, start: int = 0) -> LogReading:
    """What REST gives of the log after `start`."""
    entries: list[Entry] = []
    while (part := await patiently(partial(server.log_after, room, start + len(entries)))).events:
        entries += map(_from_push, part.events)
    return LogReading("REST", room, start, tuple(entries))


async def resumed_log(server: HttpServer, room: str, end: int, expired: int, random: Random) -> LogReading:
    """What a socket is told that resumes from somewhere not too far back; what is too much for it, over REST."""
    start = random.randint(max(expired, end - DELTA_EVENTS // 2), max(expired, end - 1))
    wire = await server.open(await patiently(server.ticket))
    try:
        await wire.send(Resume(action="resume", id=new_id(), rooms={room: start}).model_dump_json())
        entries: dict[int, Entry] = {}
        async for frame in wire.frames():
            push = PUSH.validate_json(frame)
            if isinstance(push, Delta) and push.room == room:
                entries |= {it.seq: _from_push(it) for it in push.events}
            if isinstance(push, Limited) and push.room == room:
                entries |= {it.seq: it for it in (await shown_log(server, room, start)).entries}
            if isinstance(push, Resumed):
                break
    finally:
        wire.abort()
    return LogReading("resume", room, start, tuple(entries.values()))


def seen_logs(people: Iterable[Person], room: str) -> list[LogReading]:
    """What the clients of the room's members saw."""
    readings = []
    for number, person in enumerate(people):
        log = person.client.rooms.get(room)
        if log is not None:
            start = log.cursor - len(log.events)
            readings.append(LogReading(f"client {number}", room, start, tuple(map(_from_push, log.events))))
    return readings


def _from_event(event: Event) -> Entry:
    body = event.body
    target, text = body.get("target", 0), body.get("text", body.get("emoji", body.get("user", "")))
    assert isinstance(target, int)
    return Entry(event.seq, event.n, event.ts, event.id, event.sender, event.type.value, target, str(text))


def _from_push(event: LogEvent) -> Entry:
    said = event.model_dump()
    detail = said.get("text", said.get("emoji", said.get("user", "")))
    return Entry(event.seq, event.n, event.ts, event.id, event.sender, event.type, said.get("target", 0), detail)


def _from_shown(row: ShownMessage) -> Row:
    reactions = frozenset((it.emoji, user) for it in row.reactions for user in it.users)
    return Row(row.n, row.id, row.sender, row.text, row.deleted_at is not None, reactions)


def _from_stored(row: StoredMessage) -> Row:
    reactions = frozenset((emoji, user) for emoji, users in row.reactions.items() for user in users)
    return Row(row.n, row.id, row.sender, row.text, row.deleted_at is not None, reactions)
