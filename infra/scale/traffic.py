"""From what people do to what AWS counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Final

from infra.scale.quotas import CONNECTION_HOURS
from infra.scale.usage import FANOUT_SHARD, Functions, Usage

FLUSH_COUNT: Final = 100
SCHEDULED: Final = 2 * 60 * 730
"""`flush` and `sweep`, each minute of a month."""

STORE_CALLS: Final = 3
"""MongoDB operations of an invocation: a message's find, insert and find; others have no more."""

FRAME_BYTES: Final = 450
REST_BYTES: Final = 6_000
LOG_BYTES: Final = 700
"""Lambda's own START, END and REPORT and one line of ours."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Traffic of one kind in a month."""

    frames_in: float = 0
    frames_out: float = 0
    rest: float = 0
    handshakes: float = 0
    """Requests, though no message is billed for one."""

    invocations: float = 0

    @property
    def requests(self) -> float:
        """What counts against the account's request rate."""
        return self.frames_in + self.frames_out + self.rest + self.handshakes


@dataclass(frozen=True, slots=True)
class Traffic:
    """A month, by kind."""

    kinds: Mapping[str, Kind]
    opened: float
    """WebSocket connections."""

    messages: float

    @property
    def total(self) -> Kind:
        """All kinds together."""
        of = self.kinds.values()
        return Kind(
            frames_in=sum(it.frames_in for it in of),
            frames_out=sum(it.frames_out for it in of),
            rest=sum(it.rest for it in of),
            handshakes=sum(it.handshakes for it in of),
            invocations=sum(it.invocations for it in of),
        )

    def gb_seconds(self, functions: Functions) -> float:
        """What Lambda bills."""
        seconds = self.total.invocations * functions.handling + self.total.frames_out * functions.delivery
        return seconds * functions.memory_mb / 1_024


def others(usage: Usage) -> float:
    """Connections a message goes to beside its sender's."""
    return (min(usage.room, usage.people) - 1) * usage.online * usage.devices + max(0.0, usage.devices - 1)


def watchers(usage: Usage) -> float:
    """Connections that have the sender's room, and so the sender, on screen."""
    return (min(usage.room, usage.people) - 1) * usage.online * usage.looking


def traffic(usage: Usage) -> Traffic:
    """What a month of the usage amounts to."""
    messages = usage.people * usage.messages * usage.days
    opened = usage.connections * usage.days * (usage.hours / CONNECTION_HOURS + usage.reloads)
    to, near = others(usage), watchers(usage)
    signs = messages * usage.typing
    small = usage.typing_to_all and to <= FANOUT_SHARD
    shards = ceil(to / FANOUT_SHARD) - 1 if to > FANOUT_SHARD else 0
    pings = usage.connections * usage.active_seconds / usage.heartbeat
    calls = usage.people * usage.rest * usage.days
    return Traffic(
        kinds={
            "messages": Kind(
                frames_in=messages,
                frames_out=messages * (1 + to),
                invocations=messages * (1 + shards + 1 / FLUSH_COUNT),
            ),
            "typing": Kind(frames_in=signs, frames_out=signs * (to if small else near), invocations=signs),
            "read markers": Kind(
                frames_in=messages * near, frames_out=messages * near * usage.devices, invocations=messages * near
            ),
            "heartbeats": Kind(frames_in=pings, frames_out=pings, invocations=pings),
            # A ticket; $connect, $disconnect and resume; resumed, a delta, and the coming and going told to watchers.
            "connecting": Kind(
                frames_in=opened,
                frames_out=opened * (2 + 2 * near),
                rest=opened,
                handshakes=opened,
                invocations=opened * 4,
            ),
            "REST": Kind(rest=calls, invocations=calls),
            "schedules": Kind(invocations=SCHEDULED),
        },
        opened=opened,
        messages=messages,
    )
