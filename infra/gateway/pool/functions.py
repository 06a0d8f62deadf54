"""All functions of an app: names, concurrency limits, invocation and its log line."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Protocol

from infra.gateway.core.invocation import Invocation, Result
from infra.gateway.core.manifest import Function
from infra.gateway.pool.environment import Launch, State
from infra.gateway.pool.function_pool import FunctionPool
from infra.gateway.settings import Limits

LOG = logging.getLogger("gateway")
#: Seconds between two looks at the memory of what works. A look costs about 30 us for each environment at work.
WEIGHING_INTERVAL = 0.1


class FunctionNotFoundError(LookupError):
    """No function of the app has that name."""


class TooManyRequestsError(Exception):
    """As many invocations run and wait as are allowed; `reason` is Lambda's word for which limit it was."""

    def __init__(self, reason: str) -> None:
        super().__init__("Rate Exceeded.")
        self.reason = reason


class InvocationObserver(Protocol):
    """Who is told of every invocation, retries included: the console, or a test's log of events."""

    def invocation_started(self, invocation: Invocation) -> None:
        """It was admitted and waits for an environment."""

    def invocation_ended(self, invocation: Invocation, result: Result) -> None:
        """Its result is about to reach the caller."""


class Functions:
    """Invokes functions by name, each in its own pool of environments."""

    def __init__(
        self, limits: Limits, loop: asyncio.AbstractEventLoop, observers: Sequence[InvocationObserver] = ()
    ) -> None:
        self._observers = observers
        self._limits = limits
        self._loop = loop
        self._pools: dict[str, FunctionPool] = {}
        self._names: dict[str, str] = {}
        self._running: dict[str, int] = {}
        self._total = 0
        self._weighing: asyncio.TimerHandle | None = None

    @property
    def pools(self) -> list[FunctionPool]:
        """One for each function."""
        return list(self._pools.values())

    def load(self, launches: list[Launch]) -> None:
        """Take the functions of a project, at first and after each change of its code."""
        for gone in set(self._pools) - {launch.function.name for launch in launches}:
            self._pools[gone].retire()
        for launch in launches:
            name = launch.function.name
            if name in self._pools:
                self._pools[name].retire(launch)
            else:
                self._pools[name] = FunctionPool(launch, self._limits, self._loop)
                self._running.setdefault(name, 0)
            self._pools[name].warm_up()
        self._names = {}
        for launch in launches:
            for alias in (launch.arn, launch.function.qualified_name, launch.function.name):
                self._names[alias] = launch.function.name

    def resolve(self, name: str) -> Function:
        """Find a function by short name, deployed name or ARN, with or without `:$LATEST`.

        Raises FunctionNotFoundError.
        """
        short = self._names.get(name.removesuffix(":$LATEST"))
        if short is None:
            raise FunctionNotFoundError(name)
        return self._pools[short].function

    def arn(self, name: str) -> str:
        """The ARN of a function given by short name."""
        return self._pools[name].arn

    def is_switched_off(self, name: str) -> bool:
        """Whether a function, given by short name, has a reserved concurrency of zero."""
        return self._pools[name].function.reserved_concurrency == 0

    def invoke(self, invocation: Invocation) -> None:
        """Run an invocation (its function given by short name); its `done` is called with the result.

        Raises TooManyRequestsError when a limit is reached.
        """
        pool = self._pools[invocation.function]
        reserved = pool.function.reserved_concurrency
        if reserved is not None and self._running[invocation.function] >= reserved:
            raise TooManyRequestsError("ReservedFunctionConcurrentInvocationLimitExceeded")
        if self._total >= self._limits.concurrency:
            raise TooManyRequestsError("ConcurrentInvocationLimitExceeded")
        self._running[invocation.function] += 1
        self._total += 1
        invocation.done = self._counted(invocation, invocation.done)
        for observer in self._observers:
            observer.invocation_started(invocation)
        if self._weighing is None:
            self._weighing = self._loop.call_later(WEIGHING_INTERVAL, self._weigh)
        pool.submit(invocation)

    async def call(self, function: str, payload: bytes, origin: str = "", trace_id: str = "") -> Result:
        """Invoke and wait. Raises TooManyRequestsError."""
        return await self.run(Invocation(function, payload, trace_id=trace_id, origin=origin))

    async def run(self, invocation: Invocation) -> Result:
        """Invoke and wait, in place of the invocation's own `done`. Raises TooManyRequestsError."""
        answer: asyncio.Future[Result] = self._loop.create_future()

        def done(result: Result) -> None:
            if not answer.done():  # who waited may have been cancelled
                answer.set_result(result)

        invocation.done = done
        self.invoke(invocation)
        return await answer

    def sweep(self) -> None:
        """Retire environments that have been idle for too long, or whose threads go on to take memory."""
        for pool in self._pools.values():
            pool.sweep(self._loop.time())
            pool.weigh(State.IDLE)

    async def close(self) -> None:
        """Kill every environment."""
        if self._weighing is not None:
            self._weighing.cancel()
        await asyncio.gather(*(pool.close() for pool in self._pools.values()))

    def _weigh(self) -> None:
        # Only while something runs: an idle gateway does not wake up for it.
        for pool in self._pools.values():
            pool.weigh(State.STARTING, State.BUSY)
        self._weighing = self._loop.call_later(WEIGHING_INTERVAL, self._weigh) if self._total else None

    def _counted(self, invocation: Invocation, done: Callable[[Result], None]) -> Callable[[Result], None]:
        def finished(result: Result) -> None:
            self._running[invocation.function] -= 1
            self._total -= 1
            for observer in self._observers:
                try:
                    observer.invocation_ended(invocation, result)
                except Exception:  # whoever watches must not keep the caller from its answer
                    LOG.exception("%s could not be told of an invocation", observer)
            done(result)
            # Last: the caller need not wait for a line to be written.
            log_result(invocation, result)

        return finished


def log_result(invocation: Invocation, result: Result) -> None:
    """Write the line of an invocation: a warning where it failed."""
    level = logging.INFO if result.ok else logging.WARNING
    if not LOG.isEnabledFor(level):
        return
    # Not LOG.log: it looks for its caller in the stack, which here is always this.
    record = LOG.makeRecord(
        LOG.name,
        level,
        __file__,
        0,
        "%-22s %8.1f ms  %s  %s  %s  %s %s",
        (
            invocation.function,
            result.duration,
            "cold" if invocation.cold else "warm",
            result.outcome.value,
            invocation.id,
            invocation.origin,
            invocation.connection_id,
        ),
        None,
        # For formatters: see infra/gateway/log.py.
        extra={"invocation": invocation, "result": result},
    )
    LOG.handle(record)
