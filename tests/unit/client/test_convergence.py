"""Whatever the network does, everybody ends with the log, and everything that was said is in it, once, in order."""

import asyncio
from contextlib import AsyncExitStack
from random import Random
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.ids import ulid
from infra.client import Client
from tests.unit.client.fake_server import ARRIVES, LOST, ROOM, FakeServer, Fate
from tests.unit.client.virtual_time import run

USERS: Final = tuple(ulid(1, number) for number in (11, 12, 13))

fates = st.one_of(
    st.just(ARRIVES),
    st.just(LOST),
    st.builds(Fate, st.integers(1, 3), st.floats(0, 15)),
)
steps = st.one_of(
    st.tuples(st.just("say"), st.integers(0, 2)),
    st.tuples(st.just("edit"), st.integers(0, 2)),
    st.tuples(st.just("cut"), st.just(0)),
    st.tuples(st.just("silence"), st.integers(1, 4)),
    st.tuples(st.just("wait"), st.integers(1, 40)),
)


@settings(deadline=None, max_examples=60)
@given(st.lists(steps, min_size=1, max_size=25), st.lists(fates, max_size=60), st.integers(0, 2**32))
def test_any_interleaving_of_pushes_duplicates_losses_and_reconnects_converges_to_the_log(
    script: list[tuple[str, int]], luck: list[Fate], seed: int
) -> None:
    server = FakeServer()
    said: dict[str, list[str]] = {user: [] for user in USERS}

    async def scenario() -> None:
        remaining = iter(luck)
        async with asyncio.timeout(7_200), AsyncExitStack() as stack:
            clients = [
                await stack.enter_async_context(Client(server.of(user), Random(seed + number)))
                for number, user in enumerate(USERS)
            ]
            server.network.fate = lambda: next(remaining, ARRIVES)
            await play(script, server, clients, said)
            # What is lost last surfaces within a heartbeat.
            await asyncio.sleep(200)
            for client in clients:
                assert client.rooms[ROOM].events == server.logs[ROOM]

    run(scenario())
    for user, texts in said.items():
        stored = [it.text for it in server.logs[ROOM] if it.type == "message.created" and it.sender == user]
        assert stored == texts


async def play(
    script: list[tuple[str, int]], server: FakeServer, clients: list[Client], said: dict[str, list[str]]
) -> None:
    """Do what the script says; return when everything was answered."""
    async with asyncio.TaskGroup() as doing:
        for what, value in script:
            match what:
                case "say":
                    texts = said[clients[value].me.id]
                    texts.append(f"{value}: {len(texts)}")
                    doing.create_task(clients[value].say(ROOM, texts[-1]))
                case "edit" if server.logs[ROOM]:
                    doing.create_task(clients[value].edit(ROOM, 1, f"edited by {value}"))
                case "cut":
                    server.cut()
                case "silence":
                    server.unanswered = value
                case "wait":
                    await asyncio.sleep(value)
