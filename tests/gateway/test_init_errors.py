"""Handlers that cannot be loaded: the errors of "Lambda function failures" in the developer guide, each time anew."""

from pathlib import Path
from typing import Any

import pytest
from boto3.session import Session

from infra.gateway.core.invocation import Outcome
from tests.gateway.conftest import StartGateway, lambda_client, until, write_project
from tests.gateway.test_lambda_api import invoke, tail_of

CODE = """
import os
from chalice import Chalice
app = Chalice(app_name="made")

@app.lambda_function()
def work(event, context):
    return 1

# Only in the environment of `work`: the project itself can be loaded.
if "_HANDLER" in os.environ and os.environ["_HANDLER"] == "app.work":
    {mistake}
"""


@pytest.mark.parametrize(
    ("mistake", "error_type", "message"),
    [
        ("import nowhere", "Runtime.ImportModuleError", "Unable to import module 'app': No module named 'nowhere'"),
        ("import broken", "Runtime.UserCodeSyntaxError", "Syntax error in module 'app'"),
        ("del work", "Runtime.HandlerNotFound", "Handler 'work' missing on module 'app'"),
        ("raise ValueError('at import')", "ValueError", "at import"),
        ("os._exit(3)", "Runtime.ExitError", "Runtime exited with error: exit status 3"),
    ],
    ids=["import", "syntax", "name", "exception", "exit"],
)
async def test_a_handler_that_cannot_be_loaded_is_the_callers_error(
    start_gateway: StartGateway, aws: Session, tmp_path: Path, mistake: str, error_type: str, message: str
) -> None:
    project = write_project(tmp_path / "project", CODE.format(mistake=mistake))
    (project / "broken.py").write_text("this is no Python")
    gateway = await start_gateway(project)
    answer = await invoke(lambda_client(aws, gateway), "work", LogType="Tail")
    assert answer["FunctionError"] == "Unhandled"
    assert answer["Payload"]["errorType"] == error_type
    assert message in answer["Payload"]["errorMessage"]
    assert f"Status: error\tError Type: {error_type}" in tail_of(answer)


async def test_a_handler_that_cannot_be_loaded_is_tried_once_for_each_event_and_not_without_one(
    start_gateway: StartGateway, tmp_path: Path
) -> None:
    started = tmp_path / "started"
    mistake = f"open({str(started)!r}, 'a').write('x'); raise ValueError('at import')"
    gateway = await start_gateway(write_project(tmp_path / "project", CODE.format(mistake=mistake)))
    for number in (1, 2, 3):
        result = await gateway.functions.call("work", b"{}")
        assert result.outcome is Outcome.INIT_ERROR
        assert len(started.read_text()) == number
    await until(lambda: not gateway.environment_pids["work"])
    assert len(started.read_text()) == 3


async def test_a_handler_that_can_be_loaded_again_runs(start_gateway: StartGateway, tmp_path: Path) -> None:
    project = write_project(tmp_path / "project", CODE.format(mistake="raise ValueError('at import')"))
    gateway = await start_gateway(project)
    assert (await gateway.functions.call("work", b"{}")).outcome is Outcome.INIT_ERROR
    write_project(project, CODE.format(mistake="pass"))
    await gateway.reload()
    result: Any = await gateway.functions.call("work", b"{}")
    assert (result.outcome, result.payload) == (Outcome.OK, b"1")
