"""The flush against a plain cassandra-driver loop, its parts, and what it does to those who send meanwhile.

`python -m tests.load.flush ROOM...` flushes rooms of the stores that the environment names.
"""

import asyncio
import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack
from functools import partial, wraps
from statistics import fmean
from typing import Any, Final

import uvloop
from cassandra import ConsistencyLevel
from cassandra.cluster import Cluster, Session
from cassandra.concurrent import execute_concurrent
from cassandra.query import BatchStatement, BatchType, PreparedStatement

from chalicelib.bootstrap import Parley
from chalicelib.domain.log import Event
from chalicelib.repositories.cassandra.statements import writes
from chalicelib.services.flush import RANGE
from tests.client import new_id, sessions
from tests.load import process
from tests.load.chats import ParleyChat, say
from tests.load.figures import median, ms, p99
from tests.load.inside import messages, services

ROUNDS: Final = 8
ROWS: Final = 2 * RANGE
"""Of one room, written in each round by each side."""

BATCH: Final = 30
AT_ONCE: Final = 8
"""As the repository has them."""

ROOMS: Final = 5
SENDS: Final = 200
PAUSE_SECONDS: Final = 0.03


def plain(session: Session, statement: PreparedStatement, events: Sequence[Event]) -> None:
    """The same rows, batches and concurrency, with nothing around them."""
    batches = []
    for start in range(0, len(events), BATCH):
        batch = BatchStatement(BatchType.UNLOGGED)
        for event in events[start : start + BATCH]:
            for write in writes(event.room, event):
                batch.add(statement, write.statement[1])
        batches.append((batch, ()))
    execute_concurrent(session, batches, concurrency=AT_ONCE, raise_on_first_error=True)


async def _against_the_driver(app: Parley, hosts: str, keyspace: str) -> tuple[float, float]:
    """Rows a second: plain, and the repository's."""
    host, _, port = hosts.partition(",")[0].partition(":")
    cluster = Cluster([host], port=int(port), protocol_version=4)
    session = await asyncio.to_thread(cluster.connect, keyspace)
    session.default_consistency_level = ConsistencyLevel.LOCAL_QUORUM
    statement = session.prepare(next(iter(writes("", messages("", 0, 1)[0]))).statement[0])
    spent: dict[str, list[float]] = defaultdict(list)
    for number in range(ROUNDS + 2):
        for name in ("plain", "ours"):
            room = new_id()
            parts = [messages(room, low, low + RANGE) for low in range(0, ROWS, RANGE)]
            begun = time.perf_counter()
            for part in parts:
                if name == "plain":
                    await asyncio.to_thread(plain, session, statement, part)
                else:
                    await app.stores.history.apply(room, part)
            if number >= 2:
                spent[name].append(time.perf_counter() - begun)
    await asyncio.to_thread(cluster.shutdown)
    return ROWS / median(spent["plain"]), ROWS / median(spent["ours"])


async def _pending(app: Parley, rooms: Iterable[str]) -> None:
    for room in rooms:
        events = messages(room, 0, RANGE)
        for start in range(0, RANGE, AT_ONCE):
            await asyncio.gather(
                *(app.stores.events.insert(it, begins=it.seq == 1) for it in events[start : start + AT_ONCE])
            )


def _timed(owner: object, name: str, spent: dict[str, float], part: str) -> None:
    """Let the method add up what it takes."""
    method: Callable[..., Awaitable[Any]] = getattr(owner, name)

    @wraps(method)
    async def timed(*arguments: object) -> Any:
        begun = time.perf_counter()
        try:
            return await method(*arguments)
        finally:
            spent[part] += time.perf_counter() - begun

    setattr(owner, name, timed)


async def _whole(app: Parley) -> tuple[float, dict[str, float]]:
    """Events a second of the whole flush, and seconds by part."""
    rooms = [new_id() for _ in range(ROOMS)]
    await _pending(app, rooms)
    spent: dict[str, float] = defaultdict(float)
    _timed(app.stores.events, "between", spent, "reading the log")
    _timed(app.stores.history, "apply", spent, "writing rows")
    _timed(app.stores.heads, "raise_flushed", spent, "saying so")
    _timed(app.stores.expiries, "note", spent, "saying so")
    begun = time.perf_counter()
    flushed = [await app.flush.room(room) for room in rooms]
    total = time.perf_counter() - begun
    spent["all else"] = total - sum(spent.values())
    return sum(flushed) / total, spent


async def _sends(chat: ParleyChat, until: Callable[[], bool]) -> list[float]:
    room = await chat.room()
    (wire,) = await chat.senders([room])
    times: list[float] = []
    while len(times) < SENDS or not until():
        begun = time.perf_counter()
        await say(chat, wire, room)
        times.append(time.perf_counter() - begun)
        await asyncio.sleep(PAUSE_SECONDS)
    wire.close()
    return times[10:]


async def _beside(app: Parley, environment: dict[str, str]) -> tuple[list[float], list[float]]:
    """Acks, without and with a flush beside."""
    async with AsyncExitStack() as stack:
        running = await stack.enter_async_context(process.parley(environment))
        chat = ParleyChat(running.url, await stack.enter_async_context(sessions()))
        await _sends(chat, lambda: True)
        quiet = await _sends(chat, lambda: True)
        rooms = [new_id() for _ in range(ROOMS)]
        await _pending(app, rooms)
        flush = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.load.flush", *rooms, env={**os.environ, "STORES": json.dumps(environment)}
        )
        ended = asyncio.create_task(flush.wait())
        busy = await _sends(chat, ended.done)
        if await ended:
            raise RuntimeError("the flush failed")
        return quiet, busy


async def _run() -> str:
    async with process.stores() as stores:
        environment = stores.environment()
        app = services(environment)
        driver, ours = await _against_the_driver(app, environment["CASSANDRA_HOSTS"], app.config.cassandra_keyspace)
        whole, parts = await _whole(app)
        quiet, busy = await _beside(services(environment), environment)
    total = sum(parts.values())
    shares = ", ".join(f"{name} {spent / total:.0%}" for name, spent in parts.items())
    return "\n".join(
        (
            "| what | rows/s | ratio |",
            "|---|---|---|",
            f"| plain cassandra-driver loop | {driver:,.0f} | 1 |",
            (
                f"| `repositories/cassandra/messages.py`, the same rows, batches and concurrency | {ours:,.0f} |"
                f" {ours / driver:.2f} |"
            ),
            f"| the whole flush of {ROOMS} rooms with {RANGE:,} events | {whole:,.0f} | {whole / driver:.2f} |",
            "",
            f"The whole flush: {shares}.",
            "",
            "| who sends meanwhile | ack p50 | p99 | mean |",
            "|---|---|---|---|",
            f"| without a flush | {ms(median(quiet))} | {ms(p99(quiet))} | {ms(fmean(quiet))} |",
            (
                f"| while {ROOMS} rooms with {RANGE:,} events each are flushed | {ms(median(busy))} | {ms(p99(busy))} |"
                f" {ms(fmean(busy))} |"
            ),
            "",
            f"One sender, a message every {PAUSE_SECONDS * 1e3:.0f} ms after the ack before; times in ms.",
        )
    )


async def _flush(rooms: Sequence[str]) -> None:
    app = services(json.loads(os.environ["STORES"]))
    for flush in [partial(app.flush.room, room) for room in rooms]:
        await flush()


def report() -> str:
    """The section of docs/benchmarks.md."""
    return uvloop.run(_run())


if __name__ == "__main__":
    uvloop.run(_flush(sys.argv[1:])) if sys.argv[1:] else print(report())
