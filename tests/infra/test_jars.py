"""Cassandra's jars arrive whole or not at all."""

import errno
import gc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from infra.stores.cassandra.jars import cache_folder, ensure_jars
from infra.stores.errors import DownloadFailed
from tests.infra.maven import CONTENT, Repository, serve, write_lock

# jgo leaves the answers of failed requests, and so their sockets, to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    yield
    gc.collect()


@pytest.fixture
def repository() -> Iterator[Repository]:
    with serve() as repository:
        yield repository


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    return write_lock(tmp_path / "jgo.lock.toml")


def _ensure(lock: Path, repository: Repository, said: list[str] | None = None) -> dict[str, bytes]:
    progress = (said if said is not None else []).append
    jars = ensure_jars(lock, lock.parent / "cache", progress, {"local": repository.address})
    return {jar.name.removesuffix("-1.0.jar"): jar.read_bytes() for jar in jars}


def test_jars_are_fetched_once(lock: Path, repository: Repository) -> None:
    said: list[str] = []
    assert _ensure(lock, repository, said) == CONTENT
    assert said == [
        "Downloading Apache Cassandra: 5 files, once for all checkouts",
        "Downloading Apache Cassandra: 5 of 5",
    ]
    assert sorted(repository.fetched) == sorted(CONTENT)
    said.clear()
    assert _ensure(lock, repository, said) == CONTENT
    assert said == []
    assert len(repository.fetched) == len(CONTENT)


def test_two_checkouts_that_start_at_once_fetch_each_jar_once(lock: Path, repository: Repository) -> None:
    with ThreadPoolExecutor() as pool:
        results = list(pool.map(lambda _: _ensure(lock, repository), range(2)))
    assert results == [CONTENT, CONTENT]
    assert sorted(repository.fetched) == sorted(CONTENT)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("cut short", "ChunkedEncodingError"),
        ("wrong", "the file that arrived is not the one that was published"),
        ("missing", "not found in the repository"),
    ],
)
def test_a_broken_download_is_one_clear_sentence_and_the_next_try_works(
    lock: Path, repository: Repository, fault: str, reason: str
) -> None:
    repository.broken["part-3"] = fault
    with pytest.raises(DownloadFailed) as failure:
        _ensure(lock, repository)
    assert str(failure.value) == (
        f"Downloading part-3-1.0.jar failed ({reason}): "
        "check the network and the disk, then run the same command again."
    )
    repository.broken.clear()
    assert _ensure(lock, repository) == CONTENT


def test_without_a_network_the_error_says_so(lock: Path) -> None:
    nowhere = Repository()
    nowhere.address = "http://127.0.0.1:1"
    with pytest.raises(DownloadFailed, match=r"part-\d-1\.0\.jar failed \(ConnectionError\): check the network"):
        _ensure(lock, nowhere)


def test_a_damaged_jar_is_fetched_again(lock: Path, repository: Repository) -> None:
    _ensure(lock, repository)
    next((lock.parent / "cache").glob("jars-*/part-2-1.0.jar")).write_bytes(b"rotten")
    repository.fetched.clear()
    assert _ensure(lock, repository) == CONTENT
    assert repository.fetched == ["part-2"]


def test_what_a_killed_download_left_is_removed(lock: Path, repository: Repository) -> None:
    leftover = lock.parent / "cache" / "download-killed"
    leftover.mkdir(parents=True)
    _ensure(lock, repository)
    assert not leftover.exists()


def test_a_disk_that_cannot_be_written_is_told_in_the_systems_words(
    lock: Path, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_space(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "replace", no_space)
    with pytest.raises(DownloadFailed, match="No space left on device"):
        _ensure(lock, repository)


def test_the_cache_is_the_users_and_shared_by_checkouts(tmp_path: Path) -> None:
    assert cache_folder({"XDG_CACHE_HOME": str(tmp_path)}) == tmp_path / "parley"
    assert cache_folder({}) == Path("~/.cache/parley").expanduser()
