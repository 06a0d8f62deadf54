"""Execution environments: what a function sees, how long a process lives, what ends it."""

import asyncio
import json
import os
import shutil
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from infra.gateway import Gateway, Limits
from infra.gateway.core.invocation import Outcome, Result
from tests.gateway.conftest import APPS, Records, StartGateway, alive, until, write_project
from tests.waiting import process_state


async def call(gateway: Gateway, name: str, event: Any = None) -> Any:
    """Invoke and read a successful result."""
    result = await gateway.functions.call(name, json.dumps(event or {}).encode())
    assert result.ok, result.payload
    return json.loads(result.payload)


def error(result: Result) -> dict[str, Any]:
    """The error document of a failed result."""
    assert not result.ok
    document: dict[str, Any] = json.loads(result.payload)
    return document


async def test_an_environment_keeps_its_state_and_runs_one_event_after_another(workers: Gateway) -> None:
    answers = [await call(workers, "count") for _ in range(5)]
    by_environment = {answer["environment"] for answer in answers}
    assert max(answer["calls"] for answer in answers) == 5 - (len(by_environment) - 1)
    assert set(workers.environment_pids["count"]) >= {answer["pid"] for answer in answers}


async def test_another_environment_is_started_when_all_are_busy(workers: Gateway, tmp_path: Path) -> None:
    event = {"folder": str(tmp_path), "number": 3}
    answers = await asyncio.gather(*(call(workers, "gather", event) for _ in range(3)))
    assert all(answer["together"] for answer in answers)
    assert len({answer["pid"] for answer in answers}) == 3


async def test_events_beyond_the_limit_of_environments_wait(start_gateway: StartGateway) -> None:
    gateway = await start_gateway("workers", limits=Limits(environments=2))
    answers = await asyncio.gather(*(call(gateway, "count") for _ in range(20)))
    assert len({answer["pid"] for answer in answers}) <= 2
    assert sum(1 for answer in answers if answer["calls"] == 1) <= 2


async def test_the_surroundings_are_those_of_lambda(start_gateway: StartGateway) -> None:
    gateway = await start_gateway("workers", environment={"EXTRA": "from the command line"})
    seen = await call(gateway, "describe", {"a": [1, "ü"]})
    environ = seen["environ"]
    assert seen["event"] == {"a": [1, "ü"]}
    assert seen["cwd"] == str(APPS / "workers")
    assert seen["path"][0] == str(APPS / "workers")
    assert seen["arn"] == "arn:aws:lambda:us-east-1:000000000000:function:workers-dev-describe"
    assert 19_000 < seen["remaining"] <= 20_000
    assert seen["files"] == 1024
    assert environ["AWS_LAMBDA_FUNCTION_NAME"] == "workers-dev-describe"
    assert environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "128"
    assert environ["AWS_REGION"] == "us-east-1"
    assert environ["AWS_ENDPOINT_URL_LAMBDA"] == environ["AWS_ENDPOINT_URL_EVENTBRIDGE"] == gateway.url
    assert environ["AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI"] == gateway.management_url
    assert environ["AWS_ACCESS_KEY_ID"] == gateway.settings.credentials.access_key_id
    assert environ["LAMBDA_TASK_ROOT"] == str(APPS / "workers")
    assert environ["EXTRA"] == "from the command line"
    assert "GATEWAY_PID" not in environ


async def test_the_trace_id_of_a_request_reaches_the_function(workers: Gateway) -> None:
    result = await workers.functions.call("describe", b"{}", trace_id="Root=1-5e6722a7-cc56xmpl")
    assert json.loads(result.payload)["environ"]["_X_AMZN_TRACE_ID"] == "Root=1-5e6722a7-cc56xmpl"


