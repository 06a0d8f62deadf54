"""`python -m infra.schema`: migrate the stores that the environment names."""

import argparse
import asyncio
import os
import sys
from pathlib import Path

from infra.schema.migrate import Outcome, migrate
from infra.schema.migrations import SchemaError
from infra.stores import VARIABLES, StoreError, choose_store


def main() -> int:
    """Print one line per store; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m infra.schema",
        description="Bring the schemas of the stores named by POSTGRES_URL, MONGODB_URL and CASSANDRA_HOSTS up to "
        "date. A store whose variable is not set is left out.",
    )
    parser.add_argument("--wait", type=float, default=10, metavar="SECONDS", help="for the servers to answer; 10")
    options = parser.parse_args()
    given = [name for name in VARIABLES if os.environ.get(name)]
    if not given:
        print(f"Nothing to migrate: set one or more of {', '.join(VARIABLES)}.", file=sys.stderr)
        return 2
    try:
        outcomes = asyncio.run(_migrate(given, options.wait))
    except (StoreError, SchemaError) as error:
        print(error, file=sys.stderr)
        return 1
    for outcome in outcomes:
        print(f"{outcome.store}: {len(outcome.applied)} applied, schema at {outcome.number}")
    return 0


async def _migrate(given: list[str], wait: float) -> list[Outcome]:
    for variable in given:
        await choose_store(variable, Path()).ready(wait)
    return await migrate(os.environ, given)


if __name__ == "__main__":
    sys.exit(main())
