"""A page of history at the start, in the middle and at the end of a small and a very large room."""

import os
import time
from functools import partial
from typing import TYPE_CHECKING, Final

import uvloop

from chalicelib.bootstrap import Parley
from chalicelib.domain.log import End
from tests.client import new_id
from tests.load import process
from tests.load.figures import in_turns, median, ms, p99
from tests.load.inside import START_US, messages, services

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

SMALL: Final = 10_000
LARGE: Final = int(os.environ.get("BENCH_MESSAGES", "1000000"))
"""Messages of the large room. Filling it with a million takes some minutes: BENCH_MESSAGES makes it smaller."""

PAGE: Final = 50
TIMES: Final = 300
_AT_ONCE: Final = 3_000


async def fill(app: Parley, room: str, count: int) -> None:
    """As if all had been said, flushed, and expired from the log long ago."""
    for low in range(0, count, _AT_ONCE):
        await app.stores.history.apply(room, messages(room, low, min(low + _AT_ONCE, count)))
    await app.stores.heads.raise_flushed(room, End(count, count, START_US + count))


async def _page(app: Parley, room: str, after: int) -> None:
    rows, _, _ = await app.history.page(room, None, after, PAGE)
    if len(rows) != PAGE:
        raise RuntimeError(f"a page of {PAGE} has {len(rows)} messages")


async def _run() -> str:
    async with process.stores() as stores:
        app = services(stores.environment())
        operations: dict[str, Callable[[], Awaitable[object]]] = {}
        begun = time.perf_counter()
        for count in (SMALL, LARGE):
            room = new_id()
            await fill(app, room, count)
            places = {"start": 0, "middle": count // 2 + 17, "end": count - PAGE}
            operations |= {f"{count:,} | {name}": partial(_page, app, room, at) for name, at in places.items()}
        filled = time.perf_counter() - begun
        times = await in_turns(operations, TIMES, warm=50)
    least = min(median(some) for some in times.values())
    rows = [
        f"| {name} | {ms(median(some))} | {ms(p99(some))} | {median(some) / least:.2f} |"
        for name, some in times.items()
    ]
    return "\n".join(
        (
            "| messages in the room | page at the | p50 | p99 | p50 to the least |",
            "|---|---|---|---|---|",
            *rows,
            "",
            (
                f"Pages of {PAGE} by the service, in ms, {TIMES} each, in turns. Every message was flushed and is gone"
                f" from the log. Filling the rooms took {filled:.0f} s; `BENCH_MESSAGES` changes the size of the large."
            ),
        )
    )


def report() -> str:
    """The section of docs/benchmarks.md."""
    return uvloop.run(_run())


if __name__ == "__main__":
    print(report())