async def test_variables_of_the_machine_are_not_inherited(
    start_gateway: StartGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_OF_THE_MACHINE", "1")
    gateway = await start_gateway("workers")
    assert "SECRET_OF_THE_MACHINE" not in (await call(gateway, "describe"))["environ"]


async def test_a_function_is_killed_at_its_timeout_even_if_it_ignores_sigterm(
    workers: Gateway, records: Records
) -> None:
    result = await workers.functions.call("slow", b"{}")
    assert result.outcome is Outcome.TIMEOUT
    assert error(result)["errorType"] == "Sandbox.Timedout"
    assert error(result)["errorMessage"].endswith("Error: Task timed out after 1.00 seconds")
    [seen] = await records.wait("slow")
    await until(lambda: not alive(seen["pid"]))
    assert await call(workers, "slow", {"seconds": 0}) == {"done": True}


async def test_each_event_has_the_whole_timeout_whatever_its_environment_did_before(workers: Gateway) -> None:
    await workers.functions.call("slow", b'{"seconds": 0.5}')
    begun = time.monotonic()
    result = await workers.functions.call("slow", b"{}")
    assert result.outcome is Outcome.TIMEOUT
    assert time.monotonic() - begun >= 0.99


async def test_an_environment_killed_during_an_event_is_answered_as_exited(workers: Gateway, records: Records) -> None:
    running = asyncio.ensure_future(workers.functions.call("fail", b'{"how": "hang"}'))
    await records.wait("fail")
    [pid] = workers.environment_pids["fail"]
    os.kill(pid, signal.SIGKILL)
    result = await running
    assert result.outcome is Outcome.EXIT
    assert error(result)["errorMessage"].endswith("signal: killed")


async def test_an_environment_killed_while_idle_is_replaced(workers: Gateway) -> None:
    first = await call(workers, "count")
    os.kill(first["pid"], signal.SIGKILL)
    await until(lambda: first["pid"] not in workers.environment_pids["count"])
    second = await call(workers, "count")
    assert second["calls"] == 1
    assert second["pid"] != first["pid"]


async def test_children_of_a_function_die_with_its_environment(workers: Gateway) -> None:
    answer = await call(workers, "parent")
    assert alive(answer["child"])
    os.kill(answer["pid"], signal.SIGKILL)
    await until(lambda: not alive(answer["child"]))


async def test_idle_environments_are_stopped_after_a_while(start_gateway: StartGateway) -> None:
    gateway = await start_gateway("workers", limits=Limits(environment_idle=0.0))
    answer = await call(gateway, "count")

    def swept() -> bool:
        gateway.functions.sweep()
        return not alive(answer["pid"])

    await until(swept)
    assert (await call(gateway, "count"))["calls"] == 1


async def test_warm_environments_are_started_at_once_and_kept(start_gateway: StartGateway) -> None:
    gateway = await start_gateway("workers", limits=Limits(environment_idle=0.0, warm_environments=1, environments=2))
    assert all(len(pool.environments) == 1 for pool in gateway.functions.pools)
    answer = await call(gateway, "count")
    gateway.functions.sweep()
    assert (await call(gateway, "count"))["environment"] == answer["environment"]


async def test_a_frozen_environment_is_thawed_for_its_next_event(start_gateway: StartGateway) -> None:
    gateway = await start_gateway("workers", freeze=True)
    answer = await call(gateway, "count")
    await until(lambda: process_state(answer["pid"]) == "T")
    again = await call(gateway, "count")
    assert (again["pid"], again["calls"]) == (answer["pid"], 2)


async def test_a_handler_that_cannot_be_loaded_is_the_caller_s_error_each_time(
    start_gateway: StartGateway, tmp_path: Path
) -> None:
    code = (
        "import os\nfrom chalice import Chalice\n"
        "app = Chalice(app_name='made')\n"
        "@app.lambda_function()\ndef work(event, context): return 1\n"
        "if '_HANDLER' in os.environ and os.environ['_HANDLER'] != 'app.app': raise ValueError('at import')\n"
    )
    gateway = await start_gateway(write_project(tmp_path / "project", code))
    for _ in range(2):
        result = await gateway.functions.call("work", b"{}")
        assert result.outcome is Outcome.INIT_ERROR
        assert error(result)["errorType"] == "ValueError"
        assert error(result)["errorMessage"] == "at import"
    await until(lambda: not gateway.environment_pids["work"])


async def test_an_init_that_runs_out_of_its_time_is_repeated_within_the_function_s_own(
    start_gateway: StartGateway, tmp_path: Path
) -> None:
    code = (
        "import os, time\nfrom chalice import Chalice\n"
        "app = Chalice(app_name='made')\n"
        "@app.lambda_function()\ndef work(event, context): return 1\n"
        "if os.environ['_HANDLER'] != 'app.app': time.sleep(1)\n"
    )
    gateway = await start_gateway(write_project(tmp_path / "project", code), limits=Limits(init_timeout=0.5))
    assert await call(gateway, "work") == 1


async def test_an_init_that_is_longer_than_the_function_s_timeout_is_the_caller_s_error(
    start_gateway: StartGateway, tmp_path: Path
) -> None:
    code = (
        "import os, time\nfrom chalice import Chalice\n"
        "app = Chalice(app_name='made')\n"
        "@app.lambda_function()\ndef work(event, context): return 1\n"
        "if os.environ['_HANDLER'] != 'app.app': time.sleep(30)\n"
    )
    project = write_project(tmp_path / "project", code, {"lambda_timeout": 1})
    gateway = await start_gateway(project)
    result = await gateway.functions.call("work", b"{}")
    assert error(result)["errorType"] == "Sandbox.Timedout"


async def test_an_environment_that_cannot_be_started_is_the_caller_s_error(
    start_gateway: StartGateway, tmp_path: Path
) -> None:
    code = "from chalice import Chalice\napp = Chalice('made')\n@app.lambda_function()\ndef work(e, c): return 1\n"
    project = write_project(tmp_path / "project", code)
    gateway = await start_gateway(project)
    shutil.rmtree(project)
    result = await gateway.functions.call("work", b"{}")
    assert result.outcome is Outcome.INIT_ERROR
    assert error(result)["errorMessage"] == "The execution environment could not be started."


async def test_stopping_ends_every_environment_and_answers_who_waits(
    start_gateway: StartGateway, records: Records
) -> None:
    gateway = await start_gateway("workers")
    running = asyncio.ensure_future(gateway.functions.call("fail", b'{"how": "hang"}'))
    await call(gateway, "count")
    await records.wait("fail")
    pids = [pid for each in gateway.environment_pids.values() for pid in each]
    await gateway.stop()
    assert (await running).outcome is Outcome.STOPPED
    assert (await gateway.functions.call("count", b"{}")).outcome is Outcome.STOPPED, "nor does who comes too late wait"
    assert len(pids) >= 2
    assert not any(alive(pid) for pid in pids)
