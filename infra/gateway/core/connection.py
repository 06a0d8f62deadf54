"""The life of one client connection: states, activity, expiry and what `$disconnect` is told."""

from dataclasses import dataclass
from enum import Enum

from infra.gateway.core.events import Caller

MESSAGE_LIMIT = 128 * 1024
FRAME_LIMIT = 32 * 1024
URL_LIMIT = 4096

NO_STATUS = 1005
ABNORMAL = 1006
NO_STATUS_REASON = "Client-side close frame status not set"
# AWS does not document what a connection without a close frame is reported as; 1006 is what RFC 6455 7.1.5 assigns.
ABNORMAL_REASON = "Connection closed abnormally"


class State(Enum):
    """CONNECTING while `$connect` runs: the client has no socket yet and callbacks to it answer 410."""

    CONNECTING = "connecting"
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Close:
    """A close code with its reason, RFC 6455 section 7.4."""

    code: int
    reason: str = ""


#: For idleness and for age, and when the gateway stops.
GOING_AWAY = Close(1001, "Going away")
#: What $disconnect reports after DELETE @connections, as quoted in aws/chalice issue 2060.
NORMAL = Close(1000, "Connection Closed Normally")
BINARY_REFUSED = Close(1003, "Binary frames are not supported")
INVALID_TEXT = Close(1007, "Invalid UTF-8")
THROTTLED = Close(1008, "Too many requests")
SLOW_READER = Close(1008, "Send buffer is full")


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """Idle time without a message either way, and whole age, both in seconds."""

    idle: float = 600.0
    age: float = 7200.0


class Connection:
    """State machine of one connection. Times are seconds since the epoch unless a name says ms."""

    __slots__ = ("_opened", "caller", "last_active", "lifetimes", "state")

    def __init__(self, caller: Caller, now: float, lifetimes: Lifetimes) -> None:
        self.caller = caller
        self.state = State.CONNECTING
        self.last_active = now
        self._opened = now
        self.lifetimes = lifetimes

    @property
    def id(self) -> str:
        """The connection id, not URL-encoded."""
        return self.caller.connection_id

    @property
    def is_open(self) -> bool:
        """Whether messages can be sent to the client."""
        return self.state is State.OPEN

    def open(self, now: float) -> None:
        """`$connect` answered 2xx: the upgrade is completed and callbacks are accepted from here on."""
        self.state = State.OPEN
        self.last_active = now

    def touch(self, now: float) -> None:
        """A message passed, in or out. Protocol pings are none."""
        self.last_active = now

    def begin_close(self) -> bool:
        """The server starts to close; False if the connection was closing or closed already."""
        if self.state is not State.OPEN:
            return False
        self.state = State.CLOSING
        return True

    def finish(self) -> bool:
        """The transport is gone; True exactly once, and only for a connection that was ever open."""
        opened = self.state in (State.OPEN, State.CLOSING)
        self.state = State.CLOSED
        return opened

    def expiry(self) -> float:
        """When the connection is due to be closed, unless a message passes first."""
        return min(self.last_active + self.lifetimes.idle, self._opened + self.lifetimes.age)

    def expired(self, now: float) -> Close | None:
        """The close that is due at `now`, None before it is."""
        return GOING_AWAY if now >= self.expiry() else None


def reported_close(code: int | None, reason: str) -> Close:
    """What `$disconnect` is told: `code` is that of the client's close frame, None when none came."""
    if code is None:
        return Close(ABNORMAL, ABNORMAL_REASON)
    if code == NO_STATUS:
        return Close(NO_STATUS, NO_STATUS_REASON)
    return Close(code, reason)
