"""What goes wrong with a store, told to the person who started it: what happened and what to do."""

from pathlib import Path


class StoreError(Exception):
    """A store cannot be used. The message is one clear sentence.

    StoreError
      FolderInUse
      ServerNotFound
      ServerEnded
      ServerNotReady
      DownloadFailed
    """


class NotStarted(RuntimeError):
    """A programming error: the store was asked for something that it has only after `start`."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} has not been started")


class FolderInUse(StoreError):
    """A data folder has one owner at a time, and somebody else is it."""

    def __init__(self, name: str, folder: Path, owner: str) -> None:
        super().__init__(
            f"{name} cannot use {folder}, because process {owner} is using it: "
            "stop that one, or choose another folder with DATA_DIR=."
        )


class ServerNotFound(StoreError):
    """The server named by an environment variable does not answer."""

    def __init__(self, name: str, variable: str) -> None:
        super().__init__(
            f"No {name} answers at the address in {variable}: "
            "start it, correct the address, or unset the variable to use the embedded one."
        )


class ServerEnded(StoreError):
    """A program of an embedded store ended where it should not have."""

    def __init__(self, name: str, log: Path) -> None:
        self.log = log
        super().__init__(f"{name} ended while it was starting: the end of {log} says why.")


class ServerNotReady(StoreError):
    """An embedded store runs, but does not answer in time."""

    def __init__(self, name: str, seconds: float, log: Path) -> None:
        self.log = log
        super().__init__(f"{name} was not ready within {seconds:.0f} seconds: the end of {log} may say why.")


class DownloadFailed(StoreError):
    """What a store needs from a package registry did not arrive whole."""

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(
            f"Downloading {what} failed ({reason}): check the network and the disk, then run the same command again."
        )
