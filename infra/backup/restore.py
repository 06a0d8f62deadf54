"""Restores a backup into empty stores, and reads everything back before it says that it is done."""

import os
from pathlib import Path
from typing import Final

from chalicelib.domain.log import EMPTY
from chalicelib.domain.messages import Span
from infra.backup import cassandra, mongodb, postgres
from infra.backup.archive import Manifest, Reader
from infra.backup.deployment import SECRETS, Deployment, Say
from infra.backup.errors import ArchiveNewer, LogIncomplete, NotAsArchived
from infra.backup.settle import services, settle
from infra.schema.migrate import ledgers, migrate, migrate_store
from infra.schema.migrations import Applied, pending
from infra.stores import HistoryStore, needed

_PAGE: Final = 500
"""Messages that are read at a time."""


def opened(path: Path) -> Reader:
    """The archive, read once to its end. Raises NotAnArchive, ArchiveNewer, ArchiveDamaged."""
    reader = Reader(path)
    try:
        reader.verify()
        for name, _, _, known in ledgers({}, needed(HistoryStore(reader.manifest.history))):
            if len(reader.manifest.schemas[name]) > len(known):
                raise ArchiveNewer(path, f"its {name} schema is at {len(reader.manifest.schemas[name])}")
    except BaseException:
        reader.close()
        raise
    return reader


async def restore(deployment: Deployment, reader: Reader, say: Say, *, end_sessions: bool = False) -> None:
    """Load the archive into the stores, verify them, and make them fit to go on.

    Raises StoreNotEmpty, NotAsArchived, LogIncomplete, SchemaError.
    """
    manifest = reader.manifest
    await mongodb.refuse_data(deployment.mongodb)
    await _migrate_as_archived(deployment, manifest)
    if deployment.cassandra is not None:
        await cassandra.refuse_data(deployment.cassandra)
    await postgres.load(deployment.postgres_url, reader)
    if deployment.cassandra is not None:
        await cassandra.load(deployment.cassandra, deployment.keyspace, reader)
    # Last: until its heads are there, a deployment has no history, and the next restore finds the stores in use.
    await mongodb.load(deployment.mongodb, reader)
    say("Loaded; reading everything back")
    await verify(deployment, reader)
    await migrate(deployment.settings, only=needed(deployment.history))
    say(f"Verified: {manifest.rooms} rooms, {manifest.messages} messages, as of {manifest.began}")
    await settle(deployment, say, since=manifest.began, end_sessions=end_sessions)


async def verify(deployment: Deployment, reader: Reader) -> None:
    """Compare the stores, which nobody else uses, with the archive. Raises NotAsArchived or LogIncomplete."""
    flushed = mongodb.heads_of(reader)
    different = await postgres.changed(deployment.postgres_url, reader)
    different += await mongodb.changed(deployment.mongodb, reader)
    if deployment.cassandra is not None:
        different += await cassandra.changed(deployment.cassandra, deployment.keyspace, reader, flushed)
    if different:
        raise NotAsArchived(different[0])
    _dense_logs(reader, flushed)
    await _dense_histories(deployment, flushed)


def _dense_logs(reader: Reader, flushed: mongodb.Heads) -> None:
    """What a room's history lacks is in its log: each place once, each number once."""
    ends = dict(flushed)
    for event in reader.decoded(mongodb.EVENTS):
        room = event["room"]
        end = ends.get(room, EMPTY)
        if event["seq"] <= flushed.get(room, EMPTY).seq:
            continue
        if event["seq"] != end.seq + 1 or event["n"] != end.n + (event["type"] == "message.created"):
            raise LogIncomplete(room, f"event {end.seq + 1} is missing")
        ends[room] = mongodb.end_of(event)


async def _dense_histories(deployment: Deployment, flushed: mongodb.Heads) -> None:
    """Every flushed message is there, once."""
    async with services(deployment) as parley:
        for room, end in flushed.items():
            for low in range(1, end.n + 1, _PAGE):
                span = Span(low, min(low + _PAGE - 1, end.n))
                numbers = [it.n for it in await parley.stores.history.read(room, span)]
                if numbers != list(range(span.low, span.high + 1)):
                    raise LogIncomplete(room, f"of its messages {span.low} to {span.high} there are {len(numbers)}")


async def _migrate_as_archived(deployment: Deployment, manifest: Manifest) -> None:
    """The schemas as they were: later migrations may change what is about to be loaded."""
    for name, url, open_ledger, known in ledgers(deployment.settings, needed(deployment.history)):
        had = {number: Applied(number, *rest) for number, *rest in manifest.schemas[name]}
        pending(name, known, had)
        await migrate_store(name, url, open_ledger, known[: len(had)])


def keep_secrets(reader: Reader, folder: Path) -> bool:
    """Put the archive's secrets, if it has some, into a data folder; whether it had."""
    if SECRETS not in reader.names:
        return False
    descriptor = os.open(folder / SECRETS, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.writelines(reader.chunks(SECRETS))
    return True
