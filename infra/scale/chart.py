"""Line charts as SVG: one file that follows the reader's light or dark theme, the same bytes for the same figures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10
from typing import Final

WIDTH: Final = 720
HEIGHT: Final = 380
LEFT: Final = 86
RIGHT: Final = 36
TOP: Final = 62
BOTTOM: Final = 52
POINTS: Final = 240
"""Points of a line at most: more are not to be told apart."""

# Colours that people with any colour vision tell apart (Okabe and Ito, "Color Universal Design"), lighter in the dark;
# dashes besides.
_LIGHT: Final = ("#0072b2", "#d55e00", "#007a5a", "#9a4f83")
_DARK: Final = ("#56b4e9", "#f0903c", "#2fc79a", "#e0a3cb")
_DASHES: Final = ("", "7 4", "2 3", "10 3 2 3")
_TICKS: Final = 5

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its name in the legend."""

    name: str
    points: Sequence[Point]
    stepped: bool = False
    """Keeps its height until the next point."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One of the two."""

    title: str
    label: Callable[[float], str]
    """How a figure is written at the axis."""

    logarithmic: bool = False
    most: float | None = None
    """Where the axis ends; otherwise where the lines do. What lies beyond is cut off."""


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines over two axes."""

    title: str
    x: Axis
    y: Axis
    lines: Sequence[Line]


def svg(chart: Chart) -> str:
    """The chart as a file. Raises ValueError without points, and for figures a logarithmic axis cannot show."""
    points = [point for line in chart.lines for point in line.points]
    if not points:
        raise ValueError(f"the chart “{chart.title}” has nothing to show")
    across = _Scale(chart.x, [x for x, _ in points], LEFT, WIDTH - RIGHT)
    up = _Scale(chart.y, [y for _, y in points], HEIGHT - BOTTOM, TOP)
    return "\n".join(
        (
            _head(chart.title),
            f"<style>{_style()}</style>",
            f'<rect class="ground" width="{WIDTH}" height="{HEIGHT}" rx="6"/>',
            f'<text class="title" x="{LEFT}" y="24">{escape(chart.title)}</text>',
            *_legend(chart.lines),
            *_grid(across, up),
            _text(chart.x.title, (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12),
            _text(chart.y.title, 16, (TOP + HEIGHT - BOTTOM) / 2, turned=True),
            *(
                f'<path class="line c{number}" d="{_path(line, across, up)}"/>'
                for number, line in enumerate(chart.lines)
            ),
            "</svg>\n",
        )
    )


def _head(title: str) -> str:
    box = f'viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box}>'


def _text(text: str, x: float, y: float, *, turned: bool = False) -> str:
    turn = f' transform="rotate(-90 {x:g} {y:g})"' if turned else ""
    return f'<text x="{x:g}" y="{y:g}" text-anchor="middle"{turn}>{escape(text)}</text>'


class _Scale:
    """From figures to places."""

    def __init__(self, axis: Axis, figures: Sequence[float], start: float, end: float) -> None:
        self.axis = axis
        self._start, self._end = start, end
        most = axis.most if axis.most is not None else max(figures)
        self._low: float
        self._high: float
        if axis.logarithmic:
            if min(figures) <= 0:
                raise ValueError(f"the logarithmic axis “{axis.title}” cannot show {min(figures):g}")
            first = floor(log10(min(figures)))
            last = max(ceil(log10(most)), first + 1)
            self._low, self._high = first, last
            self.ticks = [10.0**power for power in range(first, last + 1)]
        else:
            step = _step(most / _TICKS) if most > 0 else 1.0
            self._low, self._high = 0, most if axis.most is not None else ceil(most / step - 1e-9) * step or step
            self.ticks = [step * number for number in range(floor(self._high / step + 1e-9) + 1)]

    def __call__(self, figure: float) -> float:
        value = log10(figure) if self.axis.logarithmic else min(figure, self._high)
        return self._start + (value - self._low) / (self._high - self._low) * (self._end - self._start)


def _step(least: float) -> float:
    """The smallest of 1, 2 and 5 times a power of ten that is not below `least`."""
    power = 10.0 ** floor(log10(least))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= least * (1 - 1e-9))


def _grid(across: _Scale, up: _Scale) -> list[str]:
    marks = [f'<path class="axis" d="M{LEFT} {TOP}V{HEIGHT - BOTTOM}H{WIDTH - RIGHT}"/>']
    for tick in up.ticks:
        y = f"{up(tick):.1f}"
        marks.append(f'<path class="grid" d="M{LEFT} {y}H{WIDTH - RIGHT}"/>')
        marks.append(
            f'<text class="tick" x="{LEFT - 8}" y="{y}" dy="4" text-anchor="end">{escape(up.axis.label(tick))}</text>'
        )
    for tick in across.ticks:
        text = escape(across.axis.label(tick))
        marks.append(
            f'<text class="tick" x="{across(tick):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{text}</text>'
        )
    return marks


def _legend(lines: Sequence[Line]) -> list[str]:
    marks, x = [], float(LEFT)
    for number, line in enumerate(lines):
        marks.append(f'<path class="line c{number}" d="M{x:g} 43h24"/>')
        marks.append(f'<text x="{x + 30:g}" y="47">{escape(line.name)}</text>')
        x += 46 + 6.6 * len(line.name)
    return marks


def _path(line: Line, across: _Scale, up: _Scale) -> str:
    every = max(1, ceil(len(line.points) / POINTS))
    kept = [*line.points[:-1:every], line.points[-1]]
    (first_x, first_y), *rest = [(f"{across(x):.1f}", f"{up(y):.1f}") for x, y in kept]
    join = "H{x}V{y}" if line.stepped else "L{x} {y}"
    return f"M{first_x} {first_y}" + "".join(join.format(x=x, y=y) for x, y in rest)


def _style() -> str:
    def colours(palette: Sequence[str]) -> str:
        return "".join(f".c{number}{{stroke:{colour}}}" for number, colour in enumerate(palette))

    dashes = "".join(f".c{number}{{stroke-dasharray:{dash}}}" for number, dash in enumerate(_DASHES) if dash)
    return (
        "text{font:13px system-ui,sans-serif;fill:#3b4252}.title{font-weight:600;font-size:15px}.tick{font-size:12px}"
        ".ground{fill:#fff}.grid{stroke:#e3e6eb}.axis{stroke:#9aa2b1;fill:none}"
        f".line{{fill:none;stroke-width:2.2;stroke-linejoin:round}}{dashes}{colours(_LIGHT)}"
        "@media (prefers-color-scheme:dark){text{fill:#d4d9e2}.ground{fill:#171b22}.grid{stroke:#2b313b}"
        f".axis{{stroke:#697282}}{colours(_DARK)}}}"
    )
