"""Several things at once, none of them left behind."""

import asyncio

import pytest

from chalicelib.errors import NotFound, Unavailable
from chalicelib.services.concurrency import aside, together


async def test_results_come_in_the_order_of_the_work() -> None:
    async def number(value: int) -> int:
        for _ in range(3 - value):
            await asyncio.sleep(0)
        return value

    assert await together(*(number(value) for value in range(3))) == [0, 1, 2]


async def test_when_one_fails_the_others_have_ended_before_it_is_raised_as_it_is() -> None:
    ended = []

    async def slow() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append(True)

    async def fail() -> None:
        await asyncio.sleep(0)
        raise NotFound("this one")

    with pytest.raises(NotFound):
        await together(slow(), fail(), slow())
    assert ended == [True, True]


async def test_a_side_effect_that_is_refused_goes_no_further_and_a_mistake_does() -> None:
    async def fail(error: Exception) -> None:
        raise error

    await aside("it", fail(Unavailable("away")))
    with pytest.raises(KeyError):
        await aside("it", fail(KeyError("a mistake")))
