"""Where each store keeps the record of its own migrations, and how one is applied there."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from infra.schema.migrations import Applied, Migration


class Ledger(Protocol):
    """One store's `schema_migrations`."""

    async def applied(self) -> dict[int, Applied]:
        """What has been applied so far, by number."""

    async def apply(self, migration: Migration) -> None:
        """Apply a migration and record it. Raises MigrationFailed.

        Dying in the middle leaves either nothing, or something that applying again completes.
        """


class OpenLedger(Protocol):
    """Connects to the store at `url`, and leaves it at the end."""

    def __call__(self, url: str) -> AbstractAsyncContextManager[Ledger]: ...
