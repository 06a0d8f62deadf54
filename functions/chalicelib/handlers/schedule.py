"""What runs without a client: flush and sweep by the clock, and the functions others invoke."""

from collections.abc import Mapping

from chalice.app import Blueprint, CloudWatchEvent, Rate

from chalicelib import runtime
from chalicelib.bootstrap import parley
from chalicelib.log_context import learn

schedule = Blueprint(__name__)


@schedule.schedule(Rate(1, unit=Rate.MINUTES))
def flush(_event: CloudWatchEvent) -> dict[str, int]:
    """Flush every room that has something pending."""
    return {"events": runtime.run(parley().flush.all())}


@schedule.schedule(Rate(1, unit=Rate.MINUTES))
def sweep(_event: CloudWatchEvent) -> dict[str, int]:
    """Finish what crashes left, forget dead connections and sessions, and events that were kept long enough."""
    return runtime.run(parley().sweep.run())


@schedule.lambda_function()
def flush_room(event: Mapping[str, object], _context: object) -> dict[str, int]:
    """Flush one room: invoked when it reached its count."""
    learn(room=event["room"])
    return {"events": runtime.run(parley().flush.room(str(event["room"])))}


@schedule.lambda_function()
def fanout(event: Mapping[str, object], _context: object) -> None:
    """Deliver an event to one shard of a large room."""
    learn(room=event["room"])
    runtime.run(parley().fan_out.shard(event))
