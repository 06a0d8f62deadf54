"""Messages while somebody floods the log-in: what they take with the flood and without, in turns of one run."""

import asyncio
import os
import time
from collections import Counter
from contextlib import AsyncExitStack
from typing import Final

import aiohttp

from tests.client import Person, sessions
from tests.load import process
from tests.load.chats import ParleyChat, say
from tests.load.figures import median, ms, p99
from tests.load.wire import Wire

MESSAGES: Final = int(os.environ.get("BENCH_MESSAGES", "100"))
"""In each turn. BENCH_MESSAGES makes it fewer."""

TURNS: Final = 4
PAUSE_SECONDS: Final = 0.125
"""Between messages: a connection may send ten frames a second."""

WARM: Final = 20
GUESSES_AT_ONCE: Final = 16


async def _turn(chat: ParleyChat, wire: Wire, room: str, messages: int) -> list[float]:
    """Seconds to the ack of each message."""
    times = []
    for _ in range(messages):
        begun = time.perf_counter()
        await say(chat, wire, room)
        times.append(time.perf_counter() - begun)
        await asyncio.sleep(PAUSE_SECONDS)
    return times


async def _guess(url: str, http: aiohttp.ClientSession, login: str, answers: Counter[int]) -> None:
    """One wrong log-in after the other, from an address that is not throttled: all that get so far are hashed."""
    while True:
        answer = await Person(url, http).call("POST", "/auth/login", {"login": login, "password": "a wrong guess"})
        answers[answer.status] += 1


async def _flooded(chat: ParleyChat, wire: Wire, room: str, login: str, answers: Counter[int]) -> list[float]:
    guessing = [asyncio.create_task(_guess(chat.url, chat.http, login, answers)) for _ in range(GUESSES_AT_ONCE)]
    try:
        return await _turn(chat, wire, room, MESSAGES)
    finally:
        for task in guessing:
            task.cancel()
        await asyncio.gather(*guessing, return_exceptions=True)


async def _run() -> str:
    answers: Counter[int] = Counter()
    calm: list[float] = []
    flooded: list[float] = []
    async with AsyncExitStack() as stack:
        stores = await stack.enter_async_context(process.stores())
        parley = await stack.enter_async_context(process.parley(stores.environment()))
        http = await stack.enter_async_context(sessions())
        chat = ParleyChat(parley.url, http)
        victim = await Person(parley.url, http).register()
        room = await chat.room()
        (wire,) = await chat.senders([room])
        await _turn(chat, wire, room, WARM)
        for _ in range(TURNS):
            calm += await _turn(chat, wire, room, MESSAGES)
            flooded += await _flooded(chat, wire, room, victim.name, answers)
    return _table(calm, flooded, answers)


def _table(calm: list[float], flooded: list[float], answers: Counter[int]) -> str:
    ratio = p99(flooded) / p99(calm)
    return "\n".join(
        (
            "| | messages | to the ack, median | p99 |",
            "|---|---|---|---|",
            f"| without a flood | {len(calm)} | {ms(median(calm))} ms | {ms(p99(calm))} ms |",
            (
                f"| with {GUESSES_AT_ONCE} log-ins at a time | {len(flooded)} | {ms(median(flooded))} ms |"
                f" {ms(p99(flooded))} ms |"
            ),
            "",
            (
                f"p99 with the flood is **{ratio:.1f} times** that without. {TURNS} turns each, a message every"
                f" {PAUSE_SECONDS * 1e3:.0f} ms and more. Of the log-ins {answers[401]:,} were hashed and"
                f" {answers[503]:,} refused for want of capacity. Hashing shares the machine's cores with everything"
                " else here, which functions on Lambda do not."
            ),
        )
    )


def report() -> str:
    """The section of docs/benchmarks.md."""
    return asyncio.run(_run())


if __name__ == "__main__":
    print(report())
