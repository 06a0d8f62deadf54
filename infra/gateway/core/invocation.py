"""One invocation of a function and the errors Lambda answers instead of a result."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

import orjson

from infra.gateway.core.ids import new_trace_root, new_uuid

SYNC_PAYLOAD_LIMIT = 6 * 1024 * 1024
EVENT_PAYLOAD_LIMIT = 1024 * 1024
TAIL_LIMIT = 4096


class Outcome(Enum):
    """How an invocation ended."""

    OK = "ok"
    ERROR = "error"
    TIMEOUT = "timeout"
    EXIT = "exit"
    INIT_ERROR = "init error"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Result:
    """The function's answer, or the error document Lambda puts in its place. Duration in ms."""

    outcome: Outcome
    payload: bytes
    duration: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether the function returned."""
        return self.outcome is Outcome.OK


def _nobody(_result: Result) -> None:
    """Nobody waits."""


@dataclass(slots=True, eq=False)
class Invocation:
    """One event on its way to an environment. `done` is called once, with the result; without it nobody waits."""

    function: str
    payload: bytes
    done: Callable[[Result], None] = _nobody
    trace_id: str = ""
    client_context: str = ""
    #: For the log and the console: the route, rule or API this came from, and the connection if there is one.
    origin: str = ""
    connection_id: str = ""
    id: str = field(default_factory=new_uuid)
    cold: bool = False
    #: The process that runs it, and how long that took to start (ms) when this is its first event.
    environment: int = 0
    init_duration: float = 0.0
    #: The last 4 KB the function logged, kept only when the caller asked for them.
    tail: bytearray | None = None

    def __post_init__(self) -> None:
        """Lambda traces every invocation, sampled or not."""
        if not self.trace_id:
            self.trace_id = f"{new_trace_root()};Sampled=0"


def error_payload(error_type: str, message: str) -> bytes:
    """An error document as Lambda answers it."""
    return orjson.dumps({"errorType": error_type, "errorMessage": message})


def timed_out(invocation: Invocation, seconds: float) -> Result:
    """The function ran into its timeout; its environment is killed."""
    message = f"RequestId: {invocation.id} Error: Task timed out after {seconds:.2f} seconds"
    return Result(Outcome.TIMEOUT, error_payload("Sandbox.Timedout", message), seconds * 1000)


def exited(invocation: Invocation, status: int, duration: float) -> Result:
    """The environment's process ended during the invocation. `status` is as `subprocess` reports it."""
    if status == 0:
        cause = "Runtime exited without providing a reason"
    elif status < 0:
        cause = f"Runtime exited with error: signal: {_SIGNALS.get(-status, str(-status))}"
    else:
        cause = f"Runtime exited with error: exit status {status}"
    payload = error_payload("Runtime.ExitError", f"RequestId: {invocation.id} Error: {cause}")
    return Result(Outcome.EXIT, payload, duration)


#: As Go, in which Lambda's supervisor is written, prints them.
_SIGNALS = {6: "aborted", 9: "killed", 11: "segmentation fault", 15: "terminated"}


def too_large() -> Result:
    """The function returned more than a synchronous answer may hold."""
    message = f"Response payload size exceeded maximum allowed payload size ({SYNC_PAYLOAD_LIMIT} bytes)."
    return Result(Outcome.ERROR, error_payload("Function.ResponseSizeTooLarge", message))


def stopped() -> Result:
    """The gateway stops and the function's environment with it."""
    return Result(Outcome.STOPPED, error_payload("Runtime.ExitError", "The gateway is shutting down"))
