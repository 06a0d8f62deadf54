"""The file of a backup: a zip of streams, its manifest last.

A zip without its end is none, the file has its name only once it is whole and on the disk, and each stream has a count
and a checksum in the manifest: no half of a backup looks like one.
"""

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any, Final

import bson

from infra.backup.errors import ArchiveDamaged, ArchiveExists, ArchiveNewer, NotAnArchive

FORMAT: Final = 1
_MANIFEST: Final = "manifest.json"
_CHUNK: Final = 1 << 20
_MODULUS: Final = 1 << 256


@dataclass(frozen=True, slots=True)
class Content:
    """How much a stream has, and of what: for documents the sum of their SHA-256, which no order changes."""

    rows: int
    checksum: str


class Tally:
    """Counts what goes by. Bytes count in their order, documents in any."""

    def __init__(self) -> None:
        self._rows = 0
        self._sum = 0
        self._stream = hashlib.sha256()

    def document(self, encoded: bytes) -> None:
        """A document or row goes by."""
        self._rows += 1
        self._sum = (self._sum + int.from_bytes(hashlib.sha256(encoded).digest())) % _MODULUS

    def text(self, chunk: bytes) -> None:
        """A part of a text of lines goes by."""
        self._rows += chunk.count(b"\n")
        self._stream.update(chunk)

    @property
    def content(self) -> Content:
        """What has gone by."""
        return Content(self._rows, f"{self._sum:064x}" if self._sum else self._stream.hexdigest())


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive says of itself."""

    format: int
    began: str
    ended: str
    history: str
    """`cassandra` or `mongodb`."""
    schemas: Mapping[str, list[list[Any]]]
    """By store, number, name and checksum of each migration it had."""
    rooms: int
    messages: int
    members: dict[str, Content] = field(default_factory=dict)


class Writer:
    """An archive that is being written."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.members: dict[str, Content] = {}

    @asynccontextmanager
    async def documents(self, name: str) -> AsyncIterator["Sink"]:
        """A stream of BSON documents."""
        with self._member(name) as sink:
            yield sink

    @contextmanager
    def _member(self, name: str) -> Iterator["Sink"]:
        with self._archive.open(name, "w", force_zip64=True) as stream:
            sink = Sink(stream)
            yield sink
        self.members[name] = sink.tally.content

    @contextmanager
    def lines(self, name: str) -> Iterator["Sink"]:
        """A text of lines."""
        with self._member(name) as sink:
            yield sink

    def bytes(self, name: str, content: bytes) -> None:
        """A small file."""
        with self._member(name) as sink:
            sink.text(content)

    def finish(self, manifest: Manifest) -> None:
        """The manifest, last."""
        whole = {**asdict(manifest), "members": {name: asdict(it) for name, it in self.members.items()}}
        self._archive.writestr(_MANIFEST, json.dumps(whole, indent=2))


class Sink:
    """One stream of an archive; without a file it only counts."""

    def __init__(self, stream: IO[bytes] | None = None) -> None:
        self._stream = stream
        self.tally = Tally()

    def document(self, encoded: bytes) -> None:
        """Write one document."""
        self.tally.document(encoded)
        if self._stream is not None:
            self._stream.write(encoded)

    def text(self, chunk: bytes) -> None:
        """Write a part of a text."""
        self.tally.text(chunk)
        if self._stream is not None:
            self._stream.write(chunk)


@contextmanager
def written(path: Path) -> Iterator[Writer]:
    """Write an archive, for its owner's eyes only: under its name when it is whole, or not at all.

    Raises ArchiveExists.
    """
    if path.exists():
        raise ArchiveExists(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.partial")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
                yield Writer(archive)
            file.flush()
            os.fsync(file.fileno())
        # Unlike a rename, this fails where somebody else has made the file meanwhile.
        try:
            os.link(draft, path)
        except FileExistsError:
            raise ArchiveExists(path) from None
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


class Reader:
    """An archive to read. Raises NotAnArchive or ArchiveNewer."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._archive = zipfile.ZipFile(path)
            found = json.loads(self._archive.read(_MANIFEST))
            if found["format"] > FORMAT:
                raise ArchiveNewer(path, f"format {found['format']}")
            members = {name: Content(**it) for name, it in found.pop("members").items()}
            self.manifest = Manifest(**found, members=members)
        except (OSError, zipfile.BadZipFile, zlib.error, KeyError, TypeError, ValueError) as error:
            raise NotAnArchive(path) from error

    @property
    def names(self) -> list[str]:
        """The streams there are."""
        return list(self.manifest.members)

    def verify(self) -> None:
        """Read everything and compare it with the manifest. Raises ArchiveDamaged."""
        for name, content in self.manifest.members.items():
            tally = Tally()
            try:
                if name.endswith(".bson"):
                    for encoded in self.documents(name):
                        tally.document(encoded)
                else:
                    for chunk in self.chunks(name):
                        tally.text(chunk)
            except (zipfile.BadZipFile, zlib.error, KeyError, OSError, EOFError, ValueError) as error:
                raise ArchiveDamaged(self._path, name) from error
            if tally.content != content:
                raise ArchiveDamaged(self._path, name)

    def documents(self, name: str) -> Iterator[bytes]:
        """The documents of a stream, encoded."""
        with self._archive.open(name) as stream:
            while head := stream.read(4):
                length = int.from_bytes(head, "little")
                encoded = head + stream.read(length - 4)
                if len(head) < 4 or len(encoded) != length:
                    raise EOFError(name)
                yield encoded

    def decoded(self, name: str) -> Iterator[dict[str, Any]]:
        """The same, decoded."""
        return map(bson.decode, self.documents(name))

    def chunks(self, name: str) -> Iterator[bytes]:
        """A text, in parts."""
        with self._archive.open(name) as stream:
            while chunk := stream.read(_CHUNK):
                yield chunk

    def close(self) -> None:
        """Close the file."""
        self._archive.close()
