"""One execution environment: a process that runs AWS's runtime client, one event at a time, and keeps its state."""

import asyncio
import logging
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol

from infra.gateway.core.invocation import (
    SYNC_PAYLOAD_LIMIT,
    Invocation,
    Outcome,
    Result,
    exited,
    stopped,
    timed_out,
    too_large,
)
from infra.gateway.core.manifest import Function
from infra.gateway.pool.memory import EnvironmentMemory
from infra.gateway.pool.output import OutputLines
from infra.gateway.pool.process import RuntimeProcess
from infra.gateway.pool.runtime_api import RuntimeApi
from infra.gateway.pool.runtime_connection import RuntimeConnection

LOG = logging.getLogger("gateway")
MEGABYTE = 1024 * 1024
#: One byte more than may be: an answer that has it is too large, whatever follows.
_ANSWER_LIMIT = SYNC_PAYLOAD_LIMIT + 1


class State(Enum):
    """STARTING until the runtime first asks for an event; STOPPING once it was told to die."""

    STARTING = "starting"
    IDLE = "idle"
    BUSY = "busy"
    STOPPING = "stopping"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Launch:
    """How environments of one function are started. `arn` is what handlers read in their context.

    `memory_limit` is whether the function's memory size is kept to; `memory_groups` where the kernel does it for us.
    """

    function: Function
    project: Path
    variables: Mapping[str, str]
    arn: str
    freeze: bool
    memory_limit: bool = True
    memory_groups: Path | None = None


class EnvironmentObserver(Protocol):
    """The pool an environment belongs to."""

    def environment_ready(self, environment: "Environment") -> None:
        """It is idle."""

    def environment_failed(self, environment: "Environment", result: Result) -> None:
        """It could not start; its process ends or has ended."""

    def environment_ended(self, environment: "Environment") -> None:
        """Its runtime has ended: it runs no more events."""

    def environment_gone(self, environment: "Environment") -> None:
        """All its processes have ended and its port is closed."""


