"""What the caller wants to be told of."""

from typing import Annotated, Literal

from pydantic import Field

from chalicelib.limits import PAGE_MAX
from chalicelib.schemas.base import Id, Micros, Model

Level = Annotated[
    Literal["all", "mentions", "nothing"],
    Field(description="Of which messages of a room its member is told."),
]
Minute = Annotated[int, Field(ge=0, le=1439, description="Minutes since midnight, by the device's clock.")]


class Daily(Model):
    """A time of each day; past midnight where it ends before it begins."""

    begins: Minute
    ends: Minute


class Quiet(Model):
    """When the caller is not to be disturbed: until a time, daily, both, or never."""

    until: Micros | None = None
    daily: Daily | None = None


class Notifications(Model):
    """All that was chosen, and which choice it was: the higher version is the later one.

    A room that is not among them tells of mentions, a direct message of everything.
    """

    version: int
    quiet: Quiet
    rooms: dict[Id, Level]


class ChangeNotifications(Model):
    """What is left out stays as it is; of rooms, those that are not named."""

    quiet: Quiet | None = None
    rooms: Annotated[dict[Id, Level], Field(default_factory=dict, max_length=PAGE_MAX)]
