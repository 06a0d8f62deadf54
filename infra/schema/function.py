"""The function that migrates the stores of a deployment; invoked once before each new version is deployed."""

import asyncio
import os
from collections.abc import Mapping
from typing import Final

from infra.schema.history_store import HistoryStore
from infra.schema.ledgers import postgres
from infra.schema.migrate import migrate
from infra.schema.placement import settle

_STORES: Final = {
    HistoryStore.CASSANDRA: ("POSTGRES_URL", "MONGODB_URL", "CASSANDRA_HOSTS"),
    HistoryStore.MONGODB: ("POSTGRES_URL", "MONGODB_URL"),
}


def migrate_stores(_event: object, _context: object) -> list[Mapping[str, object]]:
    """Bring the schemas of the stores there are up to date: what was done to each.

    Raises what `migrate` raises, and HistoryElsewhere for a HISTORY_STORE that has not the deployment's history; Lambda
    answers that as `FunctionError`, with the exception's message.
    """
    return asyncio.run(_migrate())


async def _migrate() -> list[Mapping[str, object]]:
    history = HistoryStore.from_environment(os.environ)
    # Two deployments at once: the second waits, and then has nothing left to do.
    async with postgres.alone(os.environ["POSTGRES_URL"]):
        await settle(os.environ["MONGODB_URL"], history)
        outcomes = await migrate(os.environ, _STORES[history])
    return [
        {"store": it.store, "applied": [str(migration) for migration in it.applied], "number": it.number}
        for it in outcomes
    ]
