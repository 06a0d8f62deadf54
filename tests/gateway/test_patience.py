"""Waits that share a timer."""

import asyncio
from functools import partial

from infra.gateway.shell.patience import Patience
from tests.gateway.conftest import until


def _note(over: list[tuple[str, bytes | None]], name: str, answer: bytes | None) -> None:
    over.append((name, answer))


async def test_each_wait_is_over_once_and_the_oldest_first() -> None:
    patience, over = Patience(0.01, asyncio.get_running_loop()), list[tuple[str, bytes | None]]()
    waits = [patience.begin(partial(_note, over, name)) for name in "abc"]
    await until(lambda: len(over) == 3)
    assert over == [("a", None), ("b", None), ("c", None)]
    assert not any(patience.end(each) for each in waits)


async def test_a_wait_that_ended_in_time_is_not_over() -> None:
    patience, over = Patience(0.01, asyncio.get_running_loop()), list[str]()
    ended = patience.begin(lambda _answer: over.append("ended"))
    patience.begin(lambda _answer: over.append("left"))
    assert patience.end(ended)
    assert not patience.end(ended)
    await until(lambda: bool(over))
    assert over == ["left"]


async def test_a_wait_that_begins_while_another_is_over_has_its_whole_time() -> None:
    loop = asyncio.get_running_loop()
    patience, over = Patience(0.05, loop), list[float]()
    begun = list[float]()

    def again(_answer: bytes | None) -> None:
        begun.append(loop.time())
        patience.begin(lambda _answer: over.append(loop.time()))

    patience.begin(again)
    await until(lambda: bool(over))
    assert over[0] - begun[0] >= 0.049
    assert len(begun) == 1
