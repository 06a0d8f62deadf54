"""A message, from its sender to everybody: latency by size of the room, messages a second, and where the time goes.

Parley and Socket.IO take turns, on the same machine and the same MongoDB.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, Final

from pymongo import AsyncMongoClient

from tests.client import new_id, sessions
from tests.load import process
from tests.load.chats import PARLEY, SOCKET_IO, Chat, ParleyChat, SocketIoChat, say
from tests.load.figures import median, ms, p99
from tests.load.wire import Wire
from tests.waiting import until

SIZES: Final = {2: 200, 10: 200, 100: 100, 1_000: 30}
"""Connections in the room, the sender's among them, and how many messages are measured."""

ROUNDS: Final = 5
WARM: Final = 10
SENDERS: Final = (1, 8, 32)
SECONDS: Final = 4.0
TURNS: Final = 2
WARM_TURNS: Final = 2
CLOSING_AT_ONCE: Final = 50
PARTS: Final = {PARLEY: ("MongoDB", "gateway", "functions"), SOCKET_IO: ("MongoDB", SOCKET_IO, "")}
"""What spends processor time for whom."""


@dataclass(slots=True)
class Latency:
    """Seconds from the frame sent, message by message."""

    acks: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    last: list[float] = field(default_factory=list)


@dataclass(slots=True)
class Throughput:
    """What some senders got through, each waiting for its ack before the next."""

    acked: list[int] = field(default_factory=list)
    """By sender."""
    seconds: float = 0.0
    longest: float = 0.0
    """The longest wait for an ack."""
    inserts: int = 0
    processor: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    """Seconds of processor time by what spent it."""

    @property
    def total(self) -> int:
        """Messages acked."""
        return sum(self.acked)

    @property
    def rate(self) -> float:
        """Messages a second."""
        return self.total / self.seconds


@dataclass(frozen=True, slots=True)
class Peers:
    """Both servers, and what is asked about the machine meanwhile."""

    parley: ParleyChat
    socket_io: SocketIoChat
    pids: Mapping[str, tuple[int, str]]
    """What spends processor time: its leading process and a part of the command line of those that count."""
    mongodb: AsyncMongoClient[dict[str, Any]]

    @property
    def chats(self) -> tuple[Chat, Chat]:
        """Who takes turns."""
        return self.parley, self.socket_io

    async def inserts(self) -> int:
        """Insert commands that MongoDB has seen."""
        return int((await self.mongodb.admin.command("serverStatus"))["opcounters"]["insert"])

    async def close(self, chat: Chat, wires: Sequence[Wire]) -> None:
        """Close these sockets, a few at a time, and wait until they are forgotten.

        All at once they would be more $disconnects than may wait, and those would be part of what is measured next.
        """
        connections = self.mongodb.get_default_database()["connections"]
        for start in range(0, len(wires), CLOSING_AT_ONCE):
            some = wires[start : start + CLOSING_AT_ONCE]
            left = await connections.count_documents({}) - (len(some) if chat.name == PARLEY else 0)
            for wire in some:
                wire.close()

            async def forgotten(left: int = left) -> bool:
                return await connections.count_documents({}) <= left

            await until(forgotten)

    def spent(self) -> dict[str, float]:
        """Processor seconds so far."""
        return {name: process.processor_seconds(pid, only=only) for name, (pid, only) in self.pids.items()}


async def latency(chat: Chat, room: str, sender: Wire, listeners: Sequence[Wire], messages: int, into: Latency) -> None:
    """Send one message after the other, each when the one before has reached everybody."""
    for number in range(WARM + messages):
        id_ = new_id()
        marker = id_.encode()
        arrivals = [it.expect(marker) for it in listeners]
        begun = time.perf_counter()
        acked = await sender.ask(chat.say(room, id_), marker)
        arrived = await asyncio.gather(*arrivals)
        if number >= WARM:
            into.acks.append(acked - begun)
            into.first.append(min(arrived) - begun)
            into.last.append(max(arrived) - begun)


async def throughput(peers: Peers, chat: Chat, wires: Sequence[tuple[Wire, str]], into: Throughput) -> None:
    """Let all send at once for SECONDS."""
    into.acked = into.acked or [0] * len(wires)
    inserts, spent = await peers.inserts(), peers.spent()
    begun = time.perf_counter()
    until = begun + SECONDS

    async def chatter(number: int, wire: Wire, room: str) -> None:
        while (now := time.perf_counter()) < until:
            await say(chat, wire, room)
            into.acked[number] += 1
            into.longest = max(into.longest, time.perf_counter() - now)

    await asyncio.gather(*(chatter(number, *it) for number, it in enumerate(wires)))
    into.seconds += time.perf_counter() - begun
    into.inserts += await peers.inserts() - inserts
    for name, seconds in peers.spent().items():
        into.processor[name] += seconds - spent[name]


