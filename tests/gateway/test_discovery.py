"""Loading a project: importing an app runs its code, whatever that does."""

import sys
from pathlib import Path

import pytest

from infra.gateway.shell.discovery import PRINTED_LIMIT, ProjectError, discover
from tests.gateway.conftest import alive, until, write_project

APP = "from chalice import Chalice\napp = Chalice(app_name='made')\n@app.lambda_function()\ndef work(e, c): return 1\n"
VARIABLES = {"PATH": "/usr/bin:/bin"}


async def test_what_an_app_prints_does_not_spoil_its_manifest(tmp_path: Path) -> None:
    project = write_project(tmp_path, f"print('{{}}')\n{APP}")
    assert list((await discover(project, "dev", VARIABLES)).functions) == ["work"]


async def test_a_broken_app_is_told_with_the_end_of_what_it_printed(tmp_path: Path) -> None:
    project = write_project(tmp_path, "print('start')\nprint('x' * 1_000_000)\nraise ValueError('at import')\n")
    with pytest.raises(ProjectError, match=r"could not be loaded\.$") as caught:
        await discover(project, "dev", VARIABLES)
    assert caught.value.details.endswith("ValueError: at import\n")
    assert len(caught.value.details) == PRINTED_LIMIT


@pytest.mark.parametrize(
    "leave",
    [
        "import subprocess\nchild = subprocess.Popen(['sleep', '60']).pid",
        "import os, time\nchild = os.fork()\nif child == 0: time.sleep(60); os._exit(0)",
    ],
    ids=["program", "fork"],
)
async def test_what_an_app_leaves_running_is_not_waited_for_and_ended(tmp_path: Path, leave: str) -> None:
    """Those hold all open files of their parent open."""
    keep = f"open({str(tmp_path / 'child')!r}, 'w').write(str(child))\n"
    await discover(write_project(tmp_path, f"{APP}{leave}\n{keep}"), "dev", VARIABLES)
    child = int((tmp_path / "child").read_text())
    await until(lambda: not alive(child))


async def test_an_import_that_takes_too_long_is_one_sentence(tmp_path: Path) -> None:
    project = write_project(tmp_path, "import time\ntime.sleep(60)\n")
    with pytest.raises(ProjectError, match=r"app\.py took longer than 0\.5 s\.$"):
        await discover(project, "dev", VARIABLES, patience=0.5)


async def test_a_process_that_cannot_be_started_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nothing"))
    with pytest.raises(ProjectError, match=r"could not be loaded: No such file or directory\.$"):
        await discover(write_project(tmp_path, APP), "dev", VARIABLES)


async def test_a_folder_that_is_no_project_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"is no Chalice project: it needs app\.py and \.chalice/config\.json\.$"):
        await discover(tmp_path, "dev", VARIABLES)
