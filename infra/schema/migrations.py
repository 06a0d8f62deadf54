"""Numbered migrations as values: read from a folder, compared with what a store has applied.

A folder holds `0001_name.sql`, `0002_name.sql` and so on. A file never changes once it has been applied somewhere.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_FILE_NAME = re.compile(r"(?P<number>\d{4})_(?P<name>[a-z0-9_]+)")


@dataclass(frozen=True)
class Migration:
    """One step of one store's schema."""

    number: int
    name: str
    text: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the text, in hexadecimal digits: how an edit made after the fact is noticed."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def __str__(self) -> str:
        return f"{self.number:04}_{self.name}"


@dataclass(frozen=True)
class Applied:
    """What a store remembers of a migration."""

    number: int
    name: str
    checksum: str


class SchemaError(Exception):
    """The schema of a store cannot be brought up to date. The message is one clear sentence.

    SchemaError
      MigrationsIncomplete   files are missing or misnamed
      SchemaNewer            the store was used by a newer Parley
      MigrationEdited        a file is not what was applied
      MigrationMissing       the store lacks one that comes before others it has
      MigrationFailed        the store refused a statement
      UnknownHistoryStore    no history can be there (history_store.py)
      HistoryElsewhere       the deployment's history is in another store (placement.py)
    """


class MigrationsIncomplete(SchemaError):
    """The numbers in a folder are not 1, 2, 3 and so on."""

    def __init__(self, folder: Path, number: int) -> None:
        super().__init__(f"The migrations in {folder} have none, or more than one, with number {number:04}.")


class SchemaNewer(SchemaError):
    """Running old code on a newer schema would damage data."""

    def __init__(self, store: str, found: int, known: int) -> None:
        super().__init__(
            f"The {store} schema is at number {found}, but this version of Parley knows only up to {known}: "
            "run the newer version of Parley that made it, or use another DATA_DIR= or database."
        )


class MigrationEdited(SchemaError):
    """The file and the schema have gone separate ways."""

    def __init__(self, store: str, migration: Migration) -> None:
        super().__init__(
            f"The {store} migration {migration} was changed after it had been applied: "
            "restore that file, and put the change into a new migration."
        )


class MigrationMissing(SchemaError):
    """The store's own record has a hole."""

    def __init__(self, store: str, number: int, newest: int) -> None:
        super().__init__(
            f"{store} has applied migration {newest}, but not {number}: its schema_migrations were tampered with; "
            "restore them from a backup."
        )


class MigrationFailed(SchemaError):
    """The store refused a migration; those before it stay applied."""

    def __init__(self, store: str, migration: Migration, reason: object) -> None:
        super().__init__(f"The {store} migration {migration} failed: {reason}")


def load(folder: Path, suffix: str) -> list[Migration]:
    """All migrations of a folder, in order, without gaps. Raises MigrationsIncomplete."""
    names = ((path, _FILE_NAME.fullmatch(path.stem)) for path in sorted(folder.glob(f"*{suffix}")))
    found = [Migration(int(name["number"]), name["name"], path.read_text()) for path, name in names if name]
    for expected, migration in enumerate(found, start=1):
        if migration.number != expected:
            raise MigrationsIncomplete(folder, min(expected, migration.number))
    return found


def pending(store: str, known: Sequence[Migration], applied: Mapping[int, Applied]) -> list[Migration]:
    """What is still to be applied, in order.

    Raises SchemaNewer, MigrationMissing or MigrationEdited when the store is not where the code could take it on.
    """
    newest = max(applied, default=0)
    if newest > len(known):
        raise SchemaNewer(store, newest, len(known))
    for migration in known[:newest]:
        if migration.number not in applied:
            raise MigrationMissing(store, migration.number, newest)
        if applied[migration.number].checksum != migration.checksum:
            raise MigrationEdited(store, migration)
    return list(known[newest:])
