"""`python -m tests.faults [--seed N] [--seconds S] [--only WORD]`: every fault for a while, and one table."""

import argparse
import asyncio
import logging
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from random import SystemRandom
from typing import Final

from tests.faults.play import COLUMNS, Result, play
from tests.faults.rows import ROWS, Row
from tests.faults.stage import open_arena
from tests.faults.stores import faulty_stores

_SEEDS: Final = 2**32


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seed", type=int, help="the same choices as another run's; without it, new ones")
    parser.add_argument("--seconds", type=float, default=20.0, help="how long each fault goes on; default: %(default)s")
    parser.add_argument("--only", metavar="WORD", default="", help="only faults whose name has this in it")
    return parser.parse_args(arguments)


async def _run(rows: Sequence[Row], seed: int, seconds: float) -> list[Result]:
    """Play the rows one after the other; each says how it ended as soon as it has."""
    results: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="parley-faults-") as folder:
        async with faulty_stores(Path(folder)) as stores, open_arena(stores, Path(folder)) as arena:
            for row in rows:
                result = await play(row, arena, seed, seconds)
                results.append(result)
                _say(f"{'survived' if result.good else 'FAILED'}: {result.fault}")
                for problem in [*result.verdict.problems, result.broken]:
                    _say(f"    {problem}" if problem else "")
    return results


def _table(results: Sequence[Result]) -> str:
    """Markdown, numbers to the right."""
    rows = [COLUMNS, *(it.cells for it in results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]

    def line(cells: Sequence[str]) -> str:
        first, *rest = (cell.ljust(width) for cell, width in zip(cells, widths, strict=True))
        return " | ".join(["| " + first, *(it.strip().rjust(len(it)) for it in rest)]) + " |"

    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join([line(COLUMNS), line(rule), *map(line, rows[1:])])


def _say(text: str) -> None:
    if text:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; 0 if every fault was survived."""
    options = _parse(arguments)
    rows = [it for it in ROWS if options.only.lower() in it.name.lower()]
    if not rows:
        sys.stderr.write(f"No fault has {options.only!r} in its name. There are:\n")
        sys.stderr.writelines(f"  {it.name}\n" for it in ROWS)
        return 2
    seed = SystemRandom().randrange(_SEEDS) if options.seed is None else options.seed
    # Functions are killed all the time here: what the gateway says of that would hide what matters.
    logging.getLogger("gateway").setLevel(logging.CRITICAL)
    _say(f"seed {seed}, {options.seconds:g} s for each of {len(rows)} faults")
    results = asyncio.run(_run(rows, seed, options.seconds))
    _say(_table(results))
    return 0 if all(it.good for it in results) else 1


if __name__ == "__main__":
    sys.exit(main())
