"""`make backup` and `make restore`, on `make run`: while it runs, after it stopped, and into a folder of their own."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from infra.processes.ports import free_port
from tests.client import Person, sessions
from tests.infra.parley_run import ParleyRun

ROOT = Path(__file__).parents[2]
WITHOUT_CASSANDRA = {"HISTORY_STORE": "mongodb"}


ENVIRONMENT = {"PATH": os.defpath, "PYTHONPATH": f"{ROOT}:{ROOT / 'functions'}", **WITHOUT_CASSANDRA}


def command(*arguments: str | Path) -> list[str | Path]:
    """The command line."""
    return [sys.executable, "-m", "infra.backup", *arguments]


def backup(*arguments: str | Path) -> tuple[int, str, str]:
    """Run the command: exit status, what it printed, and what on stderr."""
    done = subprocess.run(
        command(*arguments), cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, timeout=120, check=False
    )
    return done.returncode, done.stdout, done.stderr


def killed(at: str, *arguments: str | Path) -> None:
    """Run the command and kill it, without a chance to clean up, when it says this."""
    with subprocess.Popen(command(*arguments), cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = next((line for line in process.stdout if line.startswith(at)), None)
        process.kill()
    assert said is not None
    assert process.returncode == -signal.SIGKILL


async def test_a_folder_is_backed_up_and_restored_with_all_that_a_log_in_needs(tmp_path: Path) -> None:
    static = tmp_path / "static"
    static.mkdir()
    (static / "index.html").write_text("<title>Parley</title>")
    data, restored, running, stopped = (tmp_path / it for it in ("data", "restored", "running", "stopped"))
    port = free_port()
    with ParleyRun(port, data, static, **WITHOUT_CASSANDRA) as run:
        assert run.says("Parley is ready"), run.said
        async with sessions() as http:
            person = await Person(run.url, http).register()
            room = await person.room()
            async with person.socket({room: 0}) as socket:
                await socket.say(room, "kept")
        status, output, errors = backup("create", "--data-dir", data, "--file", running)
        assert (status, errors) == (0, "")
        assert f"{running}: 1 rooms, 1 messages, as of " in output
        run.interrupt()
        run.end()
    status, output, errors = backup("create", "--data-dir", data, "--file", stopped)
    assert (status, errors) == (0, "")
    assert f"{stopped}: 1 rooms, 1 messages, as of " in output
    assert backup("restore", "--file", stopped, "--data-dir", data)[::2] == (
        1,
        f"{data} has data in it: choose another folder with DATA_DIR=, or move this one aside with ARGS=--force.\n",
    )
    for moment in ("Starting empty stores", "Loaded; reading everything back"):
        killed(moment, "restore", "--file", running, "--data-dir", restored)
        with ParleyRun(port, restored, static, **WITHOUT_CASSANDRA) as run:
            assert run.says("was not finished"), run.said
            run.end()
    status, output, errors = backup("restore", "--file", running, "--data-dir", restored)
    assert (status, errors) == (0, "")
    assert f"Restored: make run DATA_DIR={restored} HISTORY_STORE=mongodb" in output
    with ParleyRun(port, restored, static, **WITHOUT_CASSANDRA) as run:
        assert run.says("Parley is ready"), run.said
        async with sessions() as http:
            again = await Person(run.url, http).log_in(person.name)
            messages = await again.history(room)
            assert [it["text"] for it in messages] == ["kept"]
        run.interrupt()
        run.end()


def test_a_folder_without_a_deployment_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "typo"
    status, _, errors = backup("create", "--data-dir", folder)
    assert status == 1
    assert errors.startswith(f"There is no Parley in {folder}: name the folder of its data with DATA_DIR=")
    assert not folder.exists()


def test_what_is_no_backup_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("something else")
    folder = tmp_path / "data"
    status, _, errors = backup("restore", "--file", tmp_path / "file", "--data-dir", folder)
    assert (status, errors) == (
        1,
        f"{tmp_path / 'file'} is no whole backup of Parley: choose another one with BACKUP=.\n",
    )
    assert not folder.exists()
