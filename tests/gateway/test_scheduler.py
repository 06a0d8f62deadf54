"""Schedules fire functions asynchronously."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from infra.gateway import Faults
from infra.gateway.core.invocation import Invocation
from infra.gateway.core.manifest import Schedule
from infra.gateway.pool.functions import TooManyRequestsError
from infra.gateway.shell.scheduler import Scheduler
from tests.gateway.conftest import Records, StartGateway, until


class AcceptingQueue:
    """Takes events and runs none; full when told so."""

    def __init__(self) -> None:
        self.accepted: list[Invocation] = []
        self.full = False

    def accept(self, invocation: Invocation) -> None:
        if self.full:
            raise TooManyRequestsError("full")
        self.accepted.append(invocation)


class Clock:
    """A clock that jumps to wherever somebody waits for."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 10, 10, 7, 30, tzinfo=UTC)

    def time(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        await asyncio.sleep(0)


async def fired(schedule: Schedule, number: int, *, duplicate: bool = False) -> list[Invocation]:
    """The first events of a schedule."""
    queue, clock = AcceptingQueue(), Clock()
    scheduler = Scheduler(queue, "us-east-1", clock, duplicate=duplicate)
    scheduler.load([schedule])
    await until(lambda: len(queue.accepted) >= number)
    await scheduler.close()
    return queue.accepted[:number]


def times(invocations: list[Invocation]) -> list[str]:
    return [invocation.payload.decode().partition('"time":"')[2][11:16] for invocation in invocations]


async def test_a_rate_fires_each_period_from_its_start() -> None:
    assert times(await fired(Schedule("r", "f", "rate(5 minutes)"), 3)) == ["10:12", "10:17", "10:22"]


async def test_a_cron_fires_at_its_minutes() -> None:
    events = await fired(Schedule("r", "f", "cron(0/30 * * * ? *)"), 3)
    assert times(events) == ["10:30", "11:00", "11:30"]
    assert events[0].function == "f"
    assert b"rule/r" in events[0].payload


async def test_a_schedule_fires_twice_when_told_to() -> None:
    assert times(await fired(Schedule("r", "f", "rate(1 hour)"), 4, duplicate=True)) == ["11:07"] * 2 + ["12:07"] * 2


async def test_an_expression_that_cannot_be_read_is_logged_and_the_others_fire(
    caplog: pytest.LogCaptureFixture,
) -> None:
    queue, clock = AcceptingQueue(), Clock()
    scheduler = Scheduler(queue, "us-east-1", clock)
    scheduler.load([Schedule("bad", "f", "rate(0 days)"), Schedule("good", "g", "rate(1 day)")])
    await until(lambda: queue.accepted)
    await scheduler.close()
    assert {invocation.function for invocation in queue.accepted} == {"g"}
    assert "bad: rate(0 days) is not valid" in caplog.text


async def test_a_schedule_that_is_gone_fires_no_more_and_a_full_queue_does_not_stop_the_others() -> None:
    queue, clock = AcceptingQueue(), Clock()
    scheduler = Scheduler(queue, "us-east-1", clock)
    queue.full = True
    scheduler.load([Schedule("a", "a", "rate(1 day)"), Schedule("b", "b", "rate(1 day)")])
    start = clock.now
    await until(lambda: clock.now > start + timedelta(days=3))
    queue.full = False
    await until(lambda: {invocation.function for invocation in queue.accepted} == {"a", "b"})
    scheduler.load([Schedule("b", "b", "rate(1 day)")])
    queue.accepted.clear()
    await until(lambda: len(queue.accepted) > 3)
    await scheduler.close()
    assert {invocation.function for invocation in queue.accepted} == {"b"}


async def test_the_schedules_of_a_project_are_found(start_gateway: StartGateway) -> None:
    gateway = await start_gateway("workers", schedules=True, faults=Faults(duplicate_schedules=True))
    assert [(each.function, each.expression) for each in gateway.manifest.schedules] == [
        ("minutely", "rate(1 minute)"),
        ("daily", "cron(0 12 * * ? *)"),
    ]


async def test_a_schedule_can_be_fired_now(start_gateway: StartGateway, records: Records) -> None:
    gateway = await start_gateway("workers")
    gateway.fire("daily")
    [event] = await records.wait("daily")
    assert event["detail-type"] == "Scheduled Event"
    assert event["resources"] == ["arn:aws:events:us-east-1:000000000000:rule/workers-dev-daily-event"]
