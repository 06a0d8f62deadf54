"""The dependency layer and the archives: the same input gives the same bytes, and nothing too large is uploaded."""

import re
import sys
import zipfile
from pathlib import Path

import pytest

from infra.deploy import archive
from infra.deploy.errors import LayerFailed, PackageTooLarge
from infra.deploy.layer import ARCHITECTURES, LOCK, PYTHONS, Target, build, by_package, check_size

HERE = "{}.{}".format(*sys.version_info)

ELF_MACHINES = {"x86_64": 62, "arm64": 183}
"""elf(5): e_machine, the two bytes at offset 18."""


@pytest.fixture
def small_lock(tmp_path: Path) -> Path:
    """Two packages of the real lock file: one with an extension module, one without."""
    entries = re.findall(r"^(?:annotated-types|bcrypt)==.*(?:\n    --hash.*)+", LOCK.read_text(), re.MULTILINE)
    assert len(entries) == 2
    lock = tmp_path / "requirements.txt"
    lock.write_text("\n".join(entries))
    return lock


def test_the_same_files_in_another_order_give_the_same_archive(tmp_path: Path) -> None:
    one = archive.write(tmp_path / "one.zip", {"b": b"2", "a": b"1"})
    two = archive.write(tmp_path / "two.zip", {"a": b"1", "b": b"2"})
    assert one.path.read_bytes() == two.path.read_bytes()
    assert (one.names, one.unzipped, one.digest) == (("a", "b"), 2, two.digest)


def test_an_archive_can_be_read_by_everybody(tmp_path: Path) -> None:
    written = archive.write(tmp_path / "one.zip", {"a.py": b""})
    with zipfile.ZipFile(written.path) as content:
        (entry,) = content.infolist()
    assert entry.external_attr >> 16 & 0o777 == 0o644
    assert entry.date_time == (1980, 1, 1, 0, 0, 0)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_a_layer_has_extensions_for_its_architecture_and_the_same_bytes_every_time(
    tmp_path: Path, small_lock: Path, architecture: str
) -> None:
    target = Target(PYTHONS[-1], architecture)
    first, second = (build(target, tmp_path / name, small_lock) for name in ("first", "second"))
    assert first.path.read_bytes() == second.path.read_bytes()
    with zipfile.ZipFile(first.path) as content:
        extensions = [content.read(name) for name in first.names if name.endswith(".so")]
    assert {int.from_bytes(it[18:20], "little") for it in extensions} == {ELF_MACHINES[architecture]}


def test_the_layer_holds_what_the_functions_import_and_nothing_that_no_import_reads() -> None:
    layer = build(Target(HERE, "x86_64"))
    packages = by_package(layer)
    assert {
        "asyncpg",
        "aws_lambda_powertools",
        "aws_xray_sdk",
        "bcrypt",
        "cassandra",
        "jwt",
        "pydantic",
        "pymongo",
        "uvloop",
    } <= set(packages)
    assert not {"boto3", "botocore", "bin", "chalice"} & set(packages)
    assert all(name.startswith("python/") for name in layer.names)
    assert not [it for it in layer.names if it.endswith((".pyx", ".pyi", ".c", ".pyc", "/RECORD"))]


def test_a_layer_that_is_built_is_not_built_again(tmp_path: Path, small_lock: Path) -> None:
    target = Target(PYTHONS[-1], "x86_64")
    built = build(target, tmp_path, small_lock)
    modified = built.path.stat().st_mtime_ns
    assert build(target, tmp_path, small_lock) == built
    assert built.path.stat().st_mtime_ns == modified


def test_a_lock_file_whose_hashes_do_not_match_is_refused(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.txt"
    lock.write_text(f"idna==3.10 --hash=sha256:{'0' * 64}\n")
    with pytest.raises(LayerFailed, match=r"Python 3.13 on arm64 could not be fetched"):
        build(Target("3.13", "arm64"), tmp_path, lock)
    assert [it.name for it in tmp_path.iterdir()] == ["requirements.txt"]


def test_an_archive_over_the_limit_is_refused_by_name_and_says_what_is_large(tmp_path: Path) -> None:
    layer = archive.write(tmp_path / "one.zip", {"python/big/x.py": b"x" * 3_000_000, "python/small.py": b""})
    check_size("The layer", layer, unzipped=3_000_000)
    with pytest.raises(PackageTooLarge, match=r"The layer has 3.0 MB.*big \(3.0 MB\)"):
        check_size("The layer", layer, unzipped=2_999_999)
