"""Prices in US dollars, region us-east-1, on demand, looked up 2026-11-24. A month has 730 hours, as AWS counts.

Free amounts that end after a year are left out; those that do not end are in. Sources, all read in stored copies:
aws.amazon.com/api-gateway/pricing, /lambda/pricing, /cloudfront/pricing, /cloudwatch/pricing, /keyspaces/pricing,
/rds/postgresql/pricing, /vpc/pricing, /ec2/pricing/on-demand and mongodb.com/pricing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Final

DATE: Final = "2026-11-24"
HOURS: Final = 730
MILLION: Final = 1e6


@dataclass(frozen=True, slots=True)
class Tariff:
    """A price that changes with the amount: in order, pairs of a unit's price and how many units of a month have it."""

    steps: Sequence[tuple[float, float]]

    def cost(self, amount: float) -> float:
        """What `amount` units of a month cost."""
        total = 0.0
        for price, units in self.steps:
            here = min(amount, units)
            total += here * price
            amount -= here
        return total


def _free_then(free: float, price: float) -> Tariff:
    return Tariff(((0.0, free), (price, inf)))


WEBSOCKET_MESSAGE: Final = Tariff(((1.00 / MILLION, 1e9), (0.80 / MILLION, inf)))
"""Sent or received, each 32 KB begun."""

CONNECTION_MINUTE: Final = Tariff(((0.25 / MILLION, inf),))
REST_REQUEST: Final = Tariff(((3.50 / MILLION, 333e6), (2.80 / MILLION, 667e6), (2.38 / MILLION, inf)))
INVOCATION: Final = _free_then(1e6, 0.20 / MILLION)
GB_SECOND: Final = _free_then(400_000, 0.0000133334)
"""arm64."""

LOG_GB: Final = _free_then(5, 0.50)
CDN_GB: Final = _free_then(1_000, 0.085)
"""CloudFront's pay as you go; from API Gateway to CloudFront costs nothing."""

CDN_REQUEST: Final = _free_then(10e6, 1.00 / MILLION)
INTERNET_GB: Final = _free_then(100, 0.09)
"""Out of EC2."""

KEYSPACES_WRITE: Final = Tariff(((0.625 / MILLION, inf),))
"""A row of 1 KB at most, LOCAL_QUORUM."""

KEYSPACES_READ: Final = Tariff(((0.125 / MILLION, inf),))
"""4 KB at most, LOCAL_QUORUM."""

KEYSPACES_GB: Final = Tariff(((0.25, inf),))
RDS_GB: Final = 0.115
EBS_GB: Final = 0.08
NAT_HOUR: Final = 0.045
PUBLIC_ADDRESS_HOUR: Final = 0.005

HOURLY: Final = {
    "db.t4g.micro": 0.016,
    "db.t4g.medium": 0.065,
    "t4g.medium": 0.0336,
    # AWS's list; unlike the others not found in a stored copy of it.
    "db.r7g.large": 0.239,
    "db.r7g.2xlarge": 0.956,
    "db.r7g.4xlarge": 1.912,
    "c7i.large": 0.08925,
    "c7i.2xlarge": 0.357,
    "c7i.4xlarge": 0.714,
    "m7i.4xlarge": 0.8064,
}


def monthly(kind: str, count: int = 1) -> float:
    """Machines of a kind for a month."""
    return HOURLY[kind] * HOURS * count
