"""Asking a store several things at once, but not too many."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Final, TypeVar

T = TypeVar("T")

_AT_ONCE: Final = 8


async def bounded(operations: Iterable[Callable[[], Awaitable[T]]]) -> list[T]:
    """The operations' results, in order, a few operations running at a time.

    All have ended when it returns or raises: nothing is left to run on after the request.
    """
    slots = asyncio.Semaphore(_AT_ONCE)

    async def one(operation: Callable[[], Awaitable[T]]) -> T:
        async with slots:
            return await operation()

    outcomes = await asyncio.gather(*map(one, operations), return_exceptions=True)
    results: list[T] = []
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
        results.append(outcome)
    return results
