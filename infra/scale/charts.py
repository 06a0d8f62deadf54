"""The plots of docs/scale.md."""

from collections.abc import Mapping, Sequence

from infra.scale.bill import SERVERS, bill, servers
from infra.scale.chart import Axis, Chart, Line, Point, svg
from infra.scale.load import load
from infra.scale.quotas import DEFAULT
from infra.scale.scenarios import PEOPLE, Scenario, levers
from infra.scale.simulation.fan_out import Push, PushOutcome
from infra.scale.simulation.reconnect import Storm, StormOutcome
from infra.scale.usage import Functions, Usage

PEOPLE_AXIS = Axis("people", "{:,.0f}".format, logarithmic=True)
SHARE_AXIS_MOST = 1.0
STORM_SECONDS = 1_200.0
PUSH_SECONDS = 80.0
_BETWEEN = (1, 1.5, 2, 3, 4, 5, 7)


def cost(functions: Functions) -> str:
    """Dollars a month by people."""
    sizes = [round(power * factor) for power in PEOPLE[:-1] for factor in _BETWEEN] + [PEOPLE[-1]]
    steps = sorted({*sizes, *(it.people + 1 for it in SERVERS[:-1])})
    return svg(
        Chart(
            "What a month costs",
            PEOPLE_AXIS,
            Axis("dollars", "${:,.0f}".format, logarithmic=True),
            (
                Line("Parley on AWS", [(people, bill(Usage(people), functions).total) for people in sizes]),
                Line(
                    "a conventional chat on servers",
                    [(people, servers(Usage(people))[1]) for people in steps],
                    stepped=True,
                ),
            ),
        )
    )


def requests(functions: Functions) -> str:
    """Requests a second at the peak by people, against the quota."""
    lines = [
        Line(name, [(people, load(Usage(people).but(**change), functions).requests) for people in PEOPLE])
        for name, change in levers().items()
        if name in ("as it is", "both")
    ]
    names = {"as it is": "as it is", "both": "fewer pings and typing signs"}
    quota = [(float(people), DEFAULT.requests_per_second) for people in PEOPLE]
    return svg(
        Chart(
            "Requests a second in the busiest minutes",
            PEOPLE_AXIS,
            Axis("requests a second", "{:,.0f}".format, logarithmic=True),
            (*(Line(names[line.name], line.points) for line in lines), Line("AWS's quota", quota)),
        )
    )


def storms(outcomes: Sequence[tuple[Scenario[Storm], StormOutcome]]) -> str:
    """Who is back when after everybody lost the connection."""
    lines = {
        scenario.plotted: [(at, live / scenario.case.clients) for at, live in outcome.live if at <= STORM_SECONDS]
        for scenario, outcome in outcomes
        if scenario.plotted
    }
    return _shares("Back after everybody lost the connection", "seconds after", lines, STORM_SECONDS)


def pushes(outcomes: Sequence[tuple[Scenario[Push], PushOutcome]]) -> str:
    """Who has a message when in a very large room."""
    lines = {
        scenario.plotted: [(at, had / scenario.case.recipients) for at, had in outcome.delivered if at <= PUSH_SECONDS]
        for scenario, outcome in outcomes
        if scenario.plotted
    }
    return _shares("One message to a very large room", "seconds after the ack", lines, PUSH_SECONDS)


def _shares(title: str, x: str, lines: Mapping[str, Sequence[Point]], most: float) -> str:
    return svg(
        Chart(
            title,
            Axis(x, "{:,.0f}".format, most=most),
            Axis("share of connections", "{:.0%}".format, most=SHARE_AXIS_MOST),
            [Line(name, [*points, (most, points[-1][1])]) for name, points in lines.items()],
        )
    )
