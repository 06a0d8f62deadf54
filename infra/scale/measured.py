"""What `make bench` measured, read from docs/benchmarks.md."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass


class NotMeasured(Exception):
    """docs/benchmarks.md lacks a figure; says which, and what writes it."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures of one machine, in seconds."""

    ack: float
    """From a message's frame to its ack, in the smallest room measured: an upper bound of what its function runs."""

    delivery: float
    """Processor time of one POST to @connections by our client."""

    cold_start: float
    """Imports of `fanout`, when an execution environment starts."""


def read(benchmarks: str) -> Measured:
    """The figures in the text of docs/benchmarks.md. Raises NotMeasured."""
    return Measured(
        ack=_figure(benchmarks, "messages", "ack p50", {"server": "Parley"}) / 1e3,
        delivery=_figure(benchmarks, "fan-out-client", "CPU per delivery", {"client": "`gateways/callbacks.py`"}) / 1e6,
        cold_start=_figure(benchmarks, "imports", "total ms", {"function": "`fanout`"}) / 1e3,
    )


def _figure(benchmarks: str, section: str, column: str, where: Mapping[str, str]) -> float:
    """The column's first figure among the rows that say `where`, as far as the table has such columns."""
    for row in _rows(benchmarks, section):
        if column in row and all(row.get(name, wanted) == wanted for name, wanted in where.items()):
            found = re.match(r"\d[\d,]*(\.\d+)?", row[column])
            if found and (figure := float(found[0].replace(",", ""))) > 0:
                return figure
    of = ", ".join(f"{name} {value}" for name, value in where.items())
    raise NotMeasured(
        f"docs/benchmarks.md has no figure “{column}” ({of}) in its section {section}:"
        f" run `make bench SECTION={section}`, or teach infra/scale/measured.py the section's new shape."
    )


def _rows(benchmarks: str, section: str) -> Iterator[dict[str, str]]:
    """The rows of all tables of the section, by column; of columns of one name, the first."""
    found = re.search(rf"^<!-- {re.escape(section)} -->\n(.*?)(?=^## |\Z)", benchmarks, re.DOTALL | re.MULTILINE)
    head: list[str] = []
    for line in found[1].splitlines() if found else ():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")] if line.startswith("|") else []
        if not cells:
            head = []
        elif not head:
            head = cells
        elif not set(line) <= set("|-: "):
            yield dict(reversed(list(zip(head, cells, strict=False))))
