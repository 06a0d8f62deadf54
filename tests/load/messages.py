"""The message path of a running Parley: latency by size of the room, and throughput."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from statistics import quantiles
from typing import Final

from tests.client import Person, Socket, new_id, sessions
from tests.load.process import running

SIZES: Final = (1, 10, 100)
"""Connections in the room beside the sender's."""

SOCKETS_PER_PERSON: Final = 10
MESSAGES: Final = 200
WARM: Final = 30
SENDERS: Final = 8
SECONDS: Final = 8.0


def _p(times: Sequence[float], percent: int) -> str:
    return f"{quantiles(times, n=100)[percent - 1] * 1e3:.1f}"


@asynccontextmanager
async def _listeners(owner: Person, room: str, count: int) -> AsyncIterator[list[Socket]]:
    async with AsyncExitStack() as stack:
        people = []
        for _ in range(-(-count // SOCKETS_PER_PERSON)):
            person = await Person(owner.url, owner.http).register()
            await person.post(f"/rooms/{room}/join")
            people.append(person)
        yield [
            await stack.enter_async_context(people[number // SOCKETS_PER_PERSON].socket()) for number in range(count)
        ]


async def _latency(sender: Person, size: int) -> str:
    room = await sender.room()
    acks: list[float] = []
    first: list[float] = []
    last: list[float] = []
    async with sender.socket() as socket, _listeners(sender, room, size) as listeners:
        for number in range(WARM + MESSAGES):
            id_ = new_id()
            begun = time.perf_counter()

            async def arrival(listener: Socket, id_: str = id_, begun: float = begun) -> float:
                await listener.kind("message.created", id=id_)
                return time.perf_counter() - begun

            watching = [asyncio.create_task(arrival(it)) for it in listeners]
            await socket.say(room, f"message {number}", id_)
            acked = time.perf_counter() - begun
            arrived = await asyncio.gather(*watching)
            for it in (socket, *listeners):
                it.frames.clear()
            if number >= WARM:
                acks.append(acked)
                first.append(min(arrived))
                last.append(max(arrived))
    cells = (f"{_p(times, 50)} | {_p(times, 99)}" for times in (acks, first, last))
    return f"| {size} | {' | '.join(cells)} |"


async def _throughput(owner: Person) -> str:
    async with AsyncExitStack() as stack:
        sockets = []
        for _ in range(SENDERS):
            person = await Person(owner.url, owner.http).register()
            room = await person.room()
            sockets.append((await stack.enter_async_context(person.socket()), room))
        acked = 0
        until = time.perf_counter() + SECONDS

        async def chatter(socket: Socket, room: str) -> None:
            nonlocal acked
            while time.perf_counter() < until:
                await socket.say(room, "hello")
                socket.frames.clear()
                acked += 1

        await asyncio.gather(*(chatter(socket, room) for socket, room in sockets))
        return f"{acked / SECONDS:,.0f}"


async def _run() -> str:
    async with running() as url, sessions() as http:
        owner = await Person(url, http).register()
        rows = [await _latency(owner, size) for size in SIZES]
        rate = await _throughput(owner)
    return "\n".join(
        (
            "| other connections | ack p50 | ack p99 | first delivery p50 | p99 | last delivery p50 | p99 |",
            "|---|---|---|---|---|---|---|",
            *rows,
            "",
            f"Times in ms, from the frame sent to the frame received, {MESSAGES} messages each, one after the other.",
            "",
            f"{SENDERS} senders in {SENDERS} rooms, each waiting for its ack: **{rate} messages/s**.",
        )
    )


def report() -> str:
    """The section of docs/benchmarks.md."""
    return asyncio.run(_run())