async def latencies(peers: Peers, sizes: Mapping[int, int]) -> dict[tuple[int, str], Latency]:
    """By size of the room and server; the rooms grow from size to size."""
    found: dict[tuple[int, str], Latency] = defaultdict(Latency)
    rooms = {chat.name: await chat.room() for chat in peers.chats}
    wires: dict[str, list[Wire]] = {chat.name: [] for chat in peers.chats}
    for size, messages in sizes.items():
        for chat in peers.chats:
            have = wires[chat.name]
            have += await chat.sockets(rooms[chat.name], size - len(have))
        for _ in range(ROUNDS):
            for chat in peers.chats:
                sender, *listeners = wires[chat.name]
                await latency(chat, rooms[chat.name], sender, listeners, messages // ROUNDS, found[size, chat.name])
    for chat in peers.chats:
        await peers.close(chat, wires[chat.name])
    return found


async def throughputs(peers: Peers, senders: Sequence[int]) -> dict[tuple[int, bool, str], Throughput]:
    """By number of senders, whether they share one room, and server."""
    found: dict[tuple[int, bool, str], Throughput] = defaultdict(Throughput)
    for shared in (False, True):
        wires: dict[str, list[tuple[Wire, str]]] = {}
        for chat in peers.chats:
            room = await chat.room()
            rooms = [room if shared else await chat.room() for _ in range(max(senders))]
            wires[chat.name] = list(zip(await chat.senders(rooms), rooms, strict=True))
        for chat in peers.chats:
            # Until all environments are there that this takes: cold starts are told elsewhere.
            for _ in range(WARM_TURNS):
                await throughput(peers, chat, wires[chat.name], Throughput())
        for count in senders:
            for _ in range(TURNS):
                for chat in peers.chats:
                    await throughput(peers, chat, wires[chat.name][:count], found[count, shared, chat.name])
        for chat in peers.chats:
            await peers.close(chat, [wire for wire, _ in wires[chat.name]])
    return found


async def measure(
    sizes: Mapping[int, int] = SIZES, senders: Sequence[int] = SENDERS
) -> tuple[dict[tuple[int, str], Latency], dict[tuple[int, bool, str], Throughput]]:
    """Start everything and measure."""
    async with AsyncExitStack() as stack:
        stores = await stack.enter_async_context(process.stores())
        environment = stores.environment()
        parley = await stack.enter_async_context(process.parley(environment))
        peer = await stack.enter_async_context(process.socket_io(environment["MONGODB_URL"]))
        http = await stack.enter_async_context(sessions())
        mongodb = await stack.enter_async_context(AsyncMongoClient[dict[str, Any]](environment["MONGODB_URL"]))
        pids = {
            "functions": (parley.pid, "runtime/bootstrap.py"),
            "gateway": (parley.pid, "infra.gateway"),
            SOCKET_IO: (peer.pid, ""),
            "MongoDB": (next(it.child.pid for it in stores.embedded if it.name == "MongoDB"), ""),
        }
        peers = Peers(ParleyChat(parley.url, http), SocketIoChat(peer.url), pids, mongodb)
        times = await latencies(peers, sizes) if sizes else {}
        return times, await throughputs(peers, senders) if senders else {}


def _latency_rows(times: Mapping[tuple[int, str], Latency]) -> list[str]:
    rows = []
    for (size, name), it in times.items():
        cells = (f"{ms(median(some))} | {ms(p99(some))}" for some in (it.acks, it.first, it.last))
        ratio = median(it.acks) / median(times[size, SOCKET_IO].acks)
        rows.append(f"| {size:,} | {name} | {' | '.join(cells)} | {ratio:.2f} |")
    return rows


def _throughput_rows(rates: Mapping[tuple[int, bool, str], Throughput]) -> list[str]:
    rows = []
    for (count, shared, name), ours in rates.items():
        if name == PARLEY:
            theirs = rates[count, shared, SOCKET_IO]
            cells = (
                f"{count}, {_where(shared)}",
                f"{ours.rate:,.0f}",
                f"{theirs.rate:,.0f}",
                f"{ours.rate / theirs.rate:.2f}",
                f"{(ours.inserts - ours.total) / ours.total:.2f}",
                f"{min(ours.acked):,} to {max(ours.acked):,}",
                f"{ours.longest * 1e3:,.0f}",
            )
            rows.append(f"| {' | '.join(cells)} |")
    return rows


def _processor_rows(rates: Mapping[tuple[int, bool, str], Throughput]) -> list[str]:
    rows = []
    for (count, shared, name), it in rates.items():
        cells = [f"{it.processor[part] / it.total * 1e3:.1f}" if part else "" for part in PARTS[name]]
        rows.append(f"| {count}, {_where(shared)} | {name} | {' | '.join(cells)} |")
    return rows


def _where(shared: bool) -> str:
    return "one room" if shared else "a room each"


def report() -> str:
    """The section of docs/benchmarks.md."""
    times, rates = asyncio.run(measure())
    kinds = ("ack", "first delivery", "last delivery")
    latency_head = " | ".join(f"{kind} p50 | p99" for kind in kinds)
    return "\n".join(
        (
            f"| connections in the room | server | {latency_head} | ack p50 to Socket.IO's |",
            "|---|---|---|---|---|---|---|---|---|",
            *_latency_rows(times),
            "",
            (
                "Times in ms, from the frame sent to the frame received, one message after the other. Socket.IO"
                " inserts each message into the same MongoDB, with the same write concern, before it acks. They take"
                " turns."
            ),
            "",
            "| senders | Parley, messages/s | Socket.IO | ratio | retries | messages by sender | longest wait |",
            "|---|---|---|---|---|---|---|",
            *_throughput_rows(rates),
            "",
            (
                f"Each sender waits for its ack before the next; {SECONDS * TURNS:.0f} s each, in turns. In one room"
                f" all {max(SENDERS)} are listening, however many send. Retries are inserts beyond one a message,"
                " because somebody else took the place in the log first. Waits in ms."
            ),
            "",
            "| senders | server | MongoDB | server | functions |",
            "|---|---|---|---|---|",
            *_processor_rows(rates),
            "",
            (
                "Processor time of a message in ms: of MongoDB (flushes included), of the gateway or Socket.IO, and of"
                " the functions."
            ),
        )
    )


if __name__ == "__main__":
    print(report())
