"""The only bridge from Chalice's sync handlers to the async services: one event loop per execution environment.

The loop lives as long as the environment, so clients keep their sockets between invocations; it runs only while an
invocation does. Nothing may outlive the handler: Lambda would freeze it into somebody else's invocation.

The loop is uvloop's: a message takes more than fifty turns of it, which cost a fifth of all its processor time less
there.
"""

import asyncio
from collections.abc import Coroutine
from functools import cache
from typing import TypeVar

import uvloop

T = TypeVar("T")


@cache
def _loop() -> asyncio.AbstractEventLoop:
    return uvloop.new_event_loop()


def run(coroutine: Coroutine[object, object, T]) -> T:
    """Run to the end and give its result; exceptions pass through."""
    return _loop().run_until_complete(coroutine)