class Environment:
    """A process and its Runtime API. What happens to it is told to its observer; results go to the invocations."""

    def __init__(
        self, launch: Launch, observer: EnvironmentObserver, output: OutputLines, loop: asyncio.AbstractEventLoop
    ) -> None:
        self.function = launch.function
        self.state = State.STARTING
        self.idle_since = 0.0
        self.invocations = 0
        #: Milliseconds from the start of the process to its first request for an event.
        self.init_duration = 0.0
        self._launch = launch
        self._observer = observer
        self._output = output
        self._loop = loop
        self._runtime = RuntimeApi(self)
        self._process = RuntimeProcess(loop, self)
        self._memory = EnvironmentMemory(None, None, "")
        self._server: asyncio.Server | None = None
        self._link: asyncio.BaseTransport | None = None
        self._invocation: Invocation | None = None
        self._handed_at = 0.0
        self._started_at = 0.0
        #: Of the loop's time: when the invocation it works on has used up the function's timeout.
        self._deadline = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._init_failure: Result | None = None
        self._frozen = False

    @property
    def pid(self) -> int:
        """The id of the process that runs the handler, 0 before its start."""
        return self._process.pid

    @property
    def is_living(self) -> bool:
        """Whether it runs events, now or later."""
        return self.state in (State.STARTING, State.IDLE, State.BUSY)

    @property
    def was_ready(self) -> bool:
        """Whether the handler could be loaded."""
        return self.init_duration > 0

    @property
    def peak_memory(self) -> int:
        """The most it has used so far, in bytes, as far as it was looked at."""
        return self._memory.peak

    @property
    def out_of_memory(self) -> bool:
        """Whether it was killed for using more than its function's memory size."""
        return self._memory.exceeded

    @property
    def invocation(self) -> Invocation | None:
        """What it is working on."""
        return self._invocation

    async def start(self, init_timeout: float) -> None:
        """Open the Runtime API and start the process; raises OSError when the machine has no room for it."""
        # The runtime has a connection of its own, at a third of a port's cost; the port is for any other client.
        ours, theirs = socket.socketpair()
        try:
            self._link, _ = await self._loop.connect_accepted_socket(self._connected, ours)
            self._server = await self._loop.create_server(self._connected, "127.0.0.1", 0)
            if self.state is State.STARTING:
                self._start_process(self._server.sockets[0].getsockname(), theirs)
                self._timer = self._loop.call_later(init_timeout, self._init_timed_out, init_timeout)
            else:  # stopped meanwhile
                self._close()
        except BaseException:
            self._close()
            raise
        finally:
            theirs.close()

    def _connected(self) -> RuntimeConnection:
        return RuntimeConnection(self._runtime, _ANSWER_LIMIT)

    def _start_process(self, address: tuple[str, int], link: socket.socket) -> None:
        host, port = address
        variables = {
            **self._launch.variables,
            "AWS_LAMBDA_RUNTIME_API": f"{host}:{port}",
            "AWS_LAMBDA_LOG_STREAM_NAME": f"{time.strftime('%Y/%m/%d', time.gmtime())}/[$LATEST]{port:08x}",
        }
        launch = self._launch
        limit = self.function.memory * MEGABYTE if launch.memory_limit else None
        self._memory = EnvironmentMemory(limit, launch.memory_groups, f"gateway-{port}")
        self._started_at = time.perf_counter()
        self._process.start(self.function.handler, variables, launch.project, link)

    def hand(self, invocation: Invocation, timeout: float) -> None:
        """Run one event. Only when idle."""
        if self._frozen:
            self._process.resume()
            self._frozen = False
        self.state = State.BUSY
        self._invocation = invocation
        invocation.cold = self.invocations == 0
        invocation.environment = self.pid
        invocation.init_duration = self.init_duration if invocation.cold else 0.0
        self.invocations += 1
        self._handed_at = time.perf_counter()
        self._deadline = self._loop.time() + timeout
        if self._timer is None:
            self._timer = self._loop.call_at(self._deadline, self._check_deadline, timeout)
        self._output.begin(invocation)
        self._runtime.hand(invocation, int((time.time() + timeout) * 1000), self._launch.arn)

    def refuse(self, invocation: Invocation, failure: Result) -> None:
        """Answer an event it could not be started for."""
        self._output.begin(invocation)
        self._output.end(invocation, failure, self)
        invocation.done(failure)

    def stop(self) -> None:
        """Kill it, whatever it does; an invocation it was working on is answered as stopped."""
        if self.state in (State.STOPPING, State.DEAD):
            return
        self._finish(stopped())
        self.state = State.STOPPING
        self._cancel_timer()
        if self._process.started:
            self._process.kill()
        else:
            self._close()

    def weigh(self) -> None:
        """Kill it if it uses more memory than its function may: the invocation is answered as exited, as on Lambda."""
        watched = self._process.started and self.state is not State.DEAD and not self._memory.exceeded
        if watched and self._memory.weigh(self._process.keeper_pid):
            LOG.warning("%s: killed, it used more than its %d MB", self.function.name, self.function.memory)
            self._process.kill()
            # Until its end is seen nothing more may be handed to it.
            self._observer.environment_ended(self)

    # RuntimeObserver

    def runtime_ready(self) -> None:
        """The runtime waits for an event."""
        # With an invocation unanswered it asked too early: that one is left to its timeout.
        if self.state in (State.STOPPING, State.DEAD) or self._invocation is not None:
            return
        if self.state is State.STARTING:
            self.init_duration = (time.perf_counter() - self._started_at) * 1000
            self._cancel_timer()
        self.state = State.IDLE
        self.idle_since = self._loop.time()
        self._observer.environment_ready(self)
        if self._launch.freeze and self._is_idle():
            self._process.stop()
            self._frozen = True

    def runtime_answered(self, request_id: str, payload: bytes, *, error: bool) -> bool:
        """A result or an error for the event that was handed over last."""
        if self._invocation is None or self._invocation.id != request_id:
            return False
        self._process.drain()
        duration = (time.perf_counter() - self._handed_at) * 1000
        if len(payload) > SYNC_PAYLOAD_LIMIT:
            self._finish(too_large())
        else:
            self._finish(Result(Outcome.ERROR if error else Outcome.OK, payload, duration))
        return True

    def runtime_failed_to_start(self, payload: bytes) -> None:
        """The handler could not be loaded: the process ends by itself, what it printed says why."""
        self._init_failure = Result(Outcome.INIT_ERROR, payload)

    # ProcessObserver

    def process_started(self, pid: int) -> None:
        """The runtime starts to load the handler."""
        self._memory.join(pid)

    def process_printed(self, chunk: bytes) -> None:
        """The handler, or the runtime client, has printed something."""
        self._output.feed(chunk)

    def process_ended(self, status: int, peak: int) -> None:
        """The runtime has ended, told to or not: whoever waits for it is answered."""
        duration = (time.perf_counter() - (self._handed_at or self._started_at)) * 1000
        self._memory.note(peak)
        self._memory.release()
        self._output.flush()
        if self._invocation is not None:
            self._finish(exited(self._invocation, status, duration))
        self._cancel_timer()
        if self.state is State.STARTING:
            failure = self._init_failure or exited(Invocation(self.function.name, b""), status, duration)
            self._fail_to_start(failure)
        self.state = State.STOPPING
        self._observer.environment_ended(self)

    def processes_gone(self) -> None:
        """Nothing is left of it."""
        self._close()
        self._observer.environment_gone(self)

    # time-outs and ends

    def _check_deadline(self, timeout: float) -> None:
        # One timer for many invocations, armed again when it fires: each only moves the deadline.
        self._timer = None
        if self._invocation is None:
            return
        if self._loop.time() < self._deadline:
            self._timer = self._loop.call_at(self._deadline, self._check_deadline, timeout)
            return
        self._process.drain()
        self._finish(timed_out(self._invocation, timeout))
        self.state = State.STOPPING
        self._process.kill()

    def _init_timed_out(self, timeout: float) -> None:
        self.state = State.STOPPING
        self._process.kill()
        failure = timed_out(Invocation(self.function.name, b""), timeout)
        self._fail_to_start(failure)

    def _fail_to_start(self, failure: Result) -> None:
        self._output.init_failed(failure, (time.perf_counter() - self._started_at) * 1000)
        self._observer.environment_failed(self, failure)

    def _is_idle(self) -> bool:
        return self.state is State.IDLE

    def _finish(self, result: Result) -> None:
        invocation, self._invocation = self._invocation, None
        if invocation is None:
            return
        self._output.end(invocation, result, self)
        invocation.done(result)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _close(self) -> None:
        self.state = State.DEAD
        self._memory.release()
        if self._server is not None:
            self._server.close()
        if self._link is not None:
            self._link.close()
