"""The secrets of one data folder: made on its first run, kept for as long as its data."""

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from infra.run.errors import SecretsUnreadable

NAMES = ("PASSWORD_PEPPER", "TOKEN_KEYS")
_BYTES = 32


def load_keys(path: Path, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """PASSWORD_PEPPER (64 hexadecimal digits) and TOKEN_KEYS (`id:key`, likewise), for the functions.

    What the environment sets comes first. Raises SecretsUnreadable.
    """
    if not path.exists():
        _write(path, {"PASSWORD_PEPPER": secrets.token_hex(_BYTES), "TOKEN_KEYS": f"1:{secrets.token_hex(_BYTES)}"})
    try:
        kept = json.loads(path.read_text())
        return {name: environment.get(name) or str(kept[name]) for name in NAMES}
    except OSError as error:
        raise SecretsUnreadable(path, error.strerror or "unreadable") from error
    except (ValueError, KeyError, TypeError) as error:
        raise SecretsUnreadable(path, "it is damaged") from error


def _write(path: Path, content: Mapping[str, str]) -> None:
    """All or nothing, and for the owner's eyes only from the first byte on."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(content, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
