"""Parley's stores: embedded in this machine, or servers that are already there.

stores = Stores.choose(folder)
await stores.start()    # all at once; ready when it returns
stores.environment()    # what the functions need to find them
await stores.stop()
"""

import asyncio
import os
from collections.abc import Collection, Mapping
from pathlib import Path

from infra.schema.history_store import CASSANDRA, MONGODB, POSTGRES, VARIABLES, HistoryStore, needed
from infra.stores import cassandra, mongodb, postgres
from infra.stores.base import EmbeddedStore, ExistingServer, Progress, Store
from infra.stores.errors import StoreError

__all__ = [
    "CASSANDRA",
    "MONGODB",
    "POSTGRES",
    "VARIABLES",
    "EmbeddedStore",
    "ExistingServer",
    "HistoryStore",
    "Progress",
    "Store",
    "StoreError",
    "Stores",
    "choose_store",
    "needed",
]

_KINDS = {
    POSTGRES: (postgres.Postgres, postgres.answers),
    MONGODB: (mongodb.MongoDB, mongodb.answers),
    CASSANDRA: (cassandra.Cassandra, cassandra.answers),
}


def choose_store(
    variable: str,
    folder: Path,
    environment: Mapping[str, str] = os.environ,
    *,
    logs: Path | None = None,
    progress: Progress = lambda _: None,
) -> Store:
    """The store behind `variable`: the server it names if it is set, else one embedded in a folder below `folder`.

    `logs` is the folder of the servers' log files; by default each logs into its own data folder.
    """
    embedded, answers = _KINDS[variable]
    if url := environment.get(variable):
        return ExistingServer(embedded.name, url, answers, variable)
    name = embedded.name.lower()
    log = logs / f"{name}.log" if logs else None
    return embedded(folder / name, log=log, progress=progress)


class Stores:
    """Several stores, started and stopped together."""

    def __init__(self, by_variable: Mapping[str, Store]) -> None:
        self.by_variable = by_variable

    @classmethod
    def choose(
        cls,
        folder: Path,
        environment: Mapping[str, str] = os.environ,
        *,
        variables: Collection[str] = VARIABLES,
        logs: Path | None = None,
        progress: Progress = lambda _: None,
    ) -> "Stores":
        """The stores behind `variables`; see choose_store."""
        return cls({name: choose_store(name, folder, environment, logs=logs, progress=progress) for name in variables})

    @property
    def embedded(self) -> list[EmbeddedStore]:
        """Those that run here, as processes of ours."""
        return [store for store in self.by_variable.values() if isinstance(store, EmbeddedStore)]

    def environment(self) -> dict[str, str]:
        """Their addresses by variable: POSTGRES_URL and so on."""
        return {variable: store.url for variable, store in self.by_variable.items()}

    async def start(self, variables: Collection[str] | None = None) -> None:
        """Start those behind `variables` (by default all) at once and wait until they are ready.

        On failure all are stopped, earlier ones too; raises StoreError.
        """
        complete = False
        try:
            async with asyncio.TaskGroup() as group:
                for variable, store in self.by_variable.items():
                    if variables is None or variable in variables:
                        group.create_task(_start(store))
            complete = True
        except ExceptionGroup as errors:
            # The first one is told; the others were cancelled, or failed for much the same reason.
            raise errors.exceptions[0] from None
        finally:
            if not complete:
                await self.stop()

    async def stop(self, grace: float = 4.0) -> None:
        """Stop those that run here, all at once."""
        await asyncio.gather(*(store.stop(grace) for store in self.by_variable.values()))


async def _start(store: Store) -> None:
    await store.start()
    await store.ready()
