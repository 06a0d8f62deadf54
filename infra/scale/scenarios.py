"""What `make scale` looks at: the sizes, the storms and the fan-outs that docs/scale.md speaks of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Generic, TypeVar

from infra.scale.load import load
from infra.scale.quotas import DEFAULT
from infra.scale.simulation.fan_out import Push
from infra.scale.simulation.reconnect import Storm
from infra.scale.traffic import others, traffic, watchers
from infra.scale.usage import Functions, Usage

Case = TypeVar("Case")

PEOPLE: Final = (10, 100, 1_000, 10_000, 100_000)
QUIET: Final = 0.25
"""A storm meets a quarter of an average working hour's chat: a full one leaves 100,000 connections no room at all."""

TICKETS: Final = 450.0
"""Tickets a second with the route's own throttle: a little fewer than the new connections that are allowed."""

SLOW_HEARTBEAT: Final = 300.0
MANY_ATTEMPTS: Final = 9
"""Tries of a POST that fill the deadline of a fan-out: five of them are over after 1.6 s at the latest."""

ORDINARY_SECONDS: Final = 20
ORDINARY: Final = (10_000, 20_000, 25_000, 30_000, 50_000)


def levers() -> Mapping[str, Mapping[str, float | bool]]:
    """What would change the usage, in words; by fields of Usage."""
    return {
        "as it is": {},
        "a ping every 4 to 5 minutes instead of 45 to 60 s": {"heartbeat": 262.5},
        "typing signs only to those who look at the room": {"typing_to_all": False},
        "both": {"heartbeat": 262.5, "typing_to_all": False},
    }


@dataclass(frozen=True, slots=True)
class Scenario(Generic[Case]):
    """A case with its name in tables, and in the plot if it is there."""

    name: str
    case: Case
    plotted: str = ""


def storms() -> Sequence[Scenario[Storm]]:
    """Everybody reconnects at once."""
    usage = Usage(80_000)
    month = traffic(usage)
    chat = sum(kind.requests for name, kind in month.kinds.items() if name not in ("heartbeats", "connecting"))
    hundred = Storm(
        usage.people * 5 // 4,
        cohort=50,
        told=watchers(usage),
        chat=QUIET * chat / usage.active_seconds / usage.connections,
    )
    throttled = replace(hundred, tickets_per_second=TICKETS)
    million = replace(hundred, clients=1_000_000, cohort=400)
    return (
        Scenario("100,000", hundred, "100,000"),
        Scenario("100,000, if refused handshakes count as requests", replace(hundred, refusals_count=True)),
        Scenario("100,000, tickets throttled to 450/s", throttled, "100,000, tickets throttled"),
        Scenario("the same, if refused handshakes count", replace(throttled, refusals_count=True)),
        Scenario("1,000,000", million, "1,000,000"),
        Scenario(
            "1,000,000 who only listen, tickets throttled, a ping in 5 min",
            replace(
                million,
                cohort=200,
                chat=0,
                told=0,
                tickets_per_second=TICKETS,
                heartbeat=SLOW_HEARTBEAT,
                seconds=2_400,
            ),
            "1,000,000 who listen, throttled",
        ),
        Scenario(
            "1,000,000 in ten regions, tickets throttled in each",
            replace(million, cohort=500, quotas=DEFAULT.times(10), tickets_per_second=TICKETS * 10),
        ),
    )


def pushes(functions: Functions) -> Sequence[Scenario[Push]]:
    """One message to everybody, while their heartbeats go on."""

    def room(connections: int, **changes: object) -> Push:
        beats = 2 * connections / Usage(1).heartbeat
        case = Push(
            connections, functions.delivery, background=beats, cohort=4, cold_start=functions.measured.cold_start
        )
        return replace(case, **changes)  # type: ignore[arg-type]  # mypy does not follow names through **

    return (
        Scenario("10,000", room(10_000), "10,000"),
        Scenario("100,000", room(100_000), "100,000"),
        Scenario("100,000, nine tries instead of five", room(100_000, attempts=MANY_ATTEMPTS), "100,000, nine tries"),
        Scenario("1,000,000", room(1_000_000, cohort=16), "1,000,000"),
        Scenario(
            "1,000,000 in ten regions, nine tries",
            room(1_000_000, attempts=MANY_ATTEMPTS, quotas=DEFAULT.times(10), cohort=16),
        ),
    )


def ordinary(functions: Functions) -> Sequence[Scenario[Push]]:
    """The busiest minutes of so many people in rooms of the usual size."""
    cases = []
    for people in ORDINARY:
        usage = Usage(people)
        rate = people * usage.messages * usage.days / usage.active_seconds * usage.peak
        recipients = round(others(usage))
        case = Push(
            recipients,
            functions.delivery,
            messages=round(rate * ORDINARY_SECONDS),
            every=1 / rate,
            background=load(usage, functions).requests - rate * recipients,
            cohort=recipients,
        )
        cases.append(Scenario(f"{people:,}", case))
    return cases
