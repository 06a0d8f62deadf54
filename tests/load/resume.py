"""Resume of many rooms of which some have moved: time, and calls of the store."""

import time
from collections import Counter
from typing import Final

import uvloop
from pymongo import monitoring

from chalicelib.domain.connections import LEASE_US, Connection, ConnectionState
from tests.client import new_id
from tests.load import process
from tests.load.figures import median, ms
from tests.load.inside import messages, services

ROOMS: Final = 200
MOVED: Final = 50
EVENTS: Final = 20
NEWER: Final = 5
TIMES: Final = 15


class Calls(monitoring.CommandListener):
    """Counts commands by name."""

    def __init__(self) -> None:
        self.counted: Counter[str] = Counter()

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        """One more."""
        self.counted[event.command_name] += 1

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Nothing to note."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Nothing to note."""


async def _run() -> str:
    calls = Calls()
    monitoring.register(calls)
    async with process.stores() as stores:
        app = services(stores.environment())
        rooms = [new_id() for _ in range(ROOMS)]
        for room in rooms:
            for event in messages(room, 0, EVENTS):
                await app.stores.events.insert(event)
            await app.stores.heads.raise_end(room, event.end)
        cursors = {room: EVENTS - NEWER if number < MOVED else EVENTS for number, room in enumerate(rooms)}
        times = []
        for _ in range(TIMES):
            now = app.world.clock.now()
            connection = Connection(
                new_id(), new_id(), new_id(), ConnectionState.PENDING, 1, frozenset(rooms), now * 2, now + LEASE_US, now
            )
            await app.stores.connections.add(connection)
            calls.counted.clear()
            begun = time.perf_counter()
            answers = [answer async for answer in app.resuming.resume(connection, new_id(), cursors)]
            times.append(time.perf_counter() - begun)
            if len(answers) != MOVED + 1:
                raise RuntimeError(f"{len(answers)} answers instead of {MOVED + 1}")
            counted = dict(calls.counted)
            await app.stores.connections.remove(connection.id)
    commands = ", ".join(f"{count} `{name}`" for name, count in sorted(counted.items(), key=lambda it: -it[1]))
    return (
        f"{ROOMS} rooms, {MOVED} of them with {NEWER} events since: **{ms(median(times))} ms** in the middle of"
        f" {TIMES} ({ms(min(times))} to {ms(max(times))}), **{sum(counted.values())} calls** of MongoDB: {commands}."
    )


def report() -> str:
    """The section of docs/benchmarks.md."""
    return uvloop.run(_run())


if __name__ == "__main__":
    print(report())
