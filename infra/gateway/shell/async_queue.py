"""Asynchronous invocations: accepted at once, run later, retried by policy, reported to a destination."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import UTC, datetime

import orjson

from infra.gateway.core.async_policy import AsyncPolicy, Delivered, invocation_record
from infra.gateway.core.invocation import Invocation, Result
from infra.gateway.pool.functions import FunctionNotFoundError, Functions, TooManyRequestsError

LOG = logging.getLogger("gateway")


class AsyncQueue:
    """Holds events until they have run or were given up; lost when the gateway stops, unlike Lambda's."""

    def __init__(
        self,
        functions: Functions,
        default: AsyncPolicy,
        policies: Mapping[str, AsyncPolicy],
        limit: int,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        #: Run every event twice.
        self.duplicate = False
        self._functions = functions
        self._default = default
        self._policies = policies
        self._limit = limit
        self._loop = loop
        self._tasks: set[asyncio.Task[None]] = set()

    def accept(self, invocation: Invocation) -> None:
        """Queue an event for its function; raises TooManyRequestsError when the queue is full.

        The invocation's `done` is not called: nobody waits for the result.
        """
        if len(self._tasks) >= self._limit:
            raise TooManyRequestsError("CallerRateLimitExceeded")
        for _ in range(2 if self.duplicate else 1):
            task = self._loop.create_task(self._run(invocation))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Give up what is queued."""
        if self._tasks:
            LOG.warning("%d asynchronous invocations end with the gateway", len(self._tasks))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self, accepted: Invocation) -> None:
        policy = self._policies.get(accepted.function, self._default)
        started = self._loop.time()
        attempt = throttled = 0
        result: Result | None = None
        # With a reserved concurrency of zero Lambda does not even try.
        delay: float | None = None if self._functions.is_switched_off(accepted.function) else 0.0
        while delay is not None:
            await asyncio.sleep(delay)
            try:
                result = await self._functions.run(_attempt(accepted))
            except TooManyRequestsError:
                throttled += 1
                delay = policy.throttle_delay(throttled, self._loop.time() - started)
                continue
            attempt += 1
            if result.ok:
                self._report(accepted, result, policy.on_success, "Success", attempt)
                return
            delay = policy.retry_delay(attempt, self._loop.time() - started)
        exhausted = attempt > policy.retries or (attempt == 0 and throttled == 0)
        condition = "RetriesExhausted" if exhausted else "EventAgeExceeded"
        LOG.warning("%s: event %s given up: %s", accepted.function, accepted.id, condition)
        self._report(accepted, result, policy.on_failure, condition, attempt)

    def _report(
        self, accepted: Invocation, result: Result | None, destination: str | None, condition: str, attempts: int
    ) -> None:
        if destination is None:
            return
        try:
            target = self._functions.resolve(destination)
        except FunctionNotFoundError:
            LOG.warning("%s: its destination %s does not exist", accepted.function, destination)
            return
        timestamp = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        event = orjson.loads(accepted.payload) if accepted.payload else None
        arn = self._functions.arn(accepted.function)
        record = invocation_record(Delivered(accepted.id, arn, condition, attempts, event, result), timestamp)
        try:
            self.accept(Invocation(target.name, orjson.dumps(record), origin="destination"))
        except TooManyRequestsError:
            LOG.warning("%s: its destination %s was not told, too many events wait", accepted.function, destination)


def _attempt(accepted: Invocation) -> Invocation:
    # Lambda keeps the request id over all attempts.
    return Invocation(
        accepted.function, accepted.payload, trace_id=accepted.trace_id, id=accepted.id, origin=accepted.origin
    )
