"""Lambda's Invoke, judged by boto3's own client."""

import asyncio
import base64
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from boto3.session import Session
from botocore.exceptions import ClientError

from infra.gateway import Gateway, Limits
from infra.gateway.core.async_policy import AsyncPolicy
from tests.gateway.conftest import Records, StartGateway, lambda_client, until


async def invoke(client: Any, name: str, event: Any = None, **options: Any) -> dict[str, Any]:
    """Invoke without blocking the gateway in this process; the answer with its payload read as JSON."""
    payload = json.dumps({} if event is None else event).encode()

    def call() -> dict[str, Any]:
        answer = client.invoke(FunctionName=name, Payload=payload, **options)
        content = answer["Payload"].read()
        return {**answer, "Payload": json.loads(content) if content else None}

    return await asyncio.to_thread(call)


def tail_of(answer: dict[str, Any]) -> str:
    """The log that `LogType="Tail"` asks for."""
    return base64.b64decode(answer["LogResult"]).decode()


async def refused(call: Callable[[], Any]) -> dict[str, Any]:
    """The error of a blocking call."""
    with pytest.raises(ClientError) as caught:
        await asyncio.to_thread(call)
    return dict(caught.value.response)


async def test_an_invocation_returns_what_the_function_returned(workers: Gateway, aws: Session) -> None:
    answer = await invoke(lambda_client(aws, workers), "count")
    assert answer["StatusCode"] == 200
    assert answer["ExecutedVersion"] == "$LATEST"
    assert "FunctionError" not in answer
    assert answer["Payload"]["calls"] == 1


@pytest.mark.parametrize(
    "name",
    ["count", "workers-dev-count", "count:$LATEST", "arn:aws:lambda:us-east-1:000000000000:function:workers-dev-count"],
)
async def test_a_function_answers_to_its_short_name_its_deployed_name_and_its_arn(
    workers: Gateway, aws: Session, name: str
) -> None:
    assert (await invoke(lambda_client(aws, workers), name))["Payload"]["calls"] == 1


async def test_an_exception_is_a_function_error_with_type_and_trace(workers: Gateway, aws: Session) -> None:
    answer = await invoke(lambda_client(aws, workers), "fail")
    assert answer["FunctionError"] == "Unhandled"
    assert answer["Payload"]["errorType"] == "RuntimeError"
    assert answer["Payload"]["errorMessage"] == "it failed"
    assert any("app.py" in line for line in answer["Payload"]["stackTrace"])


@pytest.mark.parametrize(
    ("event", "cause"),
    [
        ({"how": "exit", "status": 3}, "Runtime exited with error: exit status 3"),
        ({"how": "exit", "status": 0}, "Runtime exited without providing a reason"),
        ({"how": "kill"}, "Runtime exited with error: signal: killed"),
    ],
    ids=["exit status", "no reason", "signal"],
)
async def test_a_process_that_exits_is_a_runtime_exit_error(
    workers: Gateway, aws: Session, event: dict[str, Any], cause: str
) -> None:
    answer = await invoke(lambda_client(aws, workers), "fail", event)
    request_id = answer["ResponseMetadata"]["RequestId"]
    assert answer["FunctionError"] == "Unhandled"
    assert answer["Payload"] == {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: {request_id} Error: {cause}",
    }
    assert (await invoke(lambda_client(aws, workers), "count"))["Payload"]["calls"] == 1


async def test_the_log_tail_holds_the_frame_and_what_was_printed(workers: Gateway, aws: Session) -> None:
    answer = await invoke(lambda_client(aws, workers), "talk", {"lines": ["one", "two"]}, LogType="Tail")
    tail = base64.b64decode(answer["LogResult"]).decode()
    request_id = answer["ResponseMetadata"]["RequestId"]
    assert f"START RequestId: {request_id} Version: $LATEST\none\ntwo\nto stderr\nEND RequestId: {request_id}" in tail
    assert "Init Duration" in tail
    assert "Memory Size: 128 MB" in tail


