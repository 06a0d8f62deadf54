"""The memory size of a function is a limit, as on Lambda, and what it used is reported."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from boto3.session import Session

from infra.gateway import Gateway, Limits
from infra.gateway.core.invocation import Outcome
from infra.gateway.pool.memory import EnvironmentMemory, MemoryGroup, group_parent, proportional, resident, tree
from tests.gateway.conftest import StartGateway, lambda_client
from tests.gateway.test_lambda_api import invoke, tail_of

MEGABYTE = 1024 * 1024


@pytest.mark.parametrize("child", [False, True], ids=["itself", "in a child"])
async def test_a_function_that_uses_more_than_its_memory_size_is_killed(
    workers: Gateway, aws: Session, child: bool
) -> None:
    """What the caller gets is documented in "Troubleshoot invocation issues in Lambda"; the error type of the REPORT
    line is not, it is as published logs have it."""
    event = {"megabytes": 300, "child": child}
    answer = await invoke(lambda_client(aws, workers), "eat", event, LogType="Tail")
    request_id = answer["ResponseMetadata"]["RequestId"]
    assert answer["FunctionError"] == "Unhandled"
    assert answer["Payload"] == {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: {request_id} Error: Runtime exited with error: signal: killed",
    }
    report = tail_of(answer).splitlines()[-1].split("\t")
    assert "Memory Size: 128 MB" in report
    assert "Max Memory Used: 128 MB" in report
    assert report[-2:] == ["Status: error", "Error Type: Runtime.OutOfMemory"]
    again = await invoke(lambda_client(aws, workers), "eat", {"megabytes": 1, "seconds": 0})
    assert again["Payload"] == {"done": True}


async def test_what_a_function_used_is_in_its_report(workers: Gateway, aws: Session) -> None:
    answer = await invoke(lambda_client(aws, workers), "eat", {"megabytes": 50, "seconds": 0}, LogType="Tail")
    [used] = [part for part in tail_of(answer).split("\t") if part.startswith("Max Memory Used")]
    assert 60 <= int(used.split()[3]) < 128


async def test_the_memory_size_is_no_limit_when_it_is_switched_off(start_gateway: StartGateway) -> None:
    gateway = await start_gateway("workers", limits=Limits(memory=False))
    result = await gateway.functions.call("eat", json.dumps({"megabytes": 300, "seconds": 0.3}).encode())
    assert result.outcome is Outcome.OK


# reading /proc


def test_children_are_weighed_with_their_parent() -> None:
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(write_end)
        os.read(read_end, 1)
        os._exit(0)
    os.close(read_end)
    try:
        assert child in set(tree(os.getpid()))
        assert resident(os.getpid()) >= resident(child) > 0
        assert 0 < proportional(child) <= resident(child)
    finally:
        os.close(write_end)
        os.waitpid(child, 0)
    assert resident(child) == proportional(child) == 0


def test_a_peak_is_kept_and_never_more_than_the_limit() -> None:
    memory = EnvironmentMemory(100 * MEGABYTE, None, "x")
    memory.note(20 * MEGABYTE)
    memory.note(10 * MEGABYTE)
    assert memory.peak == 20 * MEGABYTE
    memory.note(200 * MEGABYTE)
    assert memory.peak == 100 * MEGABYTE


# control groups: the kernel's side is a folder of files here


@pytest.fixture
def kernel(tmp_path: Path) -> Path:
    """A group that hands memory out to groups below it."""
    (tmp_path / "cgroup.subtree_control").write_text("cpu memory pids\n")
    return tmp_path


def test_a_group_is_told_its_limit_and_its_process(kernel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    group = MemoryGroup.create(kernel, "one", 5 * MEGABYTE)
    assert group is not None
    assert group.add(42)
    files: dict[str, Any] = {path.name: path.read_text() for path in (kernel / "one").iterdir()}
    assert files == {
        "memory.max": str(5 * MEGABYTE),
        "memory.oom.group": "1",
        "memory.swap.max": "0",
        "cgroup.procs": "42",
    }
    assert not group.exceeded


@pytest.mark.parametrize(("events", "exceeded"), [("oom 1\noom_kill 0\n", False), ("low 0\noom_kill 2\n", True)])
def test_the_kernel_says_whether_it_has_killed(kernel: Path, events: str, exceeded: bool) -> None:
    memory = EnvironmentMemory(MEGABYTE, kernel, "one")
    (kernel / "one" / "memory.events").write_text(events)
    memory.release()
    assert memory.exceeded is exceeded


def test_without_a_controller_or_the_right_to_it_there_is_no_group(tmp_path: Path) -> None:
    assert MemoryGroup.create(tmp_path, "one", MEGABYTE) is None
    (tmp_path / "cgroup.subtree_control").write_text("cpu\n")
    assert MemoryGroup.create(tmp_path, "one", MEGABYTE) is None
    (tmp_path / "cgroup.subtree_control").write_text("memory\n")
    (tmp_path / "one").mkdir()
    assert MemoryGroup.create(tmp_path, "one", MEGABYTE) is None, "somebody else's group is left alone"


def test_a_group_that_takes_no_process_is_given_up(kernel: Path) -> None:
    memory = EnvironmentMemory(MEGABYTE, kernel, "one")
    procs = kernel / "one" / "cgroup.procs"
    procs.mkdir()
    memory.join(42)
    procs.rmdir()
    memory.release()
    assert not memory.exceeded


@pytest.mark.parametrize(
    ("own", "handing_out", "found"),
    [
        ("/user/scope", "user/scope", "user/scope"),
        ("/user/scope", "user", "user"),
        ("/user/scope", "", None),
        ("/", "", ""),
        ("/../outside", "", None),
    ],
)
def test_groups_are_made_below_the_own_one_or_beside_it(
    tmp_path: Path, own: str, handing_out: str, found: str | None
) -> None:
    cgroups, membership = tmp_path / "fs", tmp_path / "membership"
    (cgroups / "user" / "scope").mkdir(parents=True)
    (cgroups / handing_out / "cgroup.subtree_control").write_text("memory")
    membership.write_text(f"4:cpu:/x\n0::{own}\n")
    assert group_parent(cgroups, membership) == (None if found is None else cgroups / found)


def test_a_machine_without_control_groups_has_no_place_for_them(tmp_path: Path) -> None:
    assert group_parent(tmp_path, tmp_path / "nothing") is None
