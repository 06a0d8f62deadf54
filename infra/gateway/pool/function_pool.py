"""The environments of one function: which of them runs an event, when another is started, when one is retired."""

import asyncio
import logging
from collections import deque

from infra.gateway.core.invocation import Invocation, Outcome, Result, error_payload, stopped
from infra.gateway.pool.environment import Environment, Launch, State
from infra.gateway.pool.output import OutputLines
from infra.gateway.settings import Limits

LOG = logging.getLogger("gateway")


class FunctionPool:
    """Starts an environment when all are busy, up to `limits.environments`; further events wait their turn."""

    def __init__(self, launch: Launch, limits: Limits, loop: asyncio.AbstractEventLoop) -> None:
        self.function = launch.function
        self.environments: set[Environment] = set()
        self._launch = launch
        self._limits = limits
        self._loop = loop
        #: The one used last is used first, so that the others grow old and are retired.
        self._idle: list[Environment] = []
        self._queue: deque[Invocation] = deque()
        self._starts: set[asyncio.Task[None]] = set()
        self._retiring: set[Environment] = set()
        #: Seconds. Lambda repeats an initialisation that ran out of its 10 s, within the function's own timeout.
        self.init_timeout = min(limits.init_timeout, launch.function.timeout)
        self._warm = limits.warm_environments
        self._emptied = asyncio.Event()
        self._closed = False

    @property
    def arn(self) -> str:
        """The function's unqualified ARN."""
        return self._launch.arn

    @property
    def waiting(self) -> int:
        """Events that no environment has taken yet."""
        return len(self._queue)

    def submit(self, invocation: Invocation) -> None:
        """Run an event as soon as an environment is free."""
        if self._closed:
            invocation.done(stopped())
        elif self._idle:
            self._idle.pop().hand(invocation, self.function.timeout)
        else:
            self._queue.append(invocation)
            self._grow()

    def warm_up(self) -> None:
        """Start as many environments as are to be kept ready."""
        living = [each for each in self.environments - self._retiring if each.is_living]
        for _ in range(self._warm - len(living)):
            self._start()

    def retire(self, launch: Launch | None = None) -> None:
        """Let all environments go, those at work when they have finished; events to come run with a new launch.

        Without one the function is gone.
        """
        if launch is None:
            self._warm = 0
        else:
            self._launch = launch
            self.function = launch.function
            self._warm = self._limits.warm_environments
            self.init_timeout = min(self._limits.init_timeout, launch.function.timeout)
        for environment in list(self.environments):
            if environment.state is State.IDLE:
                self._idle.remove(environment)
                environment.stop()
            else:
                self._retiring.add(environment)

    def sweep(self, now: float) -> None:
        """Stop environments that were idle for too long. `now` is the loop's time."""
        while len(self._idle) > self._warm and now - self._idle[0].idle_since > self._limits.environment_idle:
            self._idle.pop(0).stop()

    def weigh(self, *states: State) -> None:
        """Look at the memory of the environments in these states."""
        for environment in list(self.environments):
            if environment.state in states:
                environment.weigh()

    async def close(self) -> None:
        """Kill all environments and wait until they are gone."""
        self._closed = True
        for task in self._starts:
            task.cancel()
        await asyncio.gather(*self._starts, return_exceptions=True)
        queue, self._queue = self._queue, deque()
        for invocation in queue:
            invocation.done(stopped())
        self._idle.clear()
        for environment in list(self.environments):
            environment.stop()
        self._forget_dead()
        await self._emptied.wait()

    # EnvironmentObserver

    def environment_ready(self, environment: Environment) -> None:
        """Give it the event that waited longest."""
        if self._closed or environment in self._retiring:
            self._retiring.discard(environment)
            environment.stop()
            return
        if self._queue:
            environment.hand(self._queue.popleft(), self.function.timeout)
        else:
            self._idle.append(environment)

    def environment_failed(self, environment: Environment, result: Result) -> None:
        """The event it was started for gets the error; the others are tried with another environment."""
        if result.outcome is Outcome.TIMEOUT and self.init_timeout < self.function.timeout:
            self.init_timeout = self.function.timeout
            return
        if environment not in self._retiring and self._queue:
            environment.refuse(self._queue.popleft(), result)

    def environment_ended(self, environment: Environment) -> None:
        """Hand it no more events."""
        if environment in self._idle:
            self._idle.remove(environment)

    def environment_gone(self, environment: Environment) -> None:
        """Forget it, and start another one if events wait."""
        self.environments.discard(environment)
        self._retiring.discard(environment)
        if self._closed:
            self._forget_dead()
            return
        self._grow()
        # One that could not be started will not be helped by another.
        if environment.was_ready:
            self.warm_up()

    def _grow(self) -> None:
        starting = sum(1 for each in self.environments if each.state is State.STARTING)
        while starting < len(self._queue) and len(self.environments) < self._limits.environments:
            self._start()
            starting += 1

    def _start(self) -> None:
        environment = Environment(self._launch, self, OutputLines(self.function), self._loop)
        self.environments.add(environment)
        task = self._loop.create_task(self._run_start(environment))
        self._starts.add(task)
        task.add_done_callback(self._starts.discard)

    async def _run_start(self, environment: Environment) -> None:
        try:
            await environment.start(self.init_timeout)
        except OSError as error:
            LOG.warning("%s: no environment could be started: %s.", self.function.name, error)
            payload = error_payload("Runtime.ExitError", "The execution environment could not be started.")
            self.environment_failed(environment, Result(Outcome.INIT_ERROR, payload))
            self.environments.discard(environment)
            if self._queue:
                self._loop.call_later(1.0, self._grow)

    def _forget_dead(self) -> None:
        self.environments = {each for each in self.environments if each.state is not State.DEAD}
        if not self.environments:
            self._emptied.set()
