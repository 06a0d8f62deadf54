"""Why there is no backup or no restore: one clear sentence each, what happened and what to do."""

from pathlib import Path


class BackupError(Exception):
    """The message is for the user.

    BackupError
      NothingThere
      NotReachable
      ArchiveExists
      NotAnArchive
      ArchiveDamaged
      ArchiveNewer
      AnotherHistory
      FolderNotEmpty
      StoreNotEmpty
      LogIncomplete
      NotAsArchived
    """


class NothingThere(BackupError):
    """A wrong folder would give a backup of nothing."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"There is no Parley in {folder}: name the folder of its data with DATA_DIR=, or all its servers with "
            "POSTGRES_URL=, MONGODB_URL= and CASSANDRA_HOSTS=."
        )


class NotReachable(BackupError):
    """Somebody has the folder, but does not say where its stores are."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"Parley in {folder} is just starting or stopping: wait until it is ready or has stopped, then try again."
        )


class ArchiveExists(BackupError):
    """No backup is ever written over."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} exists: choose another file with BACKUP=.")


class NotAnArchive(BackupError):
    """Not a backup, or one whose end is missing."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is no whole backup of Parley: choose another one with BACKUP=.")


class ArchiveDamaged(BackupError):
    """Something in it is not what was written."""

    def __init__(self, path: Path, member: str) -> None:
        super().__init__(f"{path} is damaged ({member} is not what its manifest says): restore another backup.")


class ArchiveNewer(BackupError):
    """Made by a later version."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(f"{path} was made by a newer Parley ({what}): restore it with that version.")


class AnotherHistory(BackupError):
    """The history would be where nobody looks for it."""

    def __init__(self, found: str, wanted: str) -> None:
        super().__init__(
            f"The history of this deployment is in {found}, and HISTORY_STORE says {wanted}: "
            f"set HISTORY_STORE={found}; it can be moved later (make move-history)."
        )


class FolderNotEmpty(BackupError):
    """A restore never writes over data."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"{folder} has data in it: choose another folder with DATA_DIR=, or move this one aside with ARGS=--force."
        )


class StoreNotEmpty(BackupError):
    """A restore never writes over data, least of all that of a server."""

    def __init__(self, store: str) -> None:
        super().__init__(
            f"{store} has data in it, of a deployment or of a restore that was not finished: use empty databases."
        )


class LogIncomplete(BackupError):
    """An invariant does not hold: better no backup than one that hides it."""

    def __init__(self, room: str, what: str) -> None:
        super().__init__(f"Room {room} is not complete ({what}): its stores do not belong together, or have lost data.")


class NotAsArchived(BackupError):
    """What was loaded is not what is read back."""

    def __init__(self, member: str) -> None:
        super().__init__(f"After the restore {member} is not what the backup has: restore again, into something empty.")
