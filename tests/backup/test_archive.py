"""The file of a backup: whole or not there, for its owner's eyes, and any change of it is noticed."""

import stat
import zipfile
from pathlib import Path

import bson
import pytest

from infra.backup.archive import FORMAT, Manifest, Reader, Tally, written
from infra.backup.errors import ArchiveDamaged, ArchiveExists, ArchiveNewer, NotAnArchive

ROWS = [{"_id": n, "text": f"row {n}"} for n in range(50)]


async def make(path: Path, format_: int = FORMAT) -> Path:
    with written(path) as writer:
        async with writer.documents("mongodb/rows.bson") as sink:
            for row in ROWS:
                sink.document(bson.encode(row))
        with writer.lines("postgres/names(id).copy") as sink:
            sink.text(b"ada\ngra")
            sink.text(b"ce\n")
        writer.finish(Manifest(format_, "then", "now", "mongodb", {}, 1, 50))
    return path


async def test_what_is_written_is_read_back_with_counts_and_checksums(tmp_path: Path) -> None:
    path = await make(tmp_path / "new" / "one.backup")
    assert [it.name for it in path.parent.iterdir()] == ["one.backup"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    reader = Reader(path)
    reader.verify()
    assert list(reader.decoded("mongodb/rows.bson")) == ROWS
    assert b"".join(reader.chunks("postgres/names(id).copy")) == b"ada\ngrace\n"
    assert {name: it.rows for name, it in reader.manifest.members.items()} == {
        "mongodb/rows.bson": 50,
        "postgres/names(id).copy": 2,
    }
    reader.close()


def test_what_is_not_finished_leaves_no_file(tmp_path: Path) -> None:
    def fail() -> None:
        with written(tmp_path / "one.backup") as writer:
            writer.bytes("a", b"half")
            raise OSError("the store went away")

    with pytest.raises(OSError, match="the store went away"):
        fail()
    assert list(tmp_path.iterdir()) == []


async def test_what_a_killed_backup_left_is_no_backup_and_in_nobodys_way(tmp_path: Path) -> None:
    whole = (await make(tmp_path / "one.backup")).read_bytes()
    half = tmp_path / "two.backup.partial"
    half.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(NotAnArchive, match="is no whole backup of Parley"):
        Reader(half)
    await make(tmp_path / "two.backup")
    assert not half.exists()


async def test_no_backup_is_written_over(tmp_path: Path) -> None:
    path = await make(tmp_path / "one.backup")
    before = path.read_bytes()
    with pytest.raises(ArchiveExists, match="choose another file with BACKUP="):
        await make(path)
    assert path.read_bytes() == before


async def test_a_changed_byte_is_noticed(tmp_path: Path) -> None:
    path = await make(tmp_path / "one.backup")
    changed = bytearray(path.read_bytes())
    # In the middle of the first stream, after its header.
    changed[120] ^= 0x55
    path.write_bytes(changed)
    reader = Reader(path)
    with pytest.raises(ArchiveDamaged, match="restore another backup"):
        reader.verify()
    reader.close()


async def test_a_stream_that_was_replaced_is_noticed(tmp_path: Path) -> None:
    path = await make(tmp_path / "one.backup")
    forged = tmp_path / "forged.backup"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(forged, "w") as new:
        for name in old.namelist():
            new.writestr(name, b"eve\n" if name.startswith("postgres/") else old.read(name))
    reader = Reader(forged)
    with pytest.raises(ArchiveDamaged, match="names"):
        reader.verify()
    reader.close()


async def test_one_of_a_later_version_is_refused(tmp_path: Path) -> None:
    path = await make(tmp_path / "one.backup", FORMAT + 1)
    with pytest.raises(ArchiveNewer, match="made by a newer Parley"):
        Reader(path)


def test_documents_count_in_any_order_and_each_time() -> None:
    one, other, twice = Tally(), Tally(), Tally()
    for row in (b"a", b"b"):
        one.document(row)
        twice.document(row)
    for row in (b"b", b"a"):
        other.document(row)
        twice.document(row)
    assert one.content == other.content != twice.content
