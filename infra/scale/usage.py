"""What people do: the assumptions of the model, each a field."""

import json
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Final, Self

from chalicelib.limits import HEARTBEAT_SECONDS
from infra.scale.measured import Measured

CONFIG: Final = Path(__file__).parents[2] / "functions/.chalice/config.json"
FANOUT_SHARD: Final = 500
"""The default of the setting of that name."""

HEARTBEAT_SPREAD: Final = (0.75, 1.0)
"""The web app pings after this much of HEARTBEAT_SECONDS (frontend/src/shared/realtime/connection.ts)."""

VCPU_MB: Final = 1_769
"""A function has one vCPU at this size and less in proportion below it (Lambda developer guide, "Configure memory")."""


@dataclass(frozen=True, slots=True)
class Usage:
    """A month of `people` who use Parley on every working day."""

    people: int
    days: float = 22
    hours: float = 8
    """Connected on such a day."""

    devices: float = 1.25
    """Connected at once, of each person."""

    messages: float = 30
    """Said by each person on such a day."""

    room: float = 20
    """People in the room in which a message is said, the one who says it included; never more than there are."""

    online: float = 0.8
    """Of the others in the room, how many are connected."""

    looking: float = 0.5
    """Of those who are connected, how many have the room on screen: they read at once and see who is there."""

    typing: float = 3
    """Typing signs before a message: one every three seconds."""

    typing_to_all: bool = True
    """False: only to those who have the room on screen, as in rooms beyond FANOUT_SHARD."""

    heartbeat: float = HEARTBEAT_SECONDS * sum(HEARTBEAT_SPREAD) / 2
    """Seconds from ping to ping."""

    reloads: float = 1
    """Connections a device opens on such a day beside one for each two hours."""

    rest: float = 60
    """REST requests of each person on such a day, tickets not counted: pages, bootstraps, refreshed tokens."""

    peak: float = 3
    """How much more is said in the busiest minutes than in the average working hour."""

    arrival_minutes: float = 15
    """In how many minutes people arrive in the morning."""

    def __post_init__(self) -> None:
        """Raise ValueError for what cannot be."""
        wrong = [it.name for it in fields(self) if getattr(self, it.name) < 0]
        if wrong or self.people < 1 or min(self.days, self.hours, self.heartbeat, self.arrival_minutes) <= 0:
            raise ValueError(f"a usage makes no sense: {', '.join(wrong) or self}")

    def but(self, **changes: float | bool) -> Self:
        """The same, changed."""
        return replace(self, **changes)  # type: ignore[arg-type]  # mypy does not follow names through **

    @property
    def connections(self) -> float:
        """Open in working hours."""
        return self.people * self.devices

    @property
    def active_seconds(self) -> float:
        """Working time in the month."""
        return self.days * self.hours * 3_600


@dataclass(frozen=True, slots=True)
class Functions:
    """What an invocation takes on Lambda."""

    measured: Measured
    memory_mb: int

    @property
    def slowdown(self) -> float:
        """How much longer processor time takes than on a whole vCPU."""
        return max(1.0, VCPU_MB / self.memory_mb)

    @property
    def handling(self) -> float:
        """Seconds of an invocation beside its deliveries: as if all of a measured ack were processor time."""
        return self.measured.ack * self.slowdown

    @property
    def delivery(self) -> float:
        """Seconds for each delivery."""
        return self.measured.delivery * self.slowdown


def memory_mb() -> int:
    """The size the functions are deployed with."""
    return int(json.loads(CONFIG.read_text())["lambda_memory_size"])
