"""Where scenarios are played: Parley with failpoints on stores of its own, a crowd, and what happens at the end."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final

from pymongo import AsyncMongoClient

from chalicelib.bootstrap import RealStores
from chalicelib.config import load
from infra.gateway import Faults, Limits
from tests.client import new_id, sessions
from tests.failpoints import Failpoints, Stopped, stop
from tests.faults.checker import Verdict, check
from tests.faults.history import CREATED, History, Operation, Outcome
from tests.faults.people import Crowd, Person, talking
from tests.faults.readback import resumed_log, seen_logs, shown_log, shown_pages, stored_log, stored_rows
from tests.faults.stores import FaultyStores
from tests.system import ROOT, System, function_environment, running
from tests.waiting import until

SHORTENED: Final = {
    "chalicelib.services.access:SWEEP_AFTER_US": 0,
    "chalicelib.services.connections:LEASE_US": 3_000_000,
    "chalicelib.services.sweep:LEASE_US": 3_000_000,
    "chalicelib.services.flush:LEASE_US": 300_000,
    "chalicelib.services.log:REMEMBER_SECONDS": 2,
}
"""What takes half a minute or more in production."""

LIMITS: Final = Limits(environments=6, send_buffer=64 * 1024, slow_reader_grace=0.5)
CONVERGE_SECONDS: Final = 40.0
PATIENCE_SECONDS: Final = 90.0
LONG_SECONDS: Final = 20.0

Documents = AsyncMongoClient[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Arena:
    """What scenarios share: stores that can be broken, and a Parley whose functions can."""

    stores: FaultyStores
    folder: Path
    system: System
    failpoints: Failpoints
    direct: RealStores
    documents: Documents

    def environment(self) -> dict[str, str]:
        """What functions are started with, for another Parley on the same stores."""
        return _environment(self.failpoints)


def _environment(failpoints: Failpoints) -> dict[str, str]:
    constants = ",".join(f"{name}={value}" for name, value in SHORTENED.items())
    return {**failpoints.environment(ROOT / "functions"), "SHORTENED": constants, "FLUSH_COUNT": "40"}


@asynccontextmanager
async def open_arena(stores: FaultyStores, folder: Path) -> AsyncIterator[Arena]:
    """Start Parley on the stores."""
    failpoints = Failpoints(folder / "failpoints")
    direct = RealStores(load(function_environment(stores.environment(), 0) | {"WEBSOCKET_API_ID": "unused"}))
    async with AsyncExitStack() as stack:
        system = await stack.enter_async_context(
            running(stores.environment(), environment=_environment(failpoints), limits=LIMITS)
        )
        documents: Documents = AsyncMongoClient(stores.mongodb.url, serverMonitoringMode="poll")
        stack.push_async_callback(documents.close)
        try:
            yield Arena(stores, folder, system, failpoints, direct, documents)
        finally:
            await direct.close()


@dataclass(slots=True)
class Stage:
    """One scenario being played, with a seed, for about so many seconds."""

    arena: Arena
    random: Random
    seconds: float
    system: System
    crowd: Crowd
    history: History
    injected: int = 0
    room: str = ""
    #: Events up to this seq are gone from the log by the scenario's doing.
    expired: int = 0
    _until: float = 0.0
    _judged: bool = False

    @property
    def long(self) -> bool:
        """Whether there is time for what costs much."""
        return self.seconds >= LONG_SECONDS

    def some(self, steps: Sequence[str]) -> Sequence[str]:
        """All of them where there is time; else one."""
        return steps if self.long else [self.random.choice(steps)]

    def again(self) -> bool:
        """Whether to go on: once at least, and until the time is over."""
        if self._until == 0.0:
            self._until = time.monotonic() + self.seconds
            return True
        return time.monotonic() < self._until

    @property
    def failpoints(self) -> Failpoints:
        """Those of the functions."""
        return self.arena.failpoints

    @property
    def people(self) -> list[Person]:
        """All clients, the owner of the room first."""
        return self.crowd.people

    async def gather(self, count: int = 3) -> list[Person]:
        """So many people in a room, connected."""
        servers = [await self.crowd.account() for _ in range(count)]
        self.room = await self.crowd.room(servers)
        return [await self.crowd.connect(it) for it in servers]

    @asynccontextmanager
    async def load(self, changes: float = 0.3) -> AsyncIterator[list[Person]]:
        """Three people (unless there are some already) who talk meanwhile."""
        people = self.people or await self.gather()
        async with talking(people, self.room, self.random, changes):
            yield people

    @asynccontextmanager
    async def elsewhere(
        self, environment: Mapping[str, str], stores: Mapping[str, str] | None = None, limits: Limits = LIMITS
    ) -> AsyncIterator[None]:
        """Play in front of another Parley than the shared one; the verdict is given while it still runs."""
        found = stores or self.arena.stores.environment()
        async with running(found, environment=environment, limits=limits) as system:
            self.system = system
            async with self.in_front_of(system.url):
                yield

    @asynccontextmanager
    async def in_front_of(self, url: str) -> AsyncIterator[None]:
        """Play with a crowd of its own at this address; what it reads is read back before it goes."""
        self.crowd = Crowd(url, self.system.http, self.history, self.random)
        try:
            yield
            await self.judge()
        finally:
            # What broke half-way says enough.
            self._judged = True
            await self.crowd.close()

    async def judge(self) -> None:
        """Settle and read back now: the crowd will not be there later."""
        if not self._judged:
            self._judged = True
            await self.settle()
            await self.read_back()

    def provoke(self, faults: Faults) -> None:
        """Have the gateway misbehave from now on."""
        self.system.gateway.provoke(faults)

    def begin(self, user: str, text: str) -> Operation:
        """A message that somebody without a client is about to send."""
        operation = Operation(self.room, user, new_id(), CREATED, self.history.tick(), text)
        return self.history.begin(operation)

    async def progress(self, count: int = 15) -> None:
        """Wait until so many more operations were answered with ok."""
        wanted = self.history.done(Outcome.OK) + count

        async def done() -> bool:
            return self.history.done(Outcome.OK) >= wanted

        await until(done, within=PATIENCE_SECONDS)

    async def end(self) -> int:
        """The last seq of the room."""
        log = await stored_log(self.arena.direct, self.room, self.expired)
        return log.entries[-1].seq if log.entries else self.expired

    async def call(self, function: str, event: Mapping[str, object]) -> bool:
        """Invoke a function that may die of it; whether it lived."""
        result = await self.system.gateway.functions.call(function, json.dumps(event).encode())
        return result.ok

    async def flush(self) -> bool:
        """Flush the room once; whether the function lived. Somebody else may hold the lease."""
        return await self.call("flush_room", {"room": self.room})

    async def flushed(self) -> None:
        """Flush until everything that was said before is in the history store."""
        end = await self.end()

        async def done() -> bool:
            await self.arena.system.gateway.functions.call("flush_room", json.dumps({"room": self.room}).encode())
            return (await self.arena.direct.heads.get(self.room)).flushed.seq >= end

        await until(done, within=PATIENCE_SECONDS)

    async def sweep(self) -> None:
        """Do what the schedule does each minute."""
        await self.system.invoke("sweep")

    def pids(self, function: str) -> list[int]:
        """The processes of the function."""
        return self.system.gateway.environment_pids[function]

    async def freeze(self, *functions: str) -> list[Stopped]:
        """Stop all processes of the functions, as Lambda freezes what is idle."""
        return await stop(pid for function in functions for pid in self.pids(function))

    async def connections(self, user: str) -> dict[str, str]:
        """The user's connections as MongoDB has them: their state by id."""
        found = self.arena.documents.get_default_database()["connections"].find({"user": user})
        return {str(it["_id"]): str(it["state"]) async for it in found}

    async def settle(self) -> None:
        """Everything works again: let all clients come to the end of the log."""
        self.failpoints.disarm()
        self.arena.system.gateway.provoke(Faults())
        await self.flushed()
        end = await self.end()
        for person in self.people:
            if self.room in person.client.rooms:
                with suppress(TimeoutError):
                    # Whoever does not get there lacks something, which the checker says better.
                    async with asyncio.timeout(CONVERGE_SECONDS):
                        await person.client.connection.live()
                        person.client.connection.doubt()
                        await person.client.reached(self.room, end)

    async def read_back(self) -> None:
        """Read the room in every way there is."""
        direct, server = self.arena.direct, self.people[0].server
        history, room = self.history, self.room
        history.logs.append(await stored_log(direct, room, self.expired))
        history.logs.append(await shown_log(server, room, self.expired))
        history.logs.append(await resumed_log(server, room, await self.end(), self.expired, self.random))
        history.logs += seen_logs(self.people, room)
        history.pages.append(await shown_pages(server, room, "REST"))
        history.pages.append(await stored_rows(direct, room))

    async def verdict(self) -> Verdict:
        """Settle, read back and judge."""
        await self.judge()
        return check(self.history)

    async def close(self) -> None:
        """Disconnect everybody."""
        await self.crowd.close()


@asynccontextmanager
async def open_stage(arena: Arena, seed: int, seconds: float) -> AsyncIterator[Stage]:
    """A stage in front of the shared Parley."""
    random = Random(seed)
    history = History()
    async with sessions() as http:
        crowd = Crowd(arena.system.url, http, history, random)
        stage = Stage(arena, random, seconds, arena.system, crowd, history)
        try:
            yield stage
        finally:
            arena.failpoints.disarm()
            arena.system.gateway.provoke(Faults())
            await stage.close()
