"""Zip files that depend on their content alone: the same input gives the same bytes, and nothing is uploaded twice."""

import hashlib
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_TIME: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip file can tell."""
_FILE: Final = 0o100644 << 16
"""Lambda runs as another user than the owner: everybody may read, and nothing in here is a program to be executed."""
_UNIX: Final = 3


@dataclass(frozen=True, slots=True)
class Archive:
    """A zip file as it was written."""

    path: Path
    digest: str
    """SHA-256 of the file, in hexadecimal digits."""
    zipped: int
    """Bytes of the file."""
    unzipped: int
    """Bytes of what is in it."""
    names: tuple[str, ...]


def write(path: Path, files: Mapping[str, bytes]) -> Archive:
    """Write the files, by their names in the archive, in the order of these names. Replaces what is there at once."""
    draft = path.with_suffix(".new")
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _TIME)
            entry.external_attr, entry.create_system = _FILE, _UNIX
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name])
    draft.replace(path)
    return read(path)


def read(path: Path) -> Archive:
    """An archive that was written before."""
    content = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
    return Archive(
        path,
        hashlib.sha256(content).hexdigest(),
        len(content),
        sum(it.file_size for it in entries),
        tuple(it.filename for it in entries),
    )


def files_under(folder: Path, paths: Iterable[Path]) -> dict[str, bytes]:
    """The content of the paths, by their names below the folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
