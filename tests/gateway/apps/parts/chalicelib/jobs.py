"""Functions without routes."""

from typing import Any

from chalice.app import Blueprint, CloudWatchEvent, Rate

jobs = Blueprint(__name__)


@jobs.schedule(Rate(5, unit=Rate.MINUTES))
def tidy(event: CloudWatchEvent) -> str:
    """Fires every five minutes."""
    return str(event.detail_type)


@jobs.lambda_function()
def double(event: Any, context: Any) -> int:
    """Twice as much."""
    return 2 * int(event["number"])
