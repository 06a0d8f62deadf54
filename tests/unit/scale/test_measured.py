import re
from pathlib import Path

import pytest

from infra.scale.measured import Measured, NotMeasured, read

BENCHMARKS = """# Benchmarks

## A message
<!-- messages -->

| other connections | ack p50 | ack p99 | last delivery p50 | p99 |
|---|---|---|---|---|
| 1 | 8.5 | 116.0 | 9.9 | 118.8 |
| 100 | 10.9 | 105.6 | 44.6 | 139.9 |

## Client
<!-- fan-out-client -->

| client | CPU per delivery | ratio |
|---|---|---|
| boto3 `post_to_connection` | 930 us | 1 |
| `gateways/callbacks.py` | 1,224 us | 1/4.2 |

## Imports
<!-- imports -->

| function | total ms | by import |
|---|---|---|
| `flush` | 529 | the standard library 107 |
| `fanout` | 431 | the standard library 104 |
"""


def test_the_figures_are_read_in_seconds() -> None:
    assert read(BENCHMARKS) == Measured(ack=0.0085, delivery=0.001224, cold_start=0.431)


def test_where_servers_are_compared_parley_s_figure_is_taken() -> None:
    rows = ("| 2 | Socket.IO | 3.3 | 9 |", "| 2 | Parley | 7.5 | 9 |")
    table = "\n".join(("| connections | server | ack p50 | p99 |", "|---|---|---|---|", *rows, ""))
    head, rest = BENCHMARKS.split("| other connections", 1)
    assert read(head + table + rest[rest.index("\n## ") :]).ack == 0.0075


@pytest.mark.parametrize(
    ("removed", "section"),
    [
        ("<!-- messages -->", "messages"),
        ("ack p50", "messages"),
        ("8.5", "messages"),
        ("`gateways/callbacks.py`", "fan-out-client"),
        ("1,224 us", "fan-out-client"),
        ("`fanout`", "imports"),
    ],
)
def test_a_figure_that_is_not_there_is_named_with_the_command_that_makes_it(removed: str, section: str) -> None:
    text = re.sub(r"\| 100 .*\n", "", BENCHMARKS).replace(removed, "")
    with pytest.raises(NotMeasured, match=f"make bench SECTION={section}"):
        read(text)


def test_the_benchmarks_of_this_checkout_are_understood() -> None:
    measured = read((Path(__file__).parents[3] / "docs/benchmarks.md").read_text())
    assert 0.0001 < measured.ack < 1
    assert 0.000001 < measured.delivery < 0.01
    assert 0.01 < measured.cold_start < 10
