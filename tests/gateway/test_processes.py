"""What a function leaves behind ends with its environment: children, daemons, files, output without end."""

import asyncio
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from websockets.asyncio.client import connect

from infra.gateway import Gateway
from tests.gateway.conftest import APPS, Records, StartGateway, alive, until, write_project
from tests.gateway.separate import separate_gateway
from tests.waiting import process_state

MEGABYTE = 1024 * 1024
FORKING = """
import os, time
from chalice import Chalice
app = Chalice(app_name="made")

@app.lambda_function()
def work(event, context):
    for _ in range(100):
        if os.fork() == 0:
            os.fork()
            time.sleep(60)
            os._exit(0)
    return os.getpid()
"""


async def call(gateway: Gateway, name: str, event: Any = None) -> Any:
    result = await gateway.functions.call(name, json.dumps(event or {}).encode())
    assert result.ok, result.payload
    return json.loads(result.payload)


async def test_a_daemon_dies_with_its_environment_although_it_has_a_session_of_its_own(workers: Gateway) -> None:
    answer = await call(workers, "daemon")
    assert alive(answer["child"])
    os.kill(answer["pid"], signal.SIGKILL)
    await until(lambda: not alive(answer["child"]))


async def test_a_daemon_dies_with_an_environment_that_exits_by_itself(workers: Gateway, records: Records) -> None:
    await workers.functions.call("daemon", b'{"exit": true}')
    [left] = await records.wait("daemon")
    await until(lambda: not alive(left["child"]))


async def test_a_daemon_dies_with_a_gateway_that_is_killed(records: Records) -> None:
    async with separate_gateway(APPS / "workers", RECORDS=str(records.folder)) as gateway:
        answer = await gateway.invoke("daemon", {}, time.time())
        scratch = await gateway.invoke("scratch", {}, time.time())
        assert alive(answer["child"])
        gateway.process.kill()
        await gateway.process.wait()
        await until(lambda: not alive(answer["child"]) and not alive(answer["pid"]) and not alive(scratch["pid"]), 5)
        await until(lambda: not Path(scratch["folder"]).exists(), 5)


async def test_a_daemon_dies_with_a_gateway_that_is_killed_while_the_environment_is_frozen(records: Records) -> None:
    async with separate_gateway(APPS / "workers", "--freeze", RECORDS=str(records.folder)) as gateway:
        answer = await gateway.invoke("daemon", {}, time.time())
        await until(lambda: process_state(answer["pid"]) == "T")
        gateway.process.kill()
        await gateway.process.wait()
        await until(lambda: not alive(answer["child"]) and not alive(answer["pid"]), 5)


async def test_a_function_that_forks_and_forks_leaves_nobody(start_gateway: StartGateway, tmp_path: Path) -> None:
    gateway = await start_gateway(write_project(tmp_path / "project", FORKING, {"lambda_memory_size": 1024}))
    pid = await call(gateway, "work")
    session = await until(lambda: found if len(found := _session(pid)) > 150 else [])
    await gateway.stop()
    assert not any(alive(each) for each in session)


def _session(leader: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == leader:
            found.append(int(path.parent.name))
    return found


async def test_each_environment_has_a_temporary_folder_that_lives_as_long_as_it_does(workers: Gateway) -> None:
    """On Lambda /tmp is the environment's own. Here TMPDIR is: what spells /tmp out shares the machine's."""
    first = await call(workers, "scratch")
    again = await call(workers, "scratch")
    assert (again["pid"], again["folder"], again["number"]) == (first["pid"], first["folder"], 3)
    os.kill(first["pid"], signal.SIGKILL)
    await until(lambda: not Path(first["folder"]).exists())
    assert (APPS / "workers" / "app.py").exists(), "a link in the folder is not followed"
    other = await call(workers, "scratch")
    assert (other["number"], other["folder"] != first["folder"]) == (2, True)


async def test_an_environment_that_is_stopped_takes_its_temporary_folder_with_it(start_gateway: StartGateway) -> None:
    gateway = await start_gateway("workers")
    answer = await call(gateway, "scratch")
    await gateway.stop()
    await until(lambda: not Path(answer["folder"]).exists(), 0.1)


async def test_a_gateway_that_waits_for_a_broken_project_can_be_stopped(tmp_path: Path) -> None:
    project = write_project(tmp_path / "project", "this is no Python")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "infra.gateway", "run", str(project), "--port=0", "--reload"),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    async with asyncio.timeout(15):
        while b"SyntaxError" not in await process.stderr.readline():
            continue
    process.terminate()
    _, errors = await asyncio.wait_for(process.communicate(), 5)
    assert (process.returncode, errors.strip()) == (0, b"")


async def test_a_function_that_prints_100_mb_costs_the_gateway_no_memory_and_others_are_served() -> None:
    async with separate_gateway(APPS / "workers", "--environments=2") as gateway:
        await gateway.invoke("flood", {"megabytes": 1}, time.time())
        await gateway.invoke("count", {}, time.time())
        before = gateway.peak
        lines = asyncio.ensure_future(gateway.invoke("flood", {"megabytes": 100}, time.time()))
        while not lines.done():
            await gateway.invoke("count", {}, time.time())
        assert await lines == 100
        assert await gateway.invoke("flood", {"megabytes": 20, "lines": False}, time.time()) == 20
        assert gateway.peak - before < 16 * MEGABYTE


async def test_a_socket_is_answered_while_a_function_prints_without_end(
    start_gateway: StartGateway, tmp_path: Path
) -> None:
    code = """
from chalice import Chalice
app = Chalice(app_name="made")

@app.lambda_function()
def print_on(event, context):
    while True:
        print("x" * 100)

@app.on_ws_message()
def message(event):
    return {"statusCode": 200, "body": event.body}
"""
    project = write_project(tmp_path / "project", code, {"lambda_timeout": 20})
    gateway = await start_gateway(project, route_responses=frozenset({"$default"}))
    printing = asyncio.ensure_future(gateway.functions.call("print_on", b"{}"))
    async with connect(gateway.websocket_url) as client:
        for number in range(20):
            await client.send(str(number))
            assert await asyncio.wait_for(client.recv(), 5) == str(number)
    assert not printing.done()
    await gateway.stop()
    await printing
