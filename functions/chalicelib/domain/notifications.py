"""What a user wants to be told of, on all devices alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Level(StrEnum):
    """Of which messages of a room its member is told. Where none was chosen: mentions, in a direct message all."""

    ALL = "all"
    MENTIONS = "mentions"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Daily:
    """A time of each day, in minutes since midnight by the device's clock; past midnight where `ends` is the lesser."""

    begins: int
    ends: int


@dataclass(frozen=True, slots=True)
class Quiet:
    """When the user is not to be disturbed: until a time (microseconds, None: no such time), and daily."""

    until: int | None = None
    daily: Daily | None = None


@dataclass(frozen=True, slots=True)
class NotificationSettings:
    """All that was chosen. The higher version is the later choice; 0 is that of somebody who chose nothing yet."""

    version: int = 0
    quiet: Quiet = Quiet()
    rooms: Mapping[str, Level] = field(default_factory=dict)
    """By room, where a level was chosen."""
