"""Code changes replace functions, not sockets."""

import asyncio
import os
import signal
from pathlib import Path

import pytest
from websockets.asyncio.client import connect

from infra.gateway import Limits
from infra.gateway.pool.environment import Environment, State
from infra.gateway.pool.function_pool import FunctionPool
from infra.gateway.shell.reload import fingerprint, watch
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


async def test_warm_environments_are_started_anew_with_the_new_code(
    start_gateway: StartGateway, tmp_path: Path
) -> None:
    project = write_project(tmp_path / "project", CODE.format(answer="old", route="a"))
    gateway = await start_gateway(project, limits=Limits(warm_environments=1))
    [pool] = [each for each in gateway.functions.pools if each.function.name == "websocket_message"]
    [old] = await until(lambda: _idle(pool))
    await gateway.reload()
    [new] = await until(lambda: _idle(pool))
    assert new is not old
    os.kill(new.pid, signal.SIGKILL)
    await until(lambda: new not in pool.environments)
    assert await until(lambda: _idle(pool)), "a warm environment that ended is replaced"


def _idle(pool: FunctionPool) -> list[Environment]:
    return [each for each in pool.environments if each.state is State.IDLE]


async def test_the_time_to_start_is_that_of_the_new_code(start_gateway: StartGateway, tmp_path: Path) -> None:
    """An initialisation that ran out of its time is given the function's, until the code is another."""
    code = "from chalice import Chalice\napp = Chalice('made')\n@app.lambda_function()\ndef work(e, c): return 1\n"
    slow = f"{code}import os, time\nif os.environ['_HANDLER'] == 'app.work': time.sleep(0.6)\n"
    gateway = await start_gateway(write_project(tmp_path / "project", slow), limits=Limits(init_timeout=0.3))
    assert await gateway.invoke("work") == 1
    [pool] = gateway.functions.pools
    assert pool.init_timeout == 60
    await gateway.reload()
    assert pool.init_timeout == 0.3


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
    known = fingerprint(project)
    (project / "app.py").write_text("22")
    task = asyncio.create_task(watch(project, known, lambda: changes.put(None), interval=0.02))
    await asyncio.wait_for(changes.get(), 5)
    os.utime(project / "app.py", (1, 1))
    await asyncio.wait_for(changes.get(), 5)
    (project / "notes.txt").write_text("not code")
    await asyncio.wait({task}, timeout=0.1)
    assert changes.empty()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_project_that_is_mended_after_a_broken_change_is_loaded(
    start_gateway: StartGateway, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    project = write_project(tmp_path / "project", CODE.format(answer="old", route="a"))
    gateway = await start_gateway(project, route_responses=frozenset({"$default"}), reload=True)
    async with connect(gateway.websocket_url) as client:
        write_project(project, "this is no Python")
        await until(lambda: "SyntaxError" in caplog.text)
        write_project(project, CODE.format(answer="mended", route="a"))

        async def answer() -> str:
            await client.send("x")
            return str(await client.recv())

        async with asyncio.timeout(15):
            while await answer() != "mended":
                await (await client.ping())


async def test_a_project_that_is_broken_at_the_start_is_waited_for_when_it_is_to_be_reloaded(
    start_gateway: StartGateway, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    project = write_project(tmp_path / "project", "this is no Python")
    starting = asyncio.ensure_future(start_gateway(project, route_responses=frozenset({"$default"}), reload=True))
    await until(lambda: "SyntaxError" in caplog.text)
    assert not starting.done()
    write_project(project, CODE.format(answer="mended", route="a"))
    gateway = await asyncio.wait_for(starting, 15)
    async with connect(gateway.websocket_url) as client:
        await client.send("x")
        assert await client.recv() == "mended"
