"""REST: whether the stores answer, and how flushes went."""

from chalicelib.handlers.rest import Call, Rest
from chalicelib.schemas.health import (
    FlushHealth,
    Health,
    HealthPoint,
    HealthReport,
    ShowHealthReport,
    StoreHealth,
)
from chalicelib.services.health import FlushHealth as Flushes
from chalicelib.services.health import StoreState

health = Rest(__name__)


@health.operation("GET", "/health", answer=Health, public=True)
async def show_health(call: Call) -> Health:
    """Which stores answer."""
    stores = {name: it.state is StoreState.OK for name, it in (await call.app.health.stores()).items()}
    return Health(status="ok" if all(stores.values()) else "degraded", stores=stores)


@health.operation("GET", "/health/report", query=ShowHealthReport, answer=HealthReport)
async def show_health_report(call: Call, query: ShowHealthReport) -> HealthReport:
    """How stores answer and how flushes went: for owners and admins of the workspace."""
    report = await call.app.health.report(call.user, query.period)
    return HealthReport(
        stores={
            name: StoreHealth(state=it.state.value, milliseconds=it.milliseconds) for name, it in report.stores.items()
        },
        flushes=None if report.flushes is None else _shown(report.flushes),
    )


def _shown(flushes: Flushes) -> FlushHealth:
    at, latest = flushes.latest or (None, None)
    return FlushHealth(
        flushed_at=at,
        rooms_behind=latest.behind if latest else None,
        buffer_age=latest.buffer_age if latest else None,
        since=flushes.since,
        until=flushes.until,
        step=flushes.step,
        points=[
            HealthPoint(
                at=it.at, messages=it.messages, events=it.events, failures=it.failures, buffer_age=it.buffer_age
            )
            for it in flushes.points
        ],
    )
