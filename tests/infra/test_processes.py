"""Children never outlive the process that started them."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.processes import Account, Child, run
from tests.infra.waiting import descendants, is_running, wait_until

# A program that starts a child, which starts a shell, which starts another process in the background.
_PARENT = """
import asyncio, sys
from pathlib import Path
from infra.processes import Child

async def main():
    child = await Child.start("shell", ["bash", "-c", "sleep 300 & sleep 300 & wait"], log=Path(sys.argv[1]))
    print(child.pid, flush=True)
    await child.wait()

asyncio.run(main())
"""


@pytest.fixture
def parent(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT, str(tmp_path / "log")], stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


def _family(parent: "subprocess.Popen[str]") -> list[int]:
    """The shell, its two children, and the sentinel."""
    assert parent.stdout is not None
    shell = int(parent.stdout.readline())
    assert wait_until(lambda: len(descendants(shell)) == 2)
    return descendants(parent.pid)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_when_the_parent_is_killed_all_its_descendants_end(
    parent: "subprocess.Popen[str]", number: signal.Signals
) -> None:
    family = _family(parent)
    assert len(family) == 4
    parent.send_signal(number)
    assert wait_until(lambda: not any(map(is_running, family)))


def test_a_child_dies_with_its_parent_even_without_the_sentinel(parent: "subprocess.Popen[str]") -> None:
    family = _family(parent)
    shell = next(pid for pid in family if len(descendants(pid)) == 2)
    sentinel = next(pid for pid in family if pid != shell and os.getsid(pid) == pid)
    os.kill(sentinel, signal.SIGKILL)
    parent.kill()
    assert wait_until(lambda: not is_running(shell))
    for pid in family:
        if is_running(pid):
            os.kill(pid, signal.SIGKILL)


async def test_what_a_child_leaves_in_its_group_is_killed_when_it_ends(tmp_path: Path) -> None:
    child = await Child.start("shell", ["bash", "-c", "sleep 300 & echo $!"], log=tmp_path / "log")
    assert await child.wait() == 0
    left = int((tmp_path / "log").read_text())
    assert wait_until(lambda: not is_running(left))


async def test_a_child_that_ignores_the_request_to_stop_is_killed_after_its_grace(tmp_path: Path) -> None:
    script = "trap 'echo asked' TERM; echo started; while true; do sleep 0.05; done"
    child = await Child.start("stubborn", ["bash", "-c", script], log=tmp_path / "log")
    assert await asyncio.to_thread(wait_until, lambda: "started" in (tmp_path / "log").read_text())
    assert await child.stop(grace=0.3) == -signal.SIGKILL
    assert "asked" in (tmp_path / "log").read_text()


async def test_a_command_that_is_cancelled_is_killed(tmp_path: Path) -> None:
    script = ["bash", "-c", "echo $$; exec sleep 300"]
    task = asyncio.create_task(run("sleep", script, log=tmp_path / "log"))
    assert await asyncio.to_thread(
        wait_until, lambda: (tmp_path / "log").exists() and (tmp_path / "log").read_text() != ""
    )
    pid = int((tmp_path / "log").read_text())
    assert is_running(pid)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not is_running(pid)


async def test_a_command_that_does_not_exist_says_so_in_its_log(tmp_path: Path) -> None:
    assert await run("nothing", [tmp_path / "nothing"], log=tmp_path / "log") != 0
    assert "No such file or directory" in (tmp_path / "log").read_text()


async def test_a_command_reads_its_input_file(tmp_path: Path) -> None:
    (tmp_path / "input").write_text("hello")
    assert await run("cat", ["cat"], log=tmp_path / "log", input_file=tmp_path / "input") == 0
    assert (tmp_path / "log").read_text() == "hello"


if os.geteuid() == 0:

    @pytest.mark.parametrize("reach", [True, False])
    async def test_another_account_passes_closed_folders_only_if_allowed_to(tmp_path: Path, reach: bool) -> None:
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o700)
        (closed / "file").write_text("within")
        log = tmp_path / "log"
        status = await run(
            "cat", ["bash", "-c", f"id -u; cat {closed}/file"], log=log, account=Account(65534, 65534, reach=reach)
        )
        assert log.read_text().startswith("65534\n")
        assert (status == 0) is reach
        assert ("within" in log.read_text()) is reach
