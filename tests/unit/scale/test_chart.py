import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from infra.scale.chart import BOTTOM, HEIGHT, LEFT, POINTS, RIGHT, TOP, WIDTH, Axis, Chart, Line, svg

CHART = Chart(
    "Costs & <limits>",
    Axis("people", "{:,.0f}".format),
    Axis("dollars", "${:,.0f}".format),
    [Line("one", [(0, 0), (4, 50), (8, 100)]), Line("other", [(0, 100), (8, 0)], stepped=True)],
)
SVG = "{http://www.w3.org/2000/svg}"


def parsed(text: str) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314 - it was made here


def paths(text: str) -> list[str]:
    return [it.get("d", "") for it in parsed(text).iter(f"{SVG}path") if "line" in it.get("class", "")]


def drawn(text: str) -> list[str]:
    """The lines themselves: those of the legend come first."""
    every = paths(text)
    return every[len(every) // 2 :]


def texts(text: str) -> list[str]:
    return [it.text or "" for it in parsed(text).iter(f"{SVG}text")]


def test_the_same_figures_give_the_same_file() -> None:
    assert svg(CHART) == svg(replace(CHART))


def test_title_axes_and_names_are_in_it_as_they_were_given() -> None:
    assert {"Costs & <limits>", "people", "dollars", "one", "other", "$100", "8"} <= set(texts(svg(CHART)))


def test_a_line_goes_from_corner_to_corner() -> None:
    left, right, bottom, top = LEFT, WIDTH - RIGHT, HEIGHT - BOTTOM, TOP
    straight, stepped = drawn(svg(CHART))
    assert (
        straight == f"M{left:.1f} {bottom:.1f}L{(left + right) / 2:.1f} {(top + bottom) / 2:.1f}L{right:.1f} {top:.1f}"
    )
    assert stepped == f"M{left:.1f} {top:.1f}H{right:.1f}V{bottom:.1f}"


def test_a_logarithmic_axis_has_a_tick_for_each_power_of_ten() -> None:
    chart = replace(
        CHART, x=replace(CHART.x, logarithmic=True), lines=[Line("one", [(10, 1), (1_000, 2), (100_000, 3)])]
    )
    assert {"10", "100", "1,000", "10,000", "100,000"} <= set(texts(svg(chart)))
    xs = [float(x) for x in re.findall(r"[ML](\S+) ", drawn(svg(chart))[0])]
    assert xs == pytest.approx([LEFT, (LEFT + WIDTH - RIGHT) / 2, WIDTH - RIGHT])


def test_what_lies_beyond_the_end_of_an_axis_stays_on_the_ground() -> None:
    chart = replace(CHART, y=replace(CHART.y, most=60))
    assert min(float(y) for y in re.findall(r"[ML]\S+ (\d+\.\d)", drawn(svg(chart))[0])) == TOP


def test_a_long_line_is_thinned_and_keeps_its_end() -> None:
    line = Line("one", [(float(x), float(x)) for x in range(10 * POINTS + 5)])
    path = drawn(svg(replace(CHART, lines=[line])))[0]
    assert path.count("L") <= POINTS + 1
    last = len(line.points) - 1
    assert svg(replace(CHART, lines=[line])) != svg(replace(CHART, lines=[Line("one", line.points[:last])]))


def test_it_has_colours_for_light_and_for_dark() -> None:
    assert "@media (prefers-color-scheme:dark)" in svg(CHART)


def test_a_chart_that_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing to show"):
        svg(replace(CHART, lines=[]))
    with pytest.raises(ValueError, match="cannot show 0"):
        svg(replace(CHART, x=replace(CHART.x, logarithmic=True)))
