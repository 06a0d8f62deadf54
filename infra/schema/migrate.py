"""Bring the stores' schemas up to date. Safe to repeat, and to run twice at once."""

import asyncio
import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from infra.schema.ledgers import OpenLedger, cassandra, mongodb, postgres
from infra.schema.ledgers.cassandra import DEFAULT_KEYSPACE, Keyspace
from infra.schema.migrations import Migration, load, pending

__all__ = ["DEFAULT_KEYSPACE", "Outcome", "ledgers", "migrate", "migrate_store"]

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class _Kind:
    name: str
    folder: Path
    suffix: str
    open_ledger: OpenLedger


def _kinds(environment: Mapping[str, str]) -> dict[str, _Kind]:
    in_keyspace = partial(cassandra.open_ledger, keyspace=Keyspace.from_environment(environment))
    return {
        "POSTGRES_URL": _Kind("PostgreSQL", _HERE / "postgres", ".sql", postgres.open_ledger),
        "MONGODB_URL": _Kind("MongoDB", _HERE / "mongodb", ".json", mongodb.open_ledger),
        "CASSANDRA_HOSTS": _Kind("Cassandra", _HERE / "cassandra", ".cql", in_keyspace),
    }


def ledgers(
    environment: Mapping[str, str], variables: Collection[str]
) -> Iterator[tuple[str, str, OpenLedger, list[Migration]]]:
    """The stores behind those of the variables: name, address, how its ledger is opened, and all migrations known."""
    for variable, kind in _kinds(environment).items():
        if variable in variables:
            yield kind.name, environment.get(variable, ""), kind.open_ledger, load(kind.folder, kind.suffix)


@dataclass(frozen=True)
class Outcome:
    """What was done to one store."""

    store: str
    applied: list[Migration]
    """Those applied just now, in order."""
    number: int
    """The number the schema is at."""


async def migrate_store(store: str, url: str, open_ledger: OpenLedger, known: list[Migration]) -> Outcome:
    """Apply what is missing, in order. Raises SchemaError."""
    async with open_ledger(url) as ledger:
        missing = pending(store, known, await ledger.applied())
        for migration in missing:
            await ledger.apply(migration)
    return Outcome(store, missing, len(known))


async def migrate(environment: Mapping[str, str] = os.environ, only: Collection[str] | None = None) -> list[Outcome]:
    """Migrate the stores named by POSTGRES_URL, MONGODB_URL and CASSANDRA_HOSTS, at the same time.

    `only` limits this to some of the variables. Raises SchemaError, KeyError for a variable that is not set, and
    the drivers' own errors when a server cannot be reached.
    """
    kinds = {variable: kind for variable, kind in _kinds(environment).items() if only is None or variable in only}
    ended = await asyncio.gather(
        *(
            migrate_store(kind.name, environment[variable], kind.open_ledger, load(kind.folder, kind.suffix))
            for variable, kind in kinds.items()
        ),
        # None is cut off in the middle because another one failed.
        return_exceptions=True,
    )
    outcomes: list[Outcome] = []
    for each in ended:
        if isinstance(each, BaseException):
            raise each
        outcomes.append(each)
    return outcomes
