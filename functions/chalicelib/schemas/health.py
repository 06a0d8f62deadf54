"""Whether the stores answer, and how flushes went."""

from typing import Annotated, Literal

from pydantic import Field

from chalicelib.domain.samples import Period
from chalicelib.schemas.base import Micros, Model


class Health(Model):
    """`ok` when every store answered."""

    status: Literal["ok", "degraded"]
    stores: dict[str, bool]


class ShowHealthReport(Model):
    """Query: how far back, the last hour by the minute, the last day by ten minutes, or the last week by the hour."""

    period: Period = Period.HOUR


class StoreHealth(Model):
    """Whether a store answers now; `timeout` when it took too long to wait for."""

    state: Literal["ok", "unavailable", "timeout"]
    milliseconds: Annotated[float | None, Field(description="How long an answer takes; null where there is none.")]


class HealthPoint(Model):
    """A span of time that began at `at`."""

    at: Micros
    messages: Annotated[float, Field(description="Messages a minute, in the minutes they were said; once flushed.")]
    events: Annotated[float, Field(description="Events a minute that were moved into history.")]
    failures: Annotated[int, Field(description="Times that a room could not be flushed.")]
    buffer_age: Annotated[
        int | None,
        Field(description="Seconds that an event had waited for its flush, at most; null where no flush looked."),
    ]


class FlushHealth(Model):
    """How flushes went from `since` to `until`, in spans of `step` microseconds.

    Spans of which nothing is known are left out. What the last scheduled flush left behind is null when there was none
    for an hour.
    """

    flushed_at: Annotated[Micros | None, Field(description="The minute in which the last scheduled flush ended.")]
    rooms_behind: Annotated[int | None, Field(description="Rooms it could not flush, or had no time for.")]
    buffer_age: Annotated[int | None, Field(description="Seconds that an event had waited for it, or still did.")]
    since: Micros
    until: Micros
    step: int
    points: list[HealthPoint]


class HealthReport(Model):
    """The stores by name, and the flushes: null where the store that remembers them does not answer."""

    stores: dict[str, StoreHealth]
    flushes: FlushHealth | None
