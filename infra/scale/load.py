"""The load of the busiest minutes, and which quota it meets first."""

from dataclasses import dataclass

from infra.scale.quotas import Quotas
from infra.scale.traffic import STORE_CALLS, Traffic, traffic
from infra.scale.usage import Functions, Usage

STEADY = frozenset(("heartbeats",))
"""Kinds that are no more at the peak than on average."""

MONGODB_CONNECTIONS = 2
"""Of an execution environment to a node: one it works with, one that watches the node."""


@dataclass(frozen=True, slots=True)
class Load:
    """Rates per second at the peak."""

    requests: float
    """Of all APIs and @connections together."""

    connections: float
    """New ones, while people arrive in the morning."""

    concurrency: float
    """Invocations running at once."""

    store_calls: float
    """MongoDB operations."""

    @property
    def mongodb_connections(self) -> float:
        """To each node."""
        return self.concurrency * MONGODB_CONNECTIONS

    def use(self, quotas: Quotas) -> dict[str, float]:
        """How much of each quota is used; above 1 it binds."""
        return {
            "requests": self.requests / quotas.requests_per_second,
            "new connections": self.connections / quotas.connections_per_second,
            "concurrency": self.concurrency / quotas.concurrency,
        }


def load(usage: Usage, functions: Functions) -> Load:
    """The load of the usage at its peak."""
    month = traffic(usage)
    invocations = _rate(month, usage, "invocations")
    busy = invocations * functions.handling + _rate(month, usage, "frames_out") * functions.delivery
    return Load(
        requests=_rate(month, usage, "requests"),
        connections=usage.connections / (usage.arrival_minutes * 60),
        concurrency=busy,
        store_calls=invocations * STORE_CALLS,
    )


def most_people(usage: Usage, functions: Functions, quotas: Quotas) -> dict[str, int]:
    """With how many people, all else equal, each quota is used up. All loads are near proportional to people."""
    return {name: _most(usage, functions, quotas, name) for name in load(usage, functions).use(quotas)}


def _most(usage: Usage, functions: Functions, quotas: Quotas, name: str) -> int:
    low, high = 1, 1 << 40
    while high - low > 1:
        middle = (low + high) // 2
        fits = load(usage.but(people=middle), functions).use(quotas)[name] <= 1
        low, high = (middle, high) if fits else (low, middle)
    return low


def _rate(month: Traffic, usage: Usage, what: str) -> float:
    total = sum(
        float(getattr(kind, what)) * (1 if name in STEADY else usage.peak) for name, kind in month.kinds.items()
    )
    return total / usage.active_seconds
