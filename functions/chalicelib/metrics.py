"""The metrics: everything that is counted and timed, each once, by the name that dashboards and alarms know it by.

docs/operations.md says what to do about them, template.yaml when to be told; a test holds the three together.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Unit(StrEnum):
    """Units as CloudWatch names them."""

    COUNT = "Count"
    MILLISECONDS = "Milliseconds"
    SECONDS = "Seconds"


class Kind(StrEnum):
    """What its values are good for."""

    TOTAL = "total"
    """They add up."""
    LEVEL = "level"
    """The last one says how it is."""
    DISTRIBUTION = "distribution"
    """Each stands for itself: percentiles and the greatest are of interest."""


@dataclass(frozen=True, slots=True, eq=False)
class Metric:
    """One of them. `held` may wait for others of its environment to share their line: see gateways/metrics.py."""

    name: str
    kind: Kind
    unit: Unit
    meaning: str
    held: bool = False


# --- the message path

SEND_TO_ACK: Final = Metric(
    "SendToAck",
    Kind.DISTRIBUTION,
    Unit.MILLISECONDS,
    "from a message's frame in the function to its ack at the gateway",
    held=True,
)
FAN_OUT_SIZE: Final = Metric(
    "FanOutSize", Kind.DISTRIBUTION, Unit.COUNT, "connections one fan-out delivers to", held=True
)
FAN_OUT_DURATION: Final = Metric(
    "FanOutDuration", Kind.DISTRIBUTION, Unit.MILLISECONDS, "until the last of them was reached", held=True
)
FAN_OUT_FAILURES: Final = Metric(
    "FanOutFailures", Kind.TOTAL, Unit.COUNT, "connections that a fan-out did not reach in time"
)
GONE_CONNECTIONS: Final = Metric(
    "GoneConnections",
    Kind.TOTAL,
    Unit.COUNT,
    "posts answered with 410: the socket was closed and nobody had told",
    held=True,
)
THROTTLED_POSTS: Final = Metric("ThrottledPosts", Kind.TOTAL, Unit.COUNT, "posts answered with 429, each tried again")

# --- catching up

RESUME_GAP: Final = Metric(
    "ResumeGap", Kind.DISTRIBUTION, Unit.COUNT, "events of one room that a socket had missed when it resumed", held=True
)
RESUME_RESETS: Final = Metric(
    "ResumeResets", Kind.TOTAL, Unit.COUNT, "rooms that a socket had to load anew: their log did not reach back to it"
)

# --- from the log to history

FLUSHED_EVENTS: Final = Metric(
    "FlushedEvents", Kind.TOTAL, Unit.COUNT, "events that a scheduled flush moved into history"
)
FLUSH_FAILURES: Final = Metric("FlushFailures", Kind.TOTAL, Unit.COUNT, "rooms that could not be flushed this minute")
ROOMS_BEHIND: Final = Metric(
    "RoomsBehind", Kind.LEVEL, Unit.COUNT, "rooms with events still in the log only: failed, or no time was left"
)
OLDEST_PENDING: Final = Metric("OldestPendingSeconds", Kind.LEVEL, Unit.SECONDS, "age of the oldest such event")
FLUSH_LAG: Final = Metric(
    "FlushLag", Kind.DISTRIBUTION, Unit.SECONDS, "age of the oldest event of a batch once it was in history"
)
FLUSH_BATCH: Final = Metric(
    "FlushBatch", Kind.DISTRIBUTION, Unit.COUNT, "events of one room that were written in one go"
)
BUFFER_AGE: Final = Metric(
    "BufferAge", Kind.DISTRIBUTION, Unit.SECONDS, "age of the oldest event of a room that waits for its flush"
)
BUFFER_SIZE: Final = Metric("BufferSize", Kind.DISTRIBUTION, Unit.COUNT, "events of a room that wait for its flush")

# --- refusals

AUTH_FAILURES: Final = Metric(
    "AuthFailures", Kind.TOTAL, Unit.COUNT, "requests, sockets and frames refused: no session, or a wrong password"
)
RATE_LIMITED: Final = Metric("RateLimited", Kind.TOTAL, Unit.COUNT, "requests and frames refused: too many")
UNHANDLED_ERRORS: Final = Metric("UnhandledErrors", Kind.TOTAL, Unit.COUNT, "requests and frames that met a defect")

ALL: Final = tuple(it for it in list(globals().values()) if isinstance(it, Metric))
