"""What a month costs: Parley on AWS, and a conventional chat on servers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from infra.scale import prices, stores
from infra.scale.load import load
from infra.scale.prices import monthly
from infra.scale.traffic import FRAME_BYTES, LOG_BYTES, REST_BYTES, Traffic, traffic
from infra.scale.usage import Functions, Usage

WEB_APP_BYTES: Final = 300_000
"""Of the web app, once a device and day; the browser keeps the rest."""


@dataclass(frozen=True, slots=True)
class Bill:
    """Dollars of a month, by line."""

    lines: Mapping[str, float]
    sizes: Mapping[str, str]
    """The database sizes that were chosen."""

    @property
    def total(self) -> float:
        """All lines."""
        return sum(self.lines.values())


def bill(usage: Usage, functions: Functions) -> Bill:
    """What Parley costs."""
    month = traffic(usage)
    total = month.total
    atlas, atlas_cost = stores.mongodb(load(usage, functions), month, usage)
    rds, rds_cost = stores.postgresql(usage.people)
    return Bill(
        lines={
            "WebSocket messages": prices.WEBSOCKET_MESSAGE.cost(total.frames_in + total.frames_out),
            "WebSocket connections": prices.CONNECTION_MINUTE.cost(usage.connections * usage.active_seconds / 60),
            "REST": prices.REST_REQUEST.cost(total.rest),
            "Lambda": prices.INVOCATION.cost(total.invocations) + prices.GB_SECOND.cost(month.gb_seconds(functions)),
            "logs": prices.LOG_GB.cost(total.invocations * LOG_BYTES / 1e9),
            "CloudFront": prices.CDN_GB.cost(_gigabytes_out(usage, month))
            + prices.CDN_REQUEST.cost(total.rest + month.opened),
            "MongoDB": atlas_cost,
            "PostgreSQL": rds_cost,
            "Keyspaces": stores.keyspaces(month, total.rest),
        },
        sizes={"MongoDB": atlas, "PostgreSQL": rds},
    )


@dataclass(frozen=True, slots=True)
class Servers:
    """Machines that carry a conventional chat of up to `people` at once."""

    people: int
    name: str
    monthly: float


# From 1,001 people on: Mattermost's reference architectures (docs.mattermost.com, "Scale Mattermost up to … users"),
# without their Elasticsearch, as Parley has no search, and without licences. Below: its older minimum of 1 vCPU and
# 2 GB for up to 1,000 users, doubled, with the database on the same machine.
_PROXY: Final = monthly("m7i.4xlarge")
SERVERS: Final[Sequence[Servers]] = (
    Servers(
        1_000,
        "one t4g.medium",
        monthly("t4g.medium") + 50 * prices.EBS_GB + prices.PUBLIC_ADDRESS_HOUR * prices.HOURS,
    ),
    Servers(
        2_000,
        "2 c7i.large, 2 db.r7g.large, proxy",
        monthly("c7i.large", 2) + monthly("db.r7g.large", 2) + _PROXY,
    ),
    Servers(
        30_000,
        "2 c7i.2xlarge, 2 db.r7g.2xlarge, proxy",
        monthly("c7i.2xlarge", 2) + monthly("db.r7g.2xlarge", 2) + _PROXY,
    ),
    Servers(
        50_000,
        "5 c7i.2xlarge, 5 db.r7g.2xlarge, proxy",
        monthly("c7i.2xlarge", 5) + monthly("db.r7g.2xlarge", 5) + _PROXY,
    ),
    Servers(
        100_000,
        "6 c7i.4xlarge, 6 db.r7g.4xlarge, proxy",
        monthly("c7i.4xlarge", 6) + monthly("db.r7g.4xlarge", 6) + _PROXY,
    ),
)


class TooManyPeople(Exception):
    """No published sizing of a conventional chat goes that far."""


def servers(usage: Usage) -> tuple[Servers, float]:
    """The machines of a conventional chat with the same usage, and what a month costs with what it sends out.

    Raises TooManyPeople.
    """
    for it in SERVERS:
        if usage.people <= it.people:
            return it, it.monthly + prices.INTERNET_GB.cost(_gigabytes_out(usage, traffic(usage)))
    raise TooManyPeople(
        f"The sizing of servers ends at {SERVERS[-1].people:,} people; {usage.people:,} were asked for."
    )


def _gigabytes_out(usage: Usage, month: Traffic) -> float:
    frames, rest = month.total.frames_out * FRAME_BYTES, month.total.rest * REST_BYTES
    return (frames + rest + usage.connections * usage.days * WEB_APP_BYTES) / 1e9
