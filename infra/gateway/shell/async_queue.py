"""Asynchronous invocations: accepted at once, run later, retried by policy, reported to a failure destination."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import UTC, datetime

import orjson

from infra.gateway.core.async_policy import AsyncPolicy, failure_record
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
        self._functions = functions
        self._default = default
        self._policies = policies
        self._limit = limit
        self._loop = loop
        self._tasks: set[asyncio.Task[None]] = set()

    def accept(self, invocation: Invocation) -> None:
        """Queue an event for its function; raises TooManyRequestsError when the queue is full.

        The invocation's `done` is replaced: nobody waits for the result.
        """
        if len(self._tasks) >= self._limit:
            raise TooManyRequestsError("CallerRateLimitExceeded")
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
        delay: float | None = 0.0
        while delay is not None:
            await asyncio.sleep(delay)
            try:
                result = await self._attempt(accepted)
            except TooManyRequestsError:
                throttled += 1
                delay = policy.throttle_delay(throttled, self._loop.time() - started)
                continue
            if result.ok:
                return
            attempt += 1
            delay = policy.retry_delay(attempt, self._loop.time() - started)
        condition = "RetriesExhausted" if attempt > policy.retries else "EventAgeExceeded"
        self._report(accepted, result, policy, condition, attempt)

    async def _attempt(self, accepted: Invocation) -> Result:
        answer: asyncio.Future[Result] = self._loop.create_future()

        def done(result: Result) -> None:
            if not answer.done():
                answer.set_result(result)

        # Lambda keeps the request id over all attempts.
        attempt = Invocation(accepted.function, accepted.payload, done, id=accepted.id, origin=accepted.origin)
        self._functions.invoke(attempt)
        return await answer

    def _report(
        self, accepted: Invocation, result: Result | None, policy: AsyncPolicy, condition: str, attempts: int
    ) -> None:
        LOG.warning("%s: event %s given up: %s", accepted.function, accepted.id, condition)
        if policy.on_failure is None:
            return
        try:
            target = self._functions.resolve(policy.on_failure)
        except FunctionNotFoundError:
            LOG.warning("%s: on-failure destination %s does not exist", accepted.function, policy.on_failure)
            return
        timestamp = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        event = orjson.loads(accepted.payload) if accepted.payload else None
        response = orjson.loads(result.payload) if result is not None and result.payload else None
        record = failure_record(accepted, event, response, condition, attempts, timestamp)
        self.accept(Invocation(target.name, orjson.dumps(record), _nobody, origin="destination"))


def _nobody(_result: Result) -> None:
    """Replaced for each attempt."""
