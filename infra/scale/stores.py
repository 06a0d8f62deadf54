"""Which database sizes carry a load, and what they cost in a month."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from infra.scale import prices
from infra.scale.load import Load
from infra.scale.traffic import Traffic
from infra.scale.usage import Usage

HISTORY_MONTHS: Final = 12
"""How much history is kept when a month is billed."""

ROW_BYTES: Final = 221
EVENT_BYTES: Final = 600
"""A row of the history and an event of the log with its index entries, as docs/storage.md counts them."""

LOG_DAYS: Final = 8
EVENTS: Final = 1.2
"""Events of the log for a message: edits, reactions and members that come and go."""

PAGE_UNITS: Final = 3
"""Read units of a page of 50 rows."""

PUBLIC_UP_TO: Final = 999
"""More people than these have their PostgreSQL in private subnets, which costs a NAT gateway."""


@dataclass(frozen=True, slots=True)
class Size:
    """A MongoDB Atlas tier."""

    name: str
    monthly: float
    operations: float
    """A second that we dare give it. Documented for M0 and Flex; of the others 250 for a shared vCPU (M10), 500 (M20),
    2,000 for a whole one: an assumption.
    """

    connections: float
    """To a node, as documented (Atlas service limits)."""

    gigabytes: float


ATLAS: Final[Sequence[Size]] = (
    Size("M0", 0, 100, 500, 0.5),
    Size("Flex", 30, 500, 500, 5),
    Size("M10", 0.08 * prices.HOURS, 500, 1_500, 10),
    Size("M20", 0.20 * prices.HOURS, 1_000, 3_000, 20),
    Size("M30", 0.54 * prices.HOURS, 4_000, 3_000, 40),
    Size("M40", 1.04 * prices.HOURS, 8_000, 6_000, 80),
    Size("M50", 2.00 * prices.HOURS, 16_000, 16_000, 160),
    Size("M60", 3.95 * prices.HOURS, 32_000, 32_000, 320),
    Size("M80", 7.30 * prices.HOURS, 64_000, 64_000, 750),
)


def mongodb(load: Load, month: Traffic, usage: Usage) -> tuple[str, float]:
    """The smallest Atlas tier that carries the load, or shards of the largest; its name and what a month costs."""
    stored = month.messages * EVENTS / usage.days * LOG_DAYS * EVENT_BYTES / 1e9
    for size in ATLAS:
        if (
            load.store_calls <= size.operations
            and load.mongodb_connections <= size.connections
            and stored <= size.gigabytes
        ):
            return size.name, size.monthly
    largest = ATLAS[-1]
    shards = ceil(max(load.store_calls / largest.operations, stored / largest.gigabytes))
    return f"{shards} shards of {largest.name}", shards * largest.monthly


def postgresql(people: int) -> tuple[str, float]:
    """An RDS instance by people (an assumption: it sees log-ins and changes of rooms only) with its NAT gateway."""
    storage = prices.RDS_GB * 20
    if people <= PUBLIC_UP_TO:
        return "db.t4g.micro", prices.monthly("db.t4g.micro") + storage
    gateway = prices.NAT_HOUR * prices.HOURS
    if people <= 10_000:
        return "db.t4g.medium, Multi-AZ", prices.monthly("db.t4g.medium", 2) + 2 * storage + gateway
    kind = "db.r7g.large" if people <= 100_000 else "db.r7g.4xlarge"
    return f"{kind}, Multi-AZ", prices.monthly(kind, 2) + 10 * storage + 2 * gateway


def keyspaces(month: Traffic, pages: float) -> float:
    """History in Amazon Keyspaces, on demand."""
    stored = month.messages * HISTORY_MONTHS * ROW_BYTES / 1e9
    return (
        prices.KEYSPACES_WRITE.cost(month.messages * EVENTS)
        + prices.KEYSPACES_READ.cost(pages * PAGE_UNITS)
        + prices.KEYSPACES_GB.cost(stored)
    )
