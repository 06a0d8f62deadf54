"""Lambda's Invoke, judged by boto3's own client."""

import asyncio
import base64
import json
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
    answer = await invoke(client, "talk", {"size": 6 * 1024 * 1024})
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
    assert report["requestPayload"] == {"a": 1}
    assert report["responsePayload"]["errorType"] == "RuntimeError"


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
