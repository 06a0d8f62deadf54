"""A pytest plugin: gateways inside the test's process. Load it with `pytest_plugins = ["infra.gateway.testing"]`.

    async def test_it_echoes(gateway: StartGateway) -> None:
        app = await gateway("path/of/a/project", environment={"TABLE": "test"})
        async with app.connect() as client:
            await client.send("hello")
            assert await client.recv() == "hello"
        gone = await app.events.wait(route="$disconnect")
        assert gone.event["requestContext"]["disconnectStatusCode"] == 1000

The fixture lives as long as its test. For a gateway that several tests share, enter a `LocalGateway` in a fixture of
your own. Tests are coroutines: pytest-asyncio runs them, and fixture and test must share their loop.
"""

import asyncio
import json
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode

import orjson
import pytest_asyncio
from websockets.asyncio.client import connect

from infra.gateway.core.failure import Failure, read_failure
from infra.gateway.core.finished import finished
from infra.gateway.core.invocation import Invocation, Outcome, Result
from infra.gateway.gateway import Gateway
from infra.gateway.pool.functions import InvocationObserver
from infra.gateway.settings import Settings

EVENTS_KEPT = 10_000
PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Event:
    """One invocation that is over. `event` and `answer` are JSON values; `failure` is None where it returned.

    An answer that is no JSON, as a function may give bytes, is kept as it is. `ended` is in seconds since the epoch,
    `duration` in ms.
    """

    function: str
    route: str
    connection_id: str
    event: Any
    answer: Any
    outcome: Outcome
    failure: Failure | None
    cold: bool
    duration: float
    ended: float


class EventLog:
    """What was invoked with which event and what came of it: the last ten thousand, in the order they ended."""

    def __init__(self) -> None:
        self._events: deque[Event] = deque(maxlen=EVENTS_KEPT)
        self._changed: set[asyncio.Future[None]] = set()

    def all(
        self,
        *,
        function: str | None = None,
        route: str | None = None,
        connection_id: str | None = None,
        where: Callable[[Event], bool] | None = None,
    ) -> list[Event]:
        """The events so far that meet every condition given."""
        return [
            event
            for event in self._events
            if function in (None, event.function)
            and route in (None, event.route)
            and connection_id in (None, event.connection_id)
            and (where is None or where(event))
        ]

    async def wait(self, *, deadline: float = PATIENCE, **conditions: Any) -> Event:
        """The first event that meets the conditions of `all`, now or later. Raises TimeoutError after `deadline` s."""
        return (await self.wait_for(1, deadline=deadline, **conditions))[0]

    async def wait_for(self, number: int, *, deadline: float = PATIENCE, **conditions: Any) -> list[Event]:
        """At least so many events that meet the conditions of `all`. Raises TimeoutError after `deadline` seconds."""
        try:
            async with asyncio.timeout(deadline):
                while len(found := self.all(**conditions)) < number:
                    await self._next()
        except TimeoutError:
            seen = ", ".join(f"{event.route} {event.outcome.value}" for event in list(self._events)[-20:])
            message = f"{len(found)} of {number} events with {conditions} in {deadline} s; the last seen: {seen}"
            raise TimeoutError(message) from None
        return found

    def clear(self) -> None:
        """Forget everything, as between tests that share a gateway."""
        self._events.clear()

    # InvocationObserver

    def invocation_started(self, invocation: Invocation) -> None:
        """It counts once it is over."""

    def invocation_ended(self, invocation: Invocation, result: Result) -> None:
        """Remember it and wake who waits."""
        end = finished(invocation, result)
        self._events.append(
            Event(
                function=end.function,
                route=end.route,
                connection_id=end.connection_id,
                event=_parsed(invocation.payload),
                answer=_parsed(result.payload) if result.ok else None,
                outcome=result.outcome,
                failure=None if result.ok else read_failure(result.payload),
                cold=end.cold,
                duration=end.duration,
                ended=time.time(),
            )
        )
        for future in self._changed:
            if not future.done():
                future.set_result(None)

    async def _next(self) -> None:
        future = asyncio.get_running_loop().create_future()
        self._changed.add(future)
        try:
            await future
        finally:
            self._changed.discard(future)


class FunctionFailedError(AssertionError):
    """A function that was to return raised, ran out of time or died; `failure` says what Lambda answered."""

    def __init__(self, function: str, failure: Failure) -> None:
        super().__init__("\n".join([f"{function} failed: {failure.summary}", *failure.trace]))
        self.failure = failure


class LocalGateway(Gateway):
    """A gateway with what tests ask of it; `async with` starts and stops it."""

    def __init__(self, settings: Settings, observers: Sequence[InvocationObserver] = ()) -> None:
        self.events = EventLog()
        super().__init__(settings, [self.events, *observers])

    def connect(self, query: dict[str, str] | None = None, **options: Any) -> connect:
        """A client of the WebSocket API: `async with app.connect() as client` or `client = await app.connect()`.

        `options` are those of `websockets.asyncio.client.connect`.
        """
        address = self.websocket_url + (f"?{urlencode(query)}" if query else "")
        return connect(address, **options)

    async def invoke(self, function: str, event: object = None) -> Any:
        """A function's answer to a JSON event, `{}` by default; bytes if the answer is no JSON.

        Raises FunctionFailedError, and TooManyRequestsError when it is throttled.
        """
        result = await self.functions.call(
            self.functions.resolve(function).name, orjson.dumps({} if event is None else event), "invoke"
        )
        if not result.ok:
            raise FunctionFailedError(function, read_failure(result.payload))
        return _parsed(result.payload)


class StartGateway(Protocol):
    """Starts a gateway for a project's folder; `settings` are fields of `infra.gateway.Settings`.

    Schedules are off unless asked for, so that a test alone decides what runs.
    """

    def __call__(self, project: str | Path, **settings: Any) -> Awaitable[LocalGateway]: ...


def local_gateway(project: str | Path, **settings: Any) -> LocalGateway:
    """A gateway that is not started yet, without schedules unless they are asked for."""
    return LocalGateway(Settings(project=Path(project), **{"schedules": False, **settings}))


@pytest_asyncio.fixture
async def gateway() -> AsyncIterator[StartGateway]:
    """Starts gateways that are stopped after the test."""
    async with AsyncExitStack() as stack:

        async def start(project: str | Path, **settings: Any) -> LocalGateway:
            return await stack.enter_async_context(local_gateway(project, **settings))

        yield start


def _parsed(payload: bytes) -> Any:
    if not payload:
        return None
    try:
        # Not orjson: AWS's runtime client writes NaN and Infinity, as Python's json does.
        return json.loads(payload)
    except ValueError:
        return payload
