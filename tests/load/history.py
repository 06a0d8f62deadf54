"""What a history costs on each of its stores: start, memory, flush, pages. Repositories and servers, no functions."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import Final

from chalicelib.domain.messages import Span
from chalicelib.repositories.base import HistoryRepository
from chalicelib.repositories.cassandra.messages import Messages as CassandraMessages
from chalicelib.repositories.cassandra.session import Cassandra
from chalicelib.repositories.mongodb import client
from chalicelib.repositories.mongodb.messages import Messages as MongoMessages
from infra.schema.migrate import DEFAULT_KEYSPACE, migrate
from infra.stores import CASSANDRA, MONGODB, EmbeddedStore, choose_store
from tests.contract.room_log import RoomLog

ROWS: Final = 12_000
ROUND: Final = 1_000
"""Events of one round of a flush."""

PAGES: Final = 150
PAGE: Final = 50


@dataclass(slots=True)
class Measured:
    """One store, running."""

    name: str
    history: HistoryRepository
    store: EmbeddedStore
    started_in: float
    rounds: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    texts: list[float] = field(default_factory=list)

    @property
    def megabytes(self) -> int:
        """What the server has in memory."""
        status = Path(f"/proc/{self.store.child.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) // 1024


@asynccontextmanager
async def _running(folder: Path, variable: str) -> AsyncIterator[tuple[EmbeddedStore, float]]:
    store = choose_store(variable, folder, {})
    if not isinstance(store, EmbeddedStore):
        raise TypeError(variable)
    begun = time.perf_counter()
    await store.start()
    try:
        await store.ready()
        started_in = time.perf_counter() - begun
        await migrate({variable: store.url}, only=[variable])
        yield store, started_in
    finally:
        await store.stop()


async def _timed(times: list[float], work: Callable[[], Awaitable[object]]) -> None:
    begun = time.perf_counter()
    await work()
    times.append(time.perf_counter() - begun)


async def _measure(stores: list[Measured]) -> None:
    log = RoomLog()
    for number in range(ROWS):
        log.says(f"message {number} of a hundred bytes or so, as people write them {'.' * 40}")
    for start in range(0, ROWS, ROUND):
        for it in stores:
            events = log.events[start : start + ROUND]
            await _timed(it.rounds, partial(it.history.apply, log.room, events))
    random = Random(7)
    for _ in range(PAGES):
        low = random.randint(1, ROWS - PAGE)
        for it in stores:
            await _timed(it.pages, partial(it.history.read, log.room, Span(low, low + PAGE - 1)))
            await _timed(it.texts, partial(it.history.versions, log.room, low))


async def _run() -> str:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with _running(folder, MONGODB) as mongodb, _running(folder, CASSANDRA) as cassandra:
            database = client.connect(mongodb[0].url)
            session = Cassandra(cassandra[0].url, DEFAULT_KEYSPACE)
            stores = [
                Measured("Cassandra", CassandraMessages(session), *cassandra),
                Measured("MongoDB (SecantusDB)", MongoMessages(database), *mongodb),
            ]
            await _measure(stores)
            rows = [_row(it) for it in stores]
            await session.close()
            await client.close(database)
    return "\n".join(
        (
            "| history in | server starts in | memory | flush | page of 50, p50 | p99 | texts of a message, p50 |",
            "|---|---|---|---|---|---|---|",
            *rows,
            "",
            f"One room of {ROWS:,} messages, written in rounds of {ROUND:,} as a flush does, the stores in turn; pages",
            "and messages at random places of it. Memory at the end; MongoDB has to be there in either case.",
        )
    )


def _row(it: Measured) -> str:
    p99 = quantiles(it.pages, n=100)[98]
    return (
        f"| {it.name} | {it.started_in:.1f} s | {it.megabytes:,} MB | {ROUND / median(it.rounds):,.0f} rows/s"
        f" | {median(it.pages) * 1e3:.1f} ms | {p99 * 1e3:.1f} ms | {median(it.texts) * 1e3:.1f} ms |"
    )


def report() -> str:
    """The section of docs/benchmarks.md."""
    return asyncio.run(_run())
