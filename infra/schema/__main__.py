"""`python -m infra.schema`: migrate the stores that the environment names."""

import argparse
import asyncio
import os
import sys
from pathlib import Path

from infra.schema.migrate import Outcome, migrate
from infra.schema.migrations import SchemaError
from infra.schema.placement import settle
from infra.stores import MONGODB, HistoryStore, StoreError, choose_store, needed


def main() -> int:
    """Print one line per store; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m infra.schema",
        description="Bring the schemas of the stores named by POSTGRES_URL, MONGODB_URL and CASSANDRA_HOSTS up to "
        "date. A store whose variable is not set is left out, and so is Cassandra with HISTORY_STORE=mongodb. Refuses "
        "a HISTORY_STORE that does not have the deployment's history.",
    )
    parser.add_argument("--wait", type=float, default=10, metavar="SECONDS", help="for the servers to answer; 10")
    options = parser.parse_args()
    try:
        history = HistoryStore.from_environment(os.environ)
        variables = needed(history)
        given = [name for name in variables if os.environ.get(name)]
        if not given:
            print(f"Nothing to migrate: set one or more of {', '.join(variables)}.", file=sys.stderr)
            return 2
        outcomes = asyncio.run(_migrate(given, history, options.wait))
    except (StoreError, SchemaError) as error:
        print(error, file=sys.stderr)
        return 1
    for outcome in outcomes:
        print(f"{outcome.store}: {len(outcome.applied)} applied, schema at {outcome.number}")
    return 0


async def _migrate(given: list[str], history: HistoryStore, wait: float) -> list[Outcome]:
    for variable in given:
        await choose_store(variable, Path()).ready(wait)
    if MONGODB in given:
        await settle(os.environ[MONGODB], history)
    return await migrate(os.environ, given)


if __name__ == "__main__":
    sys.exit(main())
