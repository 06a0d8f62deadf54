"""Schedule expressions, by the examples of the EventBridge user guide and by properties."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.gateway.core.schedules import ScheduleError, parse_schedule, scheduled_event

START = datetime(2026, 3, 10, 10, 7, 30, tzinfo=UTC)  # a Tuesday


def following(expression: str, start: datetime = START) -> str | None:
    due = parse_schedule(expression).next_after(start)
    return None if due is None else due.strftime("%Y-%m-%d %H:%M:%S")


@pytest.mark.parametrize(
    ("expression", "due"),
    [
        ("rate(1 minute)", "2026-03-10 10:08:30"),
        ("rate(5 minutes)", "2026-03-10 10:12:30"),
        ("rate(1 hour)", "2026-03-10 11:07:30"),
        ("rate(7 days)", "2026-03-17 10:07:30"),
        ("cron(15 10 * * ? *)", "2026-03-10 10:15:00"),
        ("cron(0 10 * * ? *)", "2026-03-11 10:00:00"),
        ("cron(0 18 ? * MON-FRI *)", "2026-03-10 18:00:00"),
        ("cron(0 8 1 * ? *)", "2026-04-01 08:00:00"),
        ("cron(0/15 * * * ? *)", "2026-03-10 10:15:00"),
        ("cron(0/10 * ? * MON-FRI *)", "2026-03-10 10:10:00"),
        ("cron(0/5 8-17 ? * MON-FRI *)", "2026-03-10 10:10:00"),
        ("cron(30 6 L * ? *)", "2026-03-31 06:30:00"),
        ("cron(0 9 15W * ? *)", "2026-03-16 09:00:00"),
        ("cron(0 9 LW 5 ? *)", "2026-05-29 09:00:00"),
        ("cron(0 9 1W 8 ? *)", "2026-08-03 09:00:00"),
        ("cron(0 9 ? * L *)", "2026-03-14 09:00:00"),
        ("cron(0 9 ? * 6L *)", "2026-03-27 09:00:00"),
        ("cron(0 9 ? * TUE#2 *)", "2026-04-14 09:00:00"),
        ("cron(0 9 ? * 3#5 *)", "2026-03-31 09:00:00"),
        ("cron(0 0 29 FEB ? *)", "2028-02-29 00:00:00"),
        ("cron(0 0 1 1 ? 2025)", None),
        ("cron(0 0 31 JUN ? *)", None),
    ],
)
def test_the_next_time(expression: str, due: str | None) -> None:
    assert following(expression) == due


@pytest.mark.parametrize(
    "expression",
    [
        "every minute",
        "rate(0 minutes)",
        "rate(1 minutes)",
        "rate(2 minute)",
        "rate(5 weeks)",
        "cron(0 9 * * *)",
        "cron(0 9 * * * *)",
        "cron(0 9 ? * ? *)",
        "cron(60 9 * * ? *)",
        "cron(0 24 * * ? *)",
        "cron(x 9 * * ? *)",
        "cron(0 9 XW * ? *)",
        "cron(0 9 ? * 9#1 *)",
        "cron(0/0 9 * * ? *)",
        "cron(0/-5 9 * * ? *)",
        "cron(0/30 20-2 ? * MON-FRI *)",
    ],
)
def test_what_eventbridge_would_refuse_is_refused(expression: str) -> None:
    with pytest.raises(ScheduleError):
        parse_schedule(expression)


@given(
    st.integers(1_600_000_000, 2_200_000_000).map(lambda epoch: datetime.fromtimestamp(epoch, UTC)),
    st.integers(0, 59),
    st.integers(0, 23),
)
def test_a_daily_rule_is_due_within_a_day_and_never_at_once(start: datetime, minute: int, hour: int) -> None:
    due = parse_schedule(f"cron({minute} {hour} * * ? *)").next_after(start)
    assert due is not None
    assert start < due <= start + timedelta(days=1)
    assert (due.hour, due.minute, due.second) == (hour, minute, 0)


def test_a_rate_beyond_all_calendars_is_never_due() -> None:
    assert parse_schedule("rate(999999999999 days)").next_after(START) is None


def test_the_event_is_that_of_a_scheduled_rule() -> None:
    event = scheduled_event("app-dev-flush-event", "us-east-1", START)
    identifier = event.pop("id")
    assert len(identifier) == 36
    assert event == {
        "version": "0",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "000000000000",
        "time": "2026-03-10T10:07:30Z",
        "region": "us-east-1",
        "resources": ["arn:aws:events:us-east-1:000000000000:rule/app-dev-flush-event"],
        "detail": {},
    }
