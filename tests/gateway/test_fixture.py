"""The pytest plugin, as tests of somebody's own app use it."""

import asyncio
import math
from pathlib import Path

import pytest

from infra.gateway import Settings
from infra.gateway.core.invocation import Invocation, Outcome, Result
from infra.gateway.testing import EventLog, FunctionFailedError, LocalGateway, StartGateway
from tests.gateway.conftest import APPS, alive, until, write_project

pytest_plugins = ["pytester"]

CODE = """
import os
from boto3.session import Session
from chalice import Chalice, Rate
app = Chalice(app_name="made")
app.websocket_api.session = Session()

@app.on_ws_message()
def message(event):
    app.websocket_api.send(event.connection_id, event.body.upper())

@app.on_ws_disconnect()
def disconnect(event):
    pass

@app.lambda_function()
def divide(event, context):
    return {"quotient": event["a"] / event["b"], "place": os.environ.get("PLACE")}

@app.lambda_function()
def odd(event, context):
    return {"nan": [float("nan")], "bytes": b"no JSON"}[event]

@app.schedule(Rate(1, unit=Rate.MINUTES))
def tick(event):
    return "ticked"
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project(tmp_path_factory.mktemp("made"), CODE)


async def test_a_client_connects_and_the_log_tells_what_was_invoked(gateway: StartGateway, project: Path) -> None:
    app = await gateway(project)
    async with app.connect({"token": "t"}) as client:
        await client.send("hello")
        assert await client.recv() == "HELLO"
    gone = await app.events.wait(route="$disconnect")
    assert gone.event["requestContext"]["disconnectStatusCode"] == 1000
    message = await app.events.wait(function="websocket_message", connection_id=gone.connection_id)
    assert (message.event["body"], message.answer, message.outcome) == ("hello", {"statusCode": 200}, Outcome.OK)
    assert message.cold
    assert message.duration > 0
    assert app.url in app.client_environment["AWS_ENDPOINT_URL_LAMBDA"]


async def test_settings_are_those_of_the_gateway(gateway: StartGateway, project: Path) -> None:
    app = await gateway(project, environment={"PLACE": "here"}, websocket_stage="ws")
    assert app.websocket_url.endswith("/ws")
    assert await app.invoke("divide", {"a": 6, "b": 4}) == {"quotient": 1.5, "place": "here"}


async def test_a_function_that_fails_fails_the_test_with_its_traceback(gateway: StartGateway, project: Path) -> None:
    app = await gateway(project)
    with pytest.raises(FunctionFailedError, match=r"(?s)ZeroDivisionError: division by zero.*in divide") as caught:
        await app.invoke("divide", {"a": 1, "b": 0})
    assert caught.value.failure.type == "ZeroDivisionError"
    assert app.events.all(where=lambda event: event.failure is not None)[0].event == {"a": 1, "b": 0}


async def test_schedules_fire_when_the_test_says_so(gateway: StartGateway, project: Path) -> None:
    app = await gateway(project)
    assert not app.settings.schedules
    app.fire("tick")
    ticked = await app.events.wait(function="tick")
    assert (ticked.answer, ticked.route) == ("ticked", "rate(1 minute)")


async def test_waiting_wakes_when_the_event_comes_and_tells_what_came_instead(
    gateway: StartGateway, project: Path
) -> None:
    app = await gateway(project)
    waiting = asyncio.ensure_future(app.events.wait_for(2, function="divide"))
    await app.invoke("divide", {"a": 1, "b": 1})
    assert not waiting.done()
    await app.invoke("divide", {"a": 2, "b": 1})
    assert [event.answer["quotient"] for event in await waiting] == [1, 2]
    with pytest.raises(TimeoutError, match=r"2 of 3 events with .*divide.* the last seen: invoke ok, invoke ok"):
        await app.events.wait_for(3, function="divide", deadline=0.01)
    app.events.clear()
    assert app.events.all() == []


async def test_the_gateway_ends_with_its_test(pytester: pytest.Pytester, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    pytester.makepyfile(
        f"""
        from pathlib import Path

        async def test_it(gateway):
            app = await gateway({str(APPS / "workers")!r}, environment={{"RECORDS": {str(tmp_path)!r}}})
            Path({str(pids)!r}).write_text(str((await app.invoke("count"))["pid"]))

        async def test_it_starts_anew(gateway):
            app = await gateway({str(APPS / "workers")!r}, environment={{"RECORDS": {str(tmp_path)!r}}})
            assert (await app.invoke("count"))["calls"] == 1
        """
    )
    root = str(Path(__file__).parents[2])
    options = ("-p", "infra.gateway.testing", "-o", f"pythonpath={root}", "-o", "asyncio_mode=auto", "-q")
    result = await asyncio.to_thread(pytester.runpytest_subprocess, *options)
    result.assert_outcomes(passed=2)
    await until(lambda: not alive(int(pids.read_text())))


async def test_an_answer_that_is_no_json_is_told_all_the_same(gateway: StartGateway, project: Path) -> None:
    """AWS's runtime client writes NaN as Python does, and passes bytes on."""
    app = await gateway(project)
    [number] = await app.invoke("odd", "nan")
    assert math.isnan(number)
    assert await app.invoke("odd", "bytes") == b"no JSON"
    assert app.events.all(function="odd")[1].answer == b"no JSON"


class Broken:
    """An observer that fails."""

    def invocation_started(self, invocation: Invocation) -> None:
        """It waits for the end."""

    def invocation_ended(self, invocation: Invocation, result: Result) -> None:
        raise ValueError(invocation.function)


async def test_an_observer_that_fails_keeps_nobody_from_an_answer(
    project: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with LocalGateway(Settings(project=project, schedules=False), [Broken()]) as app:
        assert await app.invoke("divide", {"a": 6, "b": 4}) == {"quotient": 1.5, "place": None}
    assert "ValueError: divide" in caplog.text


def test_an_empty_log_has_nothing() -> None:
    assert EventLog().all(function="x") == []
