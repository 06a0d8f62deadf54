"""Run files: how commands find a gateway."""

import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from infra.gateway.run_file import Run, RunFileError, announced, find_runs, runs_folder

RUN = Run(os.getpid(), "/project", "http://127.0.0.1:1", "us-east-1", "AKIA", "secret")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return runs_folder({"XDG_RUNTIME_DIR": str(tmp_path)})


def test_a_gateway_is_found_as_long_as_it_runs(folder: Path) -> None:
    with announced(RUN, folder):
        assert find_runs(folder) == [RUN]
    assert find_runs(folder) == []


def test_several_are_found_in_the_order_of_their_ids(folder: Path) -> None:
    other = replace(RUN, pid=RUN.pid + 1)
    with announced(other, folder), announced(RUN, folder):
        assert find_runs(folder) == [RUN, other]


def test_only_its_owner_can_read_it(folder: Path) -> None:
    with announced(RUN, folder) as path:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_file_of_a_killed_gateway_is_removed_whatever_has_its_process_id(folder: Path) -> None:
    code = (
        "import os, sys, pathlib; from infra.gateway.run_file import *;"
        "run = Run(int(sys.argv[2]), '/p', 'u', 'r', 'a', 's');"
        "context = announced(run, pathlib.Path(sys.argv[1])); context.__enter__(); os.kill(os.getpid(), 9)"
    )
    # The id is that of this process, which lives: the lock alone tells.
    subprocess.run([sys.executable, "-c", code, str(folder), str(os.getpid())], check=False, timeout=30)
    (left,) = folder.iterdir()
    assert find_runs(folder) == []
    assert not left.exists()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pid": 1}'])
def test_a_file_that_cannot_be_understood_is_no_gateway(folder: Path, content: str) -> None:
    (folder / "1.json").write_text(content)
    assert find_runs(folder) == []


def test_a_folder_that_others_can_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "chalice-gateway").mkdir()
    (tmp_path / "chalice-gateway").chmod(0o755)
    with pytest.raises(RunFileError, match=r"is not yours alone: remove it, or set XDG_RUNTIME_DIR to another\.$"):
        runs_folder({"XDG_RUNTIME_DIR": str(tmp_path)})


def test_a_link_to_another_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (tmp_path / "chalice-gateway").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RunFileError, match="is not yours alone"):
        runs_folder({"XDG_RUNTIME_DIR": str(tmp_path)})


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(RunFileError, match=r"cannot be used \(No such file or directory\)"):
        runs_folder({"XDG_RUNTIME_DIR": str(tmp_path / "nowhere")})


def test_without_a_runtime_folder_the_users_own_in_the_temporary_one_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert runs_folder({}) == tmp_path / f"chalice-gateway-{os.geteuid()}"
