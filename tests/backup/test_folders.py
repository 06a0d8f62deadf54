"""Where a restore goes: into nothing, and what is half of one says so."""

from pathlib import Path

import pytest

from infra.backup.errors import FolderNotEmpty
from infra.backup.folders import restoring
from infra.stores import running
from infra.stores.running import RestoreUnfinished


def test_a_folder_with_data_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text("{}")
    with (
        pytest.raises(FolderNotEmpty, match="has data in it: choose another folder with DATA_DIR="),
        restoring(tmp_path, force=False),
    ):
        raise AssertionError
    assert (tmp_path / "secrets.json").read_text() == "{}"


def test_force_moves_it_aside(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "old").touch()
    with restoring(data, force=True) as folder:
        (folder / "new").touch()
    assert {it.name for it in data.iterdir()} == {"new", "lock"}
    [aside] = [it for it in tmp_path.iterdir() if it != data]
    assert aside.name.startswith("data.before-")
    assert (aside / "old").exists()


def test_a_restore_that_did_not_end_says_so_and_may_be_done_again(tmp_path: Path) -> None:
    data = tmp_path / "data"

    def killed() -> None:
        with restoring(data, force=False) as folder:
            (folder / "half").mkdir()
            raise OSError("killed")

    with pytest.raises(OSError, match="killed"):
        killed()
    with pytest.raises(RestoreUnfinished, match="run make restore again"):
        running.refuse_unfinished(data)
    with restoring(data, force=False) as folder:
        assert not (folder / "half").exists()
    running.refuse_unfinished(data)
    assert {it.name for it in data.iterdir()} == {"lock"}


def test_where_the_stores_are_is_told_to_the_owner_alone(tmp_path: Path) -> None:
    running.announce(tmp_path, {"POSTGRES_URL": "there"})
    assert running.announced(tmp_path) == {"POSTGRES_URL": "there"}
    [path] = tmp_path.iterdir()
    assert path.stat().st_mode & 0o077 == 0
    running.withdraw(tmp_path)
    assert running.announced(tmp_path) is None