async def test_the_log_tail_is_at_most_4_kb(workers: Gateway, aws: Session) -> None:
    answer = await invoke(lambda_client(aws, workers), "talk", {"lines": ["x" * 100] * 100}, LogType="Tail")
    assert len(base64.b64decode(answer["LogResult"])) <= 4096


async def test_the_client_context_reaches_the_function(workers: Gateway, aws: Session) -> None:
    context = base64.b64encode(json.dumps({"custom": {"key": "value"}}).encode()).decode()
    answer = await invoke(lambda_client(aws, workers), "describe", ClientContext=context)
    assert answer["Payload"]["client"] == {"key": "value"}


@pytest.mark.parametrize(
    ("context", "message"),
    [
        ("no base64!", "Base64"),
        (base64.b64encode(b"no json").decode(), "JSON"),
        (base64.b64encode(b'"' + b"x" * 3000 + b'"').decode(), "3583"),
    ],
    ids=["no base64", "no json", "too long"],
)
async def test_a_client_context_that_cannot_be_read_is_refused(
    workers: Gateway, aws: Session, context: str, message: str
) -> None:
    """Its limit of 3,583 bytes is documented at ClientContext of Invoke, the error is not."""
    client = lambda_client(aws, workers)
    with pytest.raises(client.exceptions.InvalidRequestContentException, match=message):
        await invoke(client, "count", ClientContext=context)


