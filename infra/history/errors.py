"""Why a history cannot be moved: one clear sentence each, what happened and what to do."""

from pathlib import Path

from infra.stores import HistoryStore


class MoveError(Exception):
    """The message is for the user.

    MoveError
      NothingThere
      SameStore
      NotTheSource
      StillFlushing
    """


class NothingThere(MoveError):
    """A wrong folder would be made a new, empty deployment."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"There is no Parley in {folder}: name the folder of its data with DATA_DIR=, or its servers with "
            "MONGODB_URL= and CASSANDRA_HOSTS=."
        )


class SameStore(MoveError):
    """From and to are the same."""

    def __init__(self, store: HistoryStore) -> None:
        super().__init__(f"From {store} to {store} there is nothing to move: name two stores.")


class NotTheSource(MoveError):
    """What is there is of an earlier time, and would be written over what is newer."""

    def __init__(self, source: HistoryStore, found: HistoryStore) -> None:
        super().__init__(
            f"The history of this deployment is in {found.label}, so {source.label} has nothing newer to move: "
            f"start Parley with HISTORY_STORE={found}."
        )


class StillFlushing(MoveError):
    """Something was flushed into the source after the last look at it."""

    def __init__(self, rooms: int) -> None:
        super().__init__(
            f"{rooms} room{'s were' if rooms > 1 else ' was'} flushed while the history was being moved: stop Parley, "
            "or at least its flushes, and run the same command again."
        )
