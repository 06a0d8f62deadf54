"""EventBridge schedule expressions, rate() and cron(), and the event a scheduled function receives.

Rules follow "Schedule types" of the EventBridge user guide: six cron fields, UTC, `?` for the day field that is not
used, L, W and #, Sunday is 1.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from infra.gateway.core.events import Event
from infra.gateway.core.variables import ACCOUNT_ID

_RATE = re.compile(r"rate\((\d+) (minute|minutes|hour|hours|day|days)\)")
_CRON = re.compile(r"cron\((.+)\)")
_UNIT = {"minute": 60, "hour": 3600, "day": 86400}
_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
_LAST_YEAR = 2199


class ScheduleError(ValueError):
    """An expression EventBridge would refuse."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Every so many seconds, counted from the rule's creation."""

    seconds: int

    def next_after(self, moment: datetime) -> datetime | None:
        """One period later, None when no calendar reaches so far."""
        try:
            return moment + timedelta(seconds=self.seconds)
        except OverflowError:
            return None


@dataclass(frozen=True, slots=True)
class Cron:
    """Minutes, hours, months and years as sets; the two day fields as text, since they depend on the month."""

    minutes: frozenset[int]
    hours: frozenset[int]
    day_of_month: str
    months: frozenset[int]
    day_of_week: str
    years: frozenset[int]

    def next_after(self, moment: datetime) -> datetime | None:
        """The first matching minute after `moment` (aware, UTC), None when no year is left."""
        start = moment.astimezone(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
        for day in self._days_from(start):
            for hour in sorted(self.hours):
                for minute in sorted(self.minutes):
                    candidate = day.replace(hour=hour, minute=minute)
                    if candidate >= start:
                        return candidate
        return None

    def _days_from(self, start: datetime) -> Iterator[datetime]:
        midnight = start.replace(hour=0, minute=0)
        for year in sorted(year for year in self.years if year >= start.year):
            for month in sorted(self.months):
                if (year, month) < (start.year, start.month):
                    continue
                for day in sorted(self._days_of(year, month)):
                    candidate = midnight.replace(year=year, month=month, day=day)
                    if candidate >= midnight:
                        yield candidate

    def _days_of(self, year: int, month: int) -> set[int]:
        if self.day_of_week == "?":
            return _days_of_month(self.day_of_month, year, month)
        return _days_of_week(self.day_of_week, year, month)


def parse_schedule(expression: str) -> Rate | Cron:
    """Read `rate(5 minutes)` or `cron(0 12 * * ? *)`; raises ScheduleError."""
    rate = _RATE.fullmatch(expression.strip())
    if rate is not None:
        return _parse_rate(int(rate[1]), rate[2])
    cron = _CRON.fullmatch(expression.strip())
    if cron is None:
        message = f"{expression!r} is neither rate(...) nor cron(...)"
        raise ScheduleError(message)
    fields = cron[1].split()
    if len(fields) != 6:
        message = f"{expression!r} needs six fields"
        raise ScheduleError(message)
    minutes, hours, day_of_month, months, day_of_week, years = fields
    if (day_of_month == "?") == (day_of_week == "?"):
        message = f"{expression!r} needs '?' in exactly one of its two day fields"
        raise ScheduleError(message)
    parsed = Cron(
        _values(minutes, 0, 59),
        _values(hours, 0, 23),
        day_of_month.upper(),
        _values(_named(months, _MONTHS), 1, 12),
        _named(day_of_week, _DAYS),
        _values(years, 1970, _LAST_YEAR),
    )
    _check_days(parsed)
    return parsed


def rule_arn(rule: str, region: str) -> str:
    """The rule's ARN in the local account."""
    return f"arn:aws:events:{region}:{ACCOUNT_ID}:rule/{rule}"


def scheduled_event(rule: str, region: str, fired_at: datetime) -> Event:
    """What EventBridge sends to the target of a scheduled rule."""
    return {
        "version": "0",
        "id": str(uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT_ID,
        "time": fired_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": region,
        "resources": [rule_arn(rule, region)],
        "detail": {},
    }


def _parse_rate(value: int, unit: str) -> Rate:
    if value < 1 or (value == 1) == unit.endswith("s"):
        message = f"rate({value} {unit}) is not valid: 1 takes the singular, more the plural"
        raise ScheduleError(message)
    return Rate(value * _UNIT[unit.removesuffix("s")])


def _named(field: str, names: list[str]) -> str:
    return re.sub("|".join(names), lambda match: str(names.index(match[0]) + 1), field.upper())


def _values(field: str, low: int, high: int) -> frozenset[int]:
    values: set[int] = set()
    for part in field.split(","):
        body, _, step = part.partition("/")
        try:
            first, last = _span(body, low, high, stepped=bool(step))
            chosen = range(first, last + 1, int(step) if step else 1)
        except ValueError:
            message = f"{field!r} is not a valid cron field"
            raise ScheduleError(message) from None
        if not chosen or not (low <= first <= last <= high):
            message = f"{field!r} is outside {low}-{high}"
            raise ScheduleError(message)
        values.update(chosen)
    return frozenset(values)


def _span(body: str, low: int, high: int, *, stepped: bool) -> tuple[int, int]:
    if body == "*":
        return low, high
    if "-" in body:
        first, last = body.split("-")
        return int(first), int(last)
    value = int(body)
    return value, high if stepped else value


def _days_of_month(field: str, year: int, month: int) -> set[int]:
    length = calendar.monthrange(year, month)[1]
    if field == "L":
        return {length}
    if field.endswith("W"):
        wanted = length if field == "LW" else min(int(field.removesuffix("W")), length)
        return {_nearest_weekday(year, month, wanted, length)}
    return {day for day in _values(field, 1, 31) if day <= length}


def _nearest_weekday(year: int, month: int, day: int, length: int) -> int:
    weekday = calendar.weekday(year, month, day)
    if weekday == calendar.SATURDAY:
        return day - 1 if day > 1 else day + 2
    if weekday == calendar.SUNDAY:
        return day + 1 if day < length else day - 2
    return day


def _days_of_week(field: str, year: int, month: int) -> set[int]:
    length = calendar.monthrange(year, month)[1]
    by_weekday: dict[int, list[int]] = {number: [] for number in range(1, 8)}
    for day in range(1, length + 1):
        by_weekday[(calendar.weekday(year, month, day) + 1) % 7 + 1].append(day)
    if field == "L":
        return set(by_weekday[7])
    if field.endswith("L"):
        return {by_weekday[int(field.removesuffix("L"))][-1]}
    if "#" in field:
        weekday, _, nth = field.partition("#")
        days = by_weekday[int(weekday)]
        return {days[int(nth) - 1]} if int(nth) <= len(days) else set()
    return {day for number in _values(field, 1, 7) for day in by_weekday[number]}


def _check_days(cron: Cron) -> None:
    """Raise ScheduleError for a day field that cannot be read, whatever the month."""
    try:
        if cron.day_of_week == "?":
            _days_of_month(cron.day_of_month, 2000, 1)
        else:
            _days_of_week(cron.day_of_week, 2000, 1)
    except (ValueError, KeyError, IndexError) as error:
        message = f"a day field of the cron expression is not valid: {error}"
        raise ScheduleError(message) from None
