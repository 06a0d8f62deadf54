"""Row 8: a flood of log-ins does not starve chat. On the running system, with passwords hashed at their usual cost."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Final

import pytest_asyncio

from infra.gateway import Limits
from tests.client import PASSWORD, Answer
from tests.system import System, running
from tests.waiting import until

GUESS: Final = "a canary of a guess"
AT_ONCE: Final = 8
MESSAGES: Final = 5


@pytest_asyncio.fixture(loop_scope="session")
async def hashing(stores_without_cassandra: Mapping[str, str]) -> AsyncIterator[System]:
    """A Parley with a function that hashes, and more environments for REST than that function has."""
    environment = {"HASH_FUNCTION": "hash_password", "BCRYPT_COST": "12"}
    async with running(stores_without_cassandra, environment=environment, limits=Limits(environments=6)) as system:
        yield system


async def test_08_a_flood_of_log_ins_is_refused_while_messages_go_on(hashing: System) -> None:
    ada = await hashing.person()
    room = await ada.room()
    answers: list[Answer] = []
    over = asyncio.Event()

    async def guess(login: str) -> None:
        while not over.is_set():
            answers.append(await hashing.somebody().call("POST", "/auth/login", {"login": login, "password": GUESS}))

    async def refused() -> bool:
        return any(it.status == 503 for it in answers)

    async with ada.socket() as socket, asyncio.TaskGroup() as flood:
        try:
            for _ in range(AT_ONCE):
                flood.create_task(guess(ada.name))
            await until(refused, 60)
            for number in range(MESSAGES):
                assert (await socket.say(room, f"message {number}"))["n"] == number + 1
            assert (await ada.get("/me"))["id"] == ada.id
        finally:
            over.set()
    assert {it.status for it in answers} == {401, 503}
    busy = next(it for it in answers if it.status == 503)
    assert busy.code() == "unavailable"
    assert busy.headers["Retry-After"] == "2"
    assert "Try again" in busy.body["error"]["message"]
    again = await hashing.somebody().call("POST", "/auth/login", {"login": ada.name, "password": PASSWORD})
    assert again.status == 200
    asked = hashing.gateway.events.all(function="hash_password")
    assert asked
    assert not [it for it in asked if GUESS in str(it.event) or PASSWORD in str(it.event)]