async def test_a_malformed_name_is_a_validation_error(workers: Gateway, aws: Session) -> None:
    client = lambda_client(aws, workers)
    error = await refused(lambda: client.invoke(FunctionName="no name!"))
    assert (error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"]) == ("ValidationException", 400)


async def test_only_the_latest_version_exists(workers: Gateway, aws: Session) -> None:
    client = lambda_client(aws, workers)
    assert (await invoke(client, "count", Qualifier="$LATEST"))["StatusCode"] == 200
    for call in (
        lambda: client.invoke(FunctionName="count", Qualifier="1"),
        lambda: client.invoke(FunctionName="count:1"),
    ):
        assert (await refused(call))["Error"]["Code"] == "ResourceNotFoundException"


async def test_a_trace_that_comes_with_a_request_reaches_the_function(workers: Gateway, aws: Session) -> None:
    client = lambda_client(aws, workers)
    trace = "Root=1-5e6722a7-cc56xmpl46db7ae02d4dc5f2;Sampled=1"

    def trace_it(request: Any, **_options: Any) -> None:
        request.headers["X-Amzn-Trace-Id"] = trace

    client.meta.events.register("before-send.lambda.Invoke", trace_it)
    answer = await invoke(client, "describe")
    assert answer["Payload"]["environ"]["_X_AMZN_TRACE_ID"] == trace


async def test_every_invocation_has_a_trace_of_its_own(workers: Gateway, aws: Session) -> None:
    """As "Visualize Lambda function invocations using AWS X-Ray" has it: unsampled requests have a trace header too."""
    client = lambda_client(aws, workers)
    traces = {(await invoke(client, "describe"))["Payload"]["environ"]["_X_AMZN_TRACE_ID"] for _ in range(2)}
    assert len(traces) == 2
    assert all(re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24};Sampled=0", trace) for trace in traces)


async def test_an_unknown_function_is_not_found(workers: Gateway, aws: Session) -> None:
    client = lambda_client(aws, workers)
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        await invoke(client, "nothing")


async def test_a_payload_that_is_no_json_is_refused(workers: Gateway, aws: Session) -> None:
    client = lambda_client(aws, workers)
    with pytest.raises(client.exceptions.InvalidRequestContentException):
        await asyncio.to_thread(lambda: client.invoke(FunctionName="count", Payload=b"{"))


async def test_a_wrong_signature_is_refused(workers: Gateway, aws: Session) -> None:
    client = lambda_client(aws, workers, aws_secret_access_key="wrong")
    error = await refused(lambda: client.invoke(FunctionName="count"))
    assert error["Error"]["Code"] == "InvalidSignatureException"
    assert error["ResponseMetadata"]["HTTPStatusCode"] == 403


async def test_an_answer_over_6_mb_is_a_function_error(workers: Gateway, aws: Session) -> None:
    client = lambda_client(aws, workers)
    assert len((await invoke(client, "talk", {"size": 6 * 1024 * 1024 - 100}))["Payload"]) == 6 * 1024 * 1024 - 100
    for size in (6, 20):
        answer = await invoke(client, "talk", {"size": size * 1024 * 1024})
        assert answer["Payload"]["errorType"] == "Function.ResponseSizeTooLarge"


async def test_a_synchronous_payload_over_6_mb_is_refused(workers: Gateway, aws: Session) -> None:
    client = lambda_client(aws, workers)
    with pytest.raises(client.exceptions.RequestTooLargeException):
        await invoke(client, "count", "x" * 6 * 1024 * 1024)


async def test_an_asynchronous_payload_over_1_mb_is_refused(workers: Gateway, aws: Session) -> None:
    client = lambda_client(aws, workers)
    with pytest.raises(client.exceptions.RequestTooLargeException):
        await invoke(client, "count", "x" * 1024 * 1024, InvocationType="Event")


async def test_a_dry_run_invokes_nothing(workers: Gateway, aws: Session) -> None:
    answer = await invoke(lambda_client(aws, workers), "count", InvocationType="DryRun")
    assert answer["StatusCode"] == 204
    assert answer["ResponseMetadata"]["RequestId"]
    assert workers.environment_pids["count"] == []


async def test_reserved_concurrency_beyond_its_limit_is_429(
    workers: Gateway, aws: Session, records: Records, tmp_path: Path
) -> None:
    client = lambda_client(aws, workers)
    gate = tmp_path / "gate"
    first = asyncio.ensure_future(invoke(client, "single", {"until": str(gate)}))
    await records.wait("single")
    with pytest.raises(client.exceptions.TooManyRequestsException) as caught:
        await invoke(client, "single", {"until": str(gate)})
    assert dict(caught.value.response)["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
    gate.touch()
    assert (await first)["Payload"] == {"done": True}


async def test_concurrency_of_the_account_beyond_its_limit_is_429(
    start_gateway: StartGateway, aws: Session, records: Records, tmp_path: Path
) -> None:
    gateway = await start_gateway("workers", limits=Limits(concurrency=1))
    client = lambda_client(aws, gateway)
    gate = tmp_path / "gate"
    first = asyncio.ensure_future(invoke(client, "single", {"until": str(gate)}))
    await records.wait("single")
    with pytest.raises(client.exceptions.TooManyRequestsException) as caught:
        await invoke(client, "count")
    assert dict(caught.value.response)["Reason"] == "ConcurrentInvocationLimitExceeded"
    gate.touch()
    await first
    assert (await invoke(client, "count"))["Payload"]["calls"] == 1


# asynchronous


async def test_an_event_is_accepted_at_once_and_run_later(workers: Gateway, aws: Session, records: Records) -> None:
    answer = await invoke(lambda_client(aws, workers), "witness", {"a": 1}, InvocationType="Event")
    assert answer["StatusCode"] == 202
    assert answer["Payload"] is None
    assert await records.wait("witness") == [{"a": 1}]


async def test_a_failed_event_is_tried_three_times_then_reported_to_its_destination(
    start_gateway: StartGateway, aws: Session, records: Records
) -> None:
    policy = AsyncPolicy(factor=0.001, on_failure="witness")
    gateway = await start_gateway("workers", async_policies={"fail": policy})
    await invoke(lambda_client(aws, gateway), "fail", {"a": 1}, InvocationType="Event")
    [report] = await records.wait("witness")
    attempts = records.all("fail")
    assert len(attempts) == 3
    assert len({attempt["request_id"] for attempt in attempts}) == 1
    assert report["requestContext"]["condition"] == "RetriesExhausted"
    assert report["requestContext"]["approximateInvokeCount"] == 3
    assert report["requestContext"]["functionArn"] == (
        "arn:aws:lambda:us-east-1:000000000000:function:workers-dev-fail:$LATEST"
    )
    assert report["requestContext"]["requestId"] == attempts[0]["request_id"]
    assert report["requestPayload"] == {"a": 1}
    assert report["responseContext"] == {
        "statusCode": 200,
        "executedVersion": "$LATEST",
        "functionError": "Unhandled",
    }
    assert report["responsePayload"]["errorType"] == "RuntimeError"


async def test_an_event_that_worked_is_reported_to_its_destination(
    start_gateway: StartGateway, aws: Session, records: Records
) -> None:
    """Both records are in "Capturing records of Lambda asynchronous invocations" of the developer guide."""
    gateway = await start_gateway("workers", async_policies={"talk": AsyncPolicy(on_success="witness")})
    await invoke(lambda_client(aws, gateway), "talk", {"size": 2}, InvocationType="Event")
    [report] = await records.wait("witness")
    assert report["requestContext"]["condition"] == "Success"
    assert report["requestContext"]["approximateInvokeCount"] == 1
    assert report["requestPayload"] == {"size": 2}
    assert report["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST"}
    assert report["responsePayload"] == "xx"


async def test_a_destination_that_does_not_exist_is_logged(
    start_gateway: StartGateway, aws: Session, caplog: pytest.LogCaptureFixture
) -> None:
    gateway = await start_gateway("workers", async_policies={"talk": AsyncPolicy(on_success="nobody")})
    await invoke(lambda_client(aws, gateway), "talk", InvocationType="Event")
    await until(lambda: "talk: its destination nobody does not exist" in caplog.text)


async def test_events_of_a_function_that_is_switched_off_go_to_its_destination_at_once(
    start_gateway: StartGateway, aws: Session, records: Records
) -> None:
    """The developer guide says that with a reserved concurrency of zero they do, without any retry. It does not say
    with which condition."""
    gateway = await start_gateway("workers", async_policies={"off": AsyncPolicy(on_failure="witness")})
    await invoke(lambda_client(aws, gateway), "off", {"a": 1}, InvocationType="Event")
    [report] = await records.wait("witness")
    assert report["requestContext"]["approximateInvokeCount"] == 0
    assert "responseContext" not in report
    assert gateway.environment_pids["off"] == []


async def test_a_function_that_is_switched_off_is_429(workers: Gateway, aws: Session) -> None:
    client = lambda_client(aws, workers)
    with pytest.raises(client.exceptions.TooManyRequestsException):
        await invoke(client, "off")


async def test_a_function_without_retries_is_tried_once(
    start_gateway: StartGateway, aws: Session, records: Records
) -> None:
    policy = AsyncPolicy(retries=0, on_failure="workers-dev-witness")
    gateway = await start_gateway("workers", async_policies={"fail": policy})
    await invoke(lambda_client(aws, gateway), "fail", InvocationType="Event")
    await records.wait("witness")
    assert len(records.all("fail")) == 1


async def test_an_event_too_old_for_its_next_attempt_is_given_up(
    start_gateway: StartGateway, aws: Session, records: Records
) -> None:
    policy = AsyncPolicy(maximum_age=30, on_failure="witness")
    gateway = await start_gateway("workers", async_policies={"fail": policy})
    await invoke(lambda_client(aws, gateway), "fail", InvocationType="Event")
    [report] = await records.wait("witness")
    assert report["requestContext"]["condition"] == "EventAgeExceeded"
    assert len(records.all("fail")) == 1


async def test_a_throttled_event_waits_and_runs_later(
    start_gateway: StartGateway, aws: Session, records: Records, tmp_path: Path
) -> None:
    gateway = await start_gateway("workers", async_policy=AsyncPolicy(factor=0.05))
    client = lambda_client(aws, gateway)
    gate = tmp_path / "gate"
    for _ in range(2):
        await invoke(client, "single", {"until": str(gate)}, InvocationType="Event")
    await records.wait("single")
    gate.touch()
    await records.wait("single", 2)


async def test_a_full_queue_refuses_events(start_gateway: StartGateway, aws: Session, records: Records) -> None:
    gateway = await start_gateway("workers", limits=Limits(async_queue=1))
    client = lambda_client(aws, gateway)
    await invoke(client, "fail", {"how": "hang"}, InvocationType="Event")
    with pytest.raises(client.exceptions.TooManyRequestsException):
        await invoke(client, "fail", InvocationType="Event")
    await until(lambda: records.all("fail"))
