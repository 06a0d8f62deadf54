"""Doing several things at once without leaving any of them behind.

A task that outlived its handler would be frozen with the environment and go on inside somebody else's invocation.
"""

import asyncio
import logging
from collections.abc import Awaitable, Coroutine
from typing import Any, TypeVar

from chalicelib.errors import ParleyError

T = TypeVar("T")
U = TypeVar("U")

log = logging.getLogger("parley.concurrency")


async def aside(what: str, effect: Awaitable[object]) -> None:
    """Await a side effect: a refusal or an absent store is logged and goes no further.

    For what happens after the thing itself is safe, and must not turn it into a failure.
    """
    try:
        await effect
    except ParleyError as error:
        log.warning("%s did not happen: %s", what, error)


async def together(*work: Coroutine[Any, Any, T]) -> list[T]:
    """The results, in order. The first exception is raised as it is, once all the others were cancelled and ended."""
    tasks = [asyncio.ensure_future(it) for it in work]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def both(one: Coroutine[Any, Any, T], other: Coroutine[Any, Any, U]) -> tuple[T, U]:
    """`together` for two things of different kinds."""
    results: list[Any] = await together(one, other)
    first: T = results[0]
    second: U = results[1]
    return first, second
