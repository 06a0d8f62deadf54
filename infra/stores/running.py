"""What a data folder says of itself: where the stores of a running Parley are, and that a restore was not finished."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from infra.stores.errors import StoreError

_ADDRESSES: Final = "running.json"
UNFINISHED: Final = "restore-unfinished"


class RestoreUnfinished(StoreError):
    """What is there is a part of something."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"A restore into {folder} was not finished, so what is there is not whole: "
            "run make restore again, with the same settings, or delete the folder."
        )


def announce(folder: Path, settings: Mapping[str, str]) -> None:
    """Say where the stores are, to their owner alone."""
    draft = folder / f"{_ADDRESSES}.new"
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(dict(settings), file)
    draft.rename(folder / _ADDRESSES)


def withdraw(folder: Path) -> None:
    """Say so no more."""
    (folder / _ADDRESSES).unlink(missing_ok=True)


def announced(folder: Path) -> dict[str, str] | None:
    """What was announced. Of a run that was killed it is still there: ask only while the folder is locked."""
    try:
        found = json.loads((folder / _ADDRESSES).read_text())
        return {str(name): str(value) for name, value in found.items()}
    except (OSError, ValueError, AttributeError):
        return None


def begin_restore(folder: Path) -> None:
    """From now on the folder is the part of something."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / UNFINISHED).touch()


def end_restore(folder: Path) -> None:
    """It is whole."""
    (folder / UNFINISHED).unlink()


def is_unfinished(folder: Path) -> bool:
    """Whether a restore into the folder began and did not end."""
    return (folder / UNFINISHED).exists()


def refuse_unfinished(folder: Path) -> None:
    """Raises RestoreUnfinished."""
    if is_unfinished(folder):
        raise RestoreUnfinished(folder)
