"""The function that migrates the stores of a deployment; invoked once before each new version is deployed."""

import asyncio
import os
from collections.abc import Mapping

from infra.schema.ledgers import postgres
from infra.schema.migrate import migrate


def migrate_stores(_event: object, _context: object) -> list[Mapping[str, object]]:
    """Bring all three schemas up to date: what was done to each store.

    Raises what `migrate` raises; Lambda answers that as `FunctionError`, with the exception's message.
    """
    return asyncio.run(_migrate())


async def _migrate() -> list[Mapping[str, object]]:
    # Two deployments at once: the second waits, and then has nothing left to do.
    async with postgres.alone(os.environ["POSTGRES_URL"]):
        outcomes = await migrate()
    return [
        {"store": it.store, "applied": [str(migration) for migration in it.applied], "number": it.number}
        for it in outcomes
    ]
