"""The command line, as another process runs it."""

import asyncio
import json
import os
import re
import resource
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.gateway.conftest import APPS, Records, alive, until, write_project

Run = Callable[..., Awaitable["Running"]]


class Running:
    """A gateway in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process, ready: dict[str, Any]) -> None:
        self.process = process
        self.url: str = ready["url"]
        self.websocket_url: str = ready["websocket_url"]
        self.environment: dict[str, str] = ready["environment"]

    def children(self) -> list[int]:
        """The environments."""
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in path.read_text().split()]


async def command(*arguments: str, **options: Any) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "infra.gateway",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        **options,
    )


@pytest.fixture
async def run(records: Records) -> AsyncIterator[Run]:
    processes: list[asyncio.subprocess.Process] = []

    async def start(project: Path, *options: str) -> Running:
        read_end, write_end = os.pipe()
        process = await command(
            "run",
            str(project),
            "--port=0",
            "--no-schedules",
            f"--env=RECORDS={records.folder}",
            f"--ready-fd={write_end}",
            *options,
            pass_fds=(write_end,),
        )
        os.close(write_end)
        processes.append(process)
        with os.fdopen(read_end) as stream:
            line = await asyncio.wait_for(asyncio.to_thread(stream.readline), 15)
        return Running(process, json.loads(line))

    yield start
    for process in processes:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def test_it_says_when_it_is_ready_and_stops_within_three_seconds(run: Run, records: Records) -> None:
    gateway = await run(APPS / "sockets")
    client = await connect(gateway.websocket_url)
    await client.send("sleep 30")
    await records.wait("connect")
    await until(lambda: len(gateway.children()) >= 2)
    children = gateway.children()
    gateway.process.send_signal(signal.SIGTERM)
    output, _ = await asyncio.wait_for(gateway.process.communicate(), 3)
    assert gateway.process.returncode == 0
    assert f"ready at {gateway.url}".encode() in output
    with pytest.raises(ConnectionClosed) as caught:
        await client.recv()
    assert caught.value.rcvd is not None
    assert caught.value.rcvd.code == 1001
    assert not any(alive(pid) for pid in children)


async def test_it_may_have_as_many_files_open_as_the_machine_lets_it(run: Run) -> None:
    gateway = await run(APPS / "sockets")
    soft, hard = resource.prlimit(gateway.process.pid, resource.RLIMIT_NOFILE)
    assert soft == hard


async def test_killed_with_sigkill_it_leaves_no_environment(run: Run, records: Records) -> None:
    gateway = await run(APPS / "sockets")
    client = await connect(gateway.websocket_url)
    await client.send("sleep 30")
    await client.send("hello")
    assert await client.recv() == "hello"
    children = gateway.children()
    assert len(children) >= 3
    gateway.process.kill()
    await gateway.process.wait()
    await until(lambda: not any(alive(pid) for pid in children), 3)
    client.transport.abort()


async def test_invoke_prints_the_result_and_tells_success_by_its_status(run: Run, tmp_path: Path) -> None:
    gateway = await run(APPS / "workers")
    event = tmp_path / "event.json"
    event.write_text('{"lines": ["a line"], "size": 2}')
    environment = {**os.environ, **gateway.environment}
    options = (f"--event={event}", f"--endpoint={gateway.url}")
    worked = await command("invoke", "talk", *options, env=environment)
    output, _ = await worked.communicate()
    assert (worked.returncode, output) == (0, b'"xx"\n')
    failed = await command("invoke", "fail", *options, env=environment)
    output, _ = await failed.communicate()
    assert failed.returncode == 1
    assert b"it failed" in output


async def test_the_log_has_a_line_for_each_invocation_and_what_was_printed(run: Run, tmp_path: Path) -> None:
    gateway = await run(APPS / "workers", "--verbose")
    event = tmp_path / "event.json"
    event.write_text('{"lines": ["a line"]}')
    environment = {**os.environ, **gateway.environment}
    for name in ("talk", "fail"):
        process = await command("invoke", name, f"--event={event}", f"--endpoint={gateway.url}", env=environment)
        await process.communicate()
    gateway.process.terminate()
    _, log = await gateway.process.communicate()
    lines = log.decode().splitlines()
    assert any("talk | a line" in line for line in lines)
    assert any("talk | REPORT RequestId" in line for line in lines)
    assert any(re.search(r"talk +[\d.]+ ms cold \d+ ms +ok +invoke$", line) for line in lines)
    assert any("fail | Traceback (most recent call last):" in line for line in lines)
    assert any('fail |   File "' in line for line in lines)
    assert any(re.search(r"fail +[\d.]+ ms cold \d+ ms +error +invoke \w+: it failed", line) for line in lines)


async def test_a_broken_app_is_shown_with_its_traceback(tmp_path: Path) -> None:
    project = write_project(tmp_path / "project", "print('loading')\nraise ValueError('no such thing')\n")
    process = await command("run", str(project), "--port=0")
    _, errors = await process.communicate()
    text = errors.decode()
    assert process.returncode == 1
    assert "loading" in text
    assert "ValueError: no such thing" in text
    assert text.rstrip().endswith("could not be loaded.")


async def test_a_folder_that_is_no_project_is_one_sentence(tmp_path: Path) -> None:
    process = await command("run", str(tmp_path), "--port=0")
    _, errors = await process.communicate()
    assert process.returncode == 1
    assert errors.decode().splitlines() == [
        f"{tmp_path} is no Chalice project: it needs app.py and .chalice/config.json."
    ]


async def test_a_port_in_use_is_one_sentence(run: Run) -> None:
    gateway = await run(APPS / "workers")
    port = gateway.url.rpartition(":")[2]
    process = await command("run", str(APPS / "workers"), f"--port={port}")
    _, errors = await process.communicate()
    assert process.returncode == 1
    assert errors.decode().count("\n") == 1
    assert f"cannot listen on 127.0.0.1:{port}" in errors.decode()


async def test_without_a_gateway_invoke_is_one_sentence() -> None:
    environment = {**os.environ, "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
    process = await command("invoke", "x", "--endpoint=http://127.0.0.1:9", env=environment)
    _, errors = await process.communicate()
    assert process.returncode == 1
    assert errors.decode().startswith("No gateway answers at http://127.0.0.1:9")
    assert errors.decode().count("\n") == 1
