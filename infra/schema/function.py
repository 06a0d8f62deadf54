"""The function that migrates the stores of a deployment; invoked once before each new version is deployed."""

import asyncio
import os
from collections.abc import Mapping

from infra.schema.history_store import MONGODB, POSTGRES, HistoryStore, needed
from infra.schema.ledgers import postgres
from infra.schema.migrate import migrate
from infra.schema.placement import settle


def migrate_stores(_event: object, _context: object) -> list[Mapping[str, object]]:
    """Bring the schemas of the stores there are up to date: what was done to each.

    Raises what `migrate` raises, and HistoryElsewhere for a HISTORY_STORE that has not the deployment's history; Lambda
    answers that as `FunctionError`, with the exception's message.
    """
    return asyncio.run(_migrate())


async def _migrate() -> list[Mapping[str, object]]:
    history = HistoryStore.from_environment(os.environ)
    # Two deployments at once: the second waits, and then has nothing left to do.
    async with postgres.alone(os.environ[POSTGRES]):
        await settle(os.environ[MONGODB], history)
        outcomes = await migrate(os.environ, needed(history))
    return [
        {"store": it.store, "applied": [str(migration) for migration in it.applied], "number": it.number}
        for it in outcomes
    ]
