"""Makes a backup. The order is what makes it consistent; the package's docstring says why."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from infra.backup import cassandra, mongodb, postgres
from infra.backup.archive import FORMAT, Manifest, written
from infra.backup.deployment import SECRETS, Deployment
from infra.schema.migrate import ledgers
from infra.stores import needed


async def create(deployment: Deployment, path: Path, secrets: bytes | None) -> Manifest:
    """Write everything into a new file at `path`, and with it the secrets of a data folder, where there are any.

    Raises ArchiveExists, LogIncomplete, and what the stores raise.
    """
    began = now()
    with written(path) as writer:
        schemas = await _schemas(deployment)
        flushed = await mongodb.dump_heads(deployment.mongodb, writer)
        await mongodb.dump_rest(deployment.mongodb, writer)
        if deployment.cassandra is not None:
            await cassandra.dump(deployment.cassandra, deployment.keyspace, writer, flushed)
        # Every room was in PostgreSQL before it had a log.
        found = await postgres.room_ids(deployment.postgres_url)
        rooms, messages = await mongodb.dump_logs(deployment.mongodb, writer, found, flushed)
        await postgres.dump(deployment.postgres_url, writer)
        if secrets is not None:
            writer.bytes(SECRETS, secrets)
        manifest = Manifest(FORMAT, began, now(), deployment.history, schemas, rooms, messages, writer.members)
        writer.finish(manifest)
    return manifest


async def _schemas(deployment: Deployment) -> Mapping[str, list[list[object]]]:
    """What each store has applied."""
    schemas: dict[str, list[list[object]]] = {}
    for name, url, open_ledger, _ in ledgers(deployment.settings, needed(deployment.history)):
        async with open_ledger(url) as ledger:
            applied = await ledger.applied()
        schemas[name] = [[it.number, it.name, it.checksum] for _, it in sorted(applied.items())]
    return schemas


def now() -> str:
    """This moment, as ISO 8601 has it."""
    return datetime.now(UTC).isoformat(timespec="seconds")
