"""Fires schedules: each rule invokes its function asynchronously, as EventBridge does."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Protocol

import orjson

from infra.gateway.core.invocation import Invocation
from infra.gateway.core.manifest import Schedule
from infra.gateway.core.schedules import Cron, Rate, ScheduleError, parse_schedule, scheduled_event
from infra.gateway.pool.functions import TooManyRequestsError

LOG = logging.getLogger("gateway")
#: Nobody waits longer than this at once, so that a changed clock is noticed.
LONGEST_WAIT = 3600.0


class EventQueue(Protocol):
    """Where fired events go."""

    def accept(self, invocation: Invocation) -> None:
        """Queue an event; raises TooManyRequestsError when full."""


class Clock(Protocol):
    """The time of day, and waiting for it to pass."""

    def time(self) -> datetime:
        """Now, in UTC."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The machine's clock."""

    def time(self) -> datetime:
        """Now, in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


class Scheduler:
    """Runs one task for each enabled rule. `duplicate` fires every rule twice, which EventBridge may do.

    With `running` false rules are disabled until `enable` is called for them.
    """

    def __init__(
        self, queue: EventQueue, region: str, clock: Clock, *, running: bool = True, duplicate: bool = False
    ) -> None:
        self._queue = queue
        self._region = region
        self._clock = clock
        self._running = running
        self.duplicate = duplicate
        self._schedules: list[Schedule] = []
        #: Rules somebody enabled or disabled by name; all others are as `running` says.
        self._chosen: dict[str, bool] = {}
        self._tasks: dict[Schedule, asyncio.Task[None]] = {}

    @property
    def schedules(self) -> Sequence[Schedule]:
        """All rules there are."""
        return self._schedules

    def load(self, schedules: list[Schedule]) -> None:
        """Start new rules, stop those that are gone; unchanged ones keep their rhythm."""
        self._schedules = list(schedules)
        wanted = {schedule for schedule in schedules if self.enabled(schedule.rule)}
        for schedule in set(self._tasks) - wanted:
            self._tasks.pop(schedule).cancel()
        for schedule in wanted - set(self._tasks):
            try:
                rule = parse_schedule(schedule.expression)
            except ScheduleError as error:
                LOG.warning("%s: %s; it will not fire.", schedule.rule, error)
                continue
            self._tasks[schedule] = asyncio.create_task(self._run(schedule, rule))

    def enabled(self, rule: str) -> bool:
        """Whether the rule fires by itself."""
        return self._chosen.get(rule, self._running)

    def enable(self, rule: str) -> None:
        """Have it fire from now on; also after a reload."""
        self._choose(rule, enabled=True)

    def disable(self, rule: str) -> None:
        """Have it fire no more, until it is enabled; also after a reload."""
        self._choose(rule, enabled=False)

    def _choose(self, rule: str, *, enabled: bool) -> None:
        self._chosen[rule] = enabled
        self.load(self._schedules)

    def fire(self, schedule: Schedule) -> None:
        """Invoke a schedule's function now, with the event of a scheduled rule."""
        self._fire(schedule, self._clock.time())

    async def close(self) -> None:
        """Stop all rules."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, schedule: Schedule, rule: Rate | Cron) -> None:
        due = rule.next_after(self._clock.time())
        while due is not None:
            wait = (due - self._clock.time()).total_seconds()
            if wait > 0:
                await self._clock.sleep(min(wait, LONGEST_WAIT))
                continue
            for _ in range(2 if self.duplicate else 1):
                self._fire(schedule, due)
            now = self._clock.time()
            following = rule.next_after(due)
            # What was missed while the machine slept is not made up for.
            due = rule.next_after(now) if following is not None and following <= now else following

    def _fire(self, schedule: Schedule, due: datetime) -> None:
        event = orjson.dumps(scheduled_event(schedule.rule, self._region, due))
        try:
            self._queue.accept(Invocation(schedule.function, event, origin=schedule.expression))
        except TooManyRequestsError:
            LOG.warning("%s: not fired, too many events wait", schedule.rule)
