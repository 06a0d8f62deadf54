"""The tables of docs/scale.md, between markers; the prose around them is written by hand."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from infra.scale.bill import bill, servers
from infra.scale.load import load, most_people
from infra.scale.quotas import CONNECTION_HOURS, DEFAULT
from infra.scale.scenarios import PEOPLE, Scenario, levers
from infra.scale.simulation.fan_out import Push, PushOutcome
from infra.scale.simulation.reconnect import Storm, StormOutcome
from infra.scale.traffic import FRAME_BYTES, LOG_BYTES, REST_BYTES, traffic
from infra.scale.usage import Functions, Usage

_MARKED: Final = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def fill(text: str, parts: Mapping[str, str]) -> str:
    """The document with these parts made anew, the others as they are. Raises KeyError for a part without a place."""
    places = {found[2] for found in _MARKED.finditer(text)}
    if missing := parts.keys() - places:
        raise KeyError(f"the document has no place for {', '.join(sorted(missing))}")
    return _MARKED.sub(lambda found: found[1] + parts[found[2]] + found[3] if found[2] in parts else found[0], text)


def calculated(functions: Functions) -> dict[str, str]:
    """The parts that need no simulation."""
    return {
        "assumed": _assumed(),
        "measured": _measured(functions),
        "cost": _cost(functions),
        "lines": _lines(functions),
        "quotas": _quotas(functions),
        "kinds": _kinds(),
        "levers": _levers(functions),
    }


def simulated(
    storms: Sequence[tuple[Scenario[Storm], StormOutcome]],
    pushes: Sequence[tuple[Scenario[Push], PushOutcome]],
    ordinary: Sequence[tuple[Scenario[Push], PushOutcome]],
) -> dict[str, str]:
    """The parts that a simulation made."""
    return {
        "storms": _table(
            "| connections | half are back after | 99 % | tickets refused | handshakes refused | pings refused |",
            (
                (
                    scenario.name,
                    _seconds(outcome.when(scenario.case.clients / 2)),
                    _seconds(outcome.when(scenario.case.clients * 0.99)),
                    *(
                        f"{count / scenario.case.clients:.1f}"
                        for count in (outcome.refused_tickets, outcome.refused_handshakes, outcome.lost_heartbeats)
                    ),
                )
                for scenario, outcome in storms
            ),
        ),
        "pushes": _table(
            "| connections in the room | pushed | half have it after | 90 % | 99 % | answers 429 |",
            (
                (
                    scenario.name,
                    f"{_count(outcome.pushed) / scenario.case.recipients:.0%}",
                    *(_seconds(outcome.when(scenario.case.recipients * share)) for share in (0.5, 0.9, 0.99)),
                    f"{outcome.throttled / scenario.case.recipients:.1f}",
                )
                for scenario, outcome in pushes
            ),
        ),
        "ordinary": _table(
            "| people | messages/s | had it within 1 s | pushed at all | fetched later |",
            (
                (
                    scenario.name,
                    f"{1 / scenario.case.every:,.0f}",
                    *(
                        f"{count / (scenario.case.messages * scenario.case.recipients):.1%}"
                        for count in (outcome.within(1), _count(outcome.pushed), outcome.missed)
                    ),
                )
                for scenario, outcome in ordinary
            ),
        ),
    }


def _assumed() -> str:
    usage = Usage(1_000)
    return _table(
        "| of a person | |",
        (
            ("working days in the month, hours connected on each", f"{usage.days:g}, {usage.hours:g}"),
            ("devices connected at once", f"{usage.devices:g}"),
            ("messages said on a working day", f"{usage.messages:g}"),
            ("people in the room in which a message is said, never more than there are", f"{usage.room:g}"),
            ("of the others in it, who are connected", f"{usage.online:.0%}"),
            ("of these, who have the room on screen, and so read at once", f"{usage.looking:.0%}"),
            ("typing signs before a message", f"{usage.typing:g}"),
            ("seconds from ping to ping", f"{usage.heartbeat:g}"),
            ("connections a device opens on a working day", f"{usage.hours / CONNECTION_HOURS + usage.reloads:g}"),
            ("REST requests on a working day, tickets not counted", f"{usage.rest:g}"),
            ("how much more is said in the busiest minutes than on average", f"{usage.peak:g} times"),
            ("minutes in which everybody arrives in the morning", f"{usage.arrival_minutes:g}"),
            (
                "bytes of a frame, of a REST answer, of log lines an invocation",
                f"{FRAME_BYTES}, {REST_BYTES:,}, {LOG_BYTES}",
            ),
        ),
    )


def _measured(functions: Functions) -> str:
    measured = functions.measured
    return _table(
        "| figure | measured | on Lambda |",
        (
            ("from frame to ack, smallest room", f"{measured.ack * 1e3:.1f} ms", f"{functions.handling * 1e3:.0f} ms"),
            ("processor time of a delivery", f"{measured.delivery * 1e6:.0f} us", f"{functions.delivery * 1e6:.0f} us"),
            ("imports of `fanout`", f"{measured.cold_start * 1e3:.0f} ms", "the same, assumed"),
        ),
    )


def _cost(functions: Functions) -> str:
    rows = []
    for people in PEOPLE:
        usage = Usage(people)
        ours, (machines, theirs) = bill(usage, functions), servers(usage)
        use = load(usage, functions).use(DEFAULT)
        first = max(use, key=lambda name: use[name])
        rows.append(
            (
                f"{people:,}",
                f"**{_dollars(ours.total)}**",
                _dollars(ours.total / people),
                f"{_dollars(theirs)} ({machines.name})",
                f"{first}, {use[first]:.1%}" if use[first] < 1 else f"**{first}, {use[first]:.0%}**",
            )
        )
    return _table("| people | Parley, a month | each | servers, a month | nearest quota, used at the peak |", rows)


def _lines(functions: Functions) -> str:
    bills = {people: bill(Usage(people), functions) for people in PEOPLE}
    rows = [(line, *(_dollars(it.lines[line]) for it in bills.values())) for line in bills[PEOPLE[0]].lines]
    sizes = [(f"{store} is", *(it.sizes[store] for it in bills.values())) for store in ("MongoDB", "PostgreSQL")]
    return _table(f"| | {' | '.join(f'{people:,}' for people in PEOPLE)} |", rows + sizes)


def _quotas(functions: Functions) -> str:
    most = most_people(Usage(1_000), functions, DEFAULT)
    limits = {
        "requests": f"{DEFAULT.requests_per_second:,.0f} a second, {DEFAULT.burst:,.0f} at once",
        "new connections": f"{DEFAULT.connections_per_second:,.0f} a second",
        "concurrency": f"{DEFAULT.concurrency:,} invocations at once",
    }
    return _table(
        "| quota | AWS's default | used up at |",
        ((name, limits[name], f"{round(people, -3):,} people") for name, people in most.items()),
    )


def _kinds() -> str:
    usage = Usage(1_000)
    month = traffic(usage)
    whole = month.total.frames_in + month.total.frames_out
    return _table(
        "| kind | requests of a person and hour | share of the billed messages |",
        (
            (
                name,
                f"{kind.requests / usage.people / usage.days / usage.hours:,.1f}",
                f"{(kind.frames_in + kind.frames_out) / whole:.0%}",
            )
            for name, kind in month.kinds.items()
            if kind.requests
        ),
    )


def _levers(functions: Functions) -> str:
    rows = []
    for name, change in levers().items():
        usage = Usage(10_000).but(**change)
        most = most_people(usage, functions, DEFAULT)["requests"]
        rows.append((name, _dollars(bill(usage, functions).total), f"{round(most, -3):,}"))
    return _table("| | 10,000 people, a month | people at which the request rate is used up |", rows)


def _table(head: str, rows: Iterable[Sequence[str]]) -> str:
    columns = head.count("|") - 1
    return "\n".join((head, "|---" * columns + "|", *(f"| {' | '.join(row)} |" for row in rows), ""))


def _dollars(amount: float) -> str:
    return f"${amount:,.2f}" if amount < 10 else f"${amount:,.0f}"


def _seconds(seconds: float | None) -> str:
    return "never in that time" if seconds is None else f"{seconds:,.1f} s" if seconds < 10 else f"{seconds:,.0f} s"


def _count(steps: Iterable[tuple[float, int]]) -> int:
    return sum(count for _, count in steps)
