"""`python -m infra.scale [--check]`: write the tables of docs/scale.md and its plots, or fail when they are stale.

The check leaves the simulations out, which take some seconds; what they start from is in the tables that it compares.
Needs functions/ on the Python path; `make scale` sees to it.
"""

import argparse
import sys
from pathlib import Path
from typing import Final

from infra.scale import charts, report, scenarios
from infra.scale.measured import NotMeasured, read
from infra.scale.simulation.fan_out import push
from infra.scale.simulation.reconnect import reconnect
from infra.scale.usage import Functions, memory_mb

ROOT: Final = Path(__file__).parents[2]
DOCUMENT: Final = ROOT / "docs/scale.md"
IMAGES: Final = ROOT / "docs/images"
BENCHMARKS: Final = ROOT / "docs/benchmarks.md"


def main(arguments: list[str] | None = None) -> int:
    """Write or check; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m infra.scale", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when what is calculated is stale")
    check = parser.parse_args(arguments).check
    try:
        functions = Functions(read(BENCHMARKS.read_text()), memory_mb())
    except NotMeasured as error:
        print(error, file=sys.stderr)
        return 1
    wanted = _calculated(functions) if check else _all(functions)
    stale = {path: text for path, text in wanted.items() if not path.exists() or path.read_text() != text}
    for path, text in stale.items():
        if check:
            print(f"{path.relative_to(ROOT)} is stale: run `make scale` and commit it.", file=sys.stderr)
        else:
            path.write_text(text)
            print(f"wrote {path.relative_to(ROOT)}")
    return 1 if check and stale else 0


def _calculated(functions: Functions) -> dict[Path, str]:
    return {
        DOCUMENT: report.fill(DOCUMENT.read_text(), report.calculated(functions)),
        IMAGES / "scale-cost.svg": charts.cost(functions),
        IMAGES / "scale-requests.svg": charts.requests(functions),
    }


def _all(functions: Functions) -> dict[Path, str]:
    storms = [(it, reconnect(it.case)) for it in scenarios.storms()]
    pushes = [(it, push(it.case)) for it in scenarios.pushes(functions)]
    ordinary = [(it, push(it.case)) for it in scenarios.ordinary(functions)]
    wanted = _calculated(functions)
    return {
        **wanted,
        DOCUMENT: report.fill(wanted[DOCUMENT], report.simulated(storms, pushes, ordinary)),
        IMAGES / "scale-storms.svg": charts.storms(storms),
        IMAGES / "scale-fan-out.svg": charts.pushes(pushes),
    }


if __name__ == "__main__":
    raise SystemExit(main())
