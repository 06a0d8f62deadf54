"""Code changes replace functions, not sockets."""

import asyncio
import os
from pathlib import Path

import pytest
from websockets.asyncio.client import connect

from infra.gateway.shell.reload import watch
from tests.gateway.conftest import StartGateway, until, write_project

CODE = """
from chalice import Chalice
app = Chalice(app_name="made")

@app.on_ws_message()
def message(event):
    return {{"statusCode": 200, "body": "{answer}"}}

@app.route("/{route}")
def route():
    return "{answer}"
"""


async def test_new_code_answers_on_an_old_socket(start_gateway: StartGateway, tmp_path: Path) -> None:
    project = write_project(tmp_path / "project", CODE.format(answer="old", route="a"))
    gateway = await start_gateway(project, route_responses=frozenset({"$default"}))
    async with connect(gateway.websocket_url) as client:
        await client.send("x")
        assert await client.recv() == "old"
        write_project(project, CODE.format(answer="newer", route="b"))
        await gateway.reload()
        await client.send("x")
        assert await client.recv() == "newer"
    assert list(gateway.manifest.routes) == ["/b"]


async def test_a_function_that_is_gone_is_stopped(start_gateway: StartGateway, tmp_path: Path) -> None:
    project = write_project(tmp_path / "project", CODE.format(answer="old", route="a"))
    gateway = await start_gateway(project, route_responses=frozenset({"$default"}))
    async with connect(gateway.websocket_url) as client:
        await client.send("x")
        assert await client.recv() == "old"
        write_project(project, "from chalice import Chalice\napp = Chalice(app_name='made')\n")
        await gateway.reload()
        await until(lambda: not gateway.environment_pids["websocket_message"])
        await client.send("x")
        assert "Forbidden" in str(await client.recv())


async def test_a_function_at_work_finishes_in_the_old_code(start_gateway: StartGateway, tmp_path: Path) -> None:
    slow = "import time\n" + CODE.replace("return {{", 'time.sleep(0.5 if event.body == "slow" else 0)\n    return {{')
    project = write_project(tmp_path / "project", slow.format(answer="old", route="a"))
    gateway = await start_gateway(project, route_responses=frozenset({"$default"}))
    async with connect(gateway.websocket_url) as client:
        await client.send("x")
        assert await client.recv() == "old"
        await client.send("slow")
        await until(lambda: gateway.environment_pids["websocket_message"])
        write_project(project, CODE.format(answer="newer", route="b"))
        await gateway.reload()
        assert await client.recv() == "old"
        await client.send("x")
        assert await client.recv() == "newer"


async def test_a_broken_change_is_shown_and_the_old_code_stays(
    start_gateway: StartGateway, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    project = write_project(tmp_path / "project", CODE.format(answer="old", route="a"))
    gateway = await start_gateway(project, route_responses=frozenset({"$default"}))
    async with connect(gateway.websocket_url) as client:
        await client.send("x")
        assert await client.recv() == "old"
        write_project(project, "this is no Python")
        await gateway.reload()
        assert "SyntaxError" in caplog.text
        await client.send("x")
        assert await client.recv() == "old"


async def test_a_change_is_noticed_once_the_files_are_still(tmp_path: Path) -> None:
    project = write_project(tmp_path / "project", "1")
    changes = asyncio.Queue[None]()
    task = asyncio.create_task(watch(project, lambda: changes.put(None), interval=0.02))
    await asyncio.wait({task}, timeout=0.1)
    (project / "app.py").write_text("22")
    await asyncio.wait_for(changes.get(), 5)
    os.utime(project / "app.py", (1, 1))
    await asyncio.wait_for(changes.get(), 5)
    (project / "notes.txt").write_text("not code")
    await asyncio.wait({task}, timeout=0.1)
    assert changes.empty()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
