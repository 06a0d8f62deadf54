"""Asking again, as clients do."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
from typing import Final, TypeVar

from infra.client import ClientError, Refused
from infra.client.backoff import backoff

T = TypeVar("T")

_LONGEST: Final = 3
"""Doublings of the wait: what is waited for is a server that starts."""


async def patiently(ask: Callable[[], Awaitable[T]]) -> T:
    """The answer, once there is one; raises only refusals that will not pass."""
    random = Random()
    failures = 0
    while True:
        try:
            return await ask()
        except ClientError as error:
            if isinstance(error, Refused) and not error.retry:
                raise
        await asyncio.sleep(backoff(min(failures, _LONGEST), random))
        failures += 1
