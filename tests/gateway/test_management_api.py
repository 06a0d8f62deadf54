"""The management API, judged by boto3's own client."""

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from boto3.session import Session
from botocore.exceptions import ClientError
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from infra.gateway import Gateway, Limits
from tests.gateway.conftest import Records, StartGateway, management_client, until

UNKNOWN = "AAAA1234="


async def call(method: Callable[..., Any], **arguments: Any) -> Any:
    """Call a blocking client without blocking the gateway in this process."""
    return await asyncio.to_thread(lambda: method(**arguments))


async def test_post_sends_a_text_message(sockets: Gateway, aws: Session) -> None:
    management = management_client(aws, sockets)
    async with connect(sockets.websocket_url) as client:
        [connection] = sockets.connections
        await call(management.post_to_connection, ConnectionId=connection, Data="grüße".encode())
        assert await client.recv() == "grüße"


async def test_a_long_message_is_sent_in_frames_of_at_most_32_kb(sockets: Gateway, aws: Session) -> None:
    management = management_client(aws, sockets)
    async with connect(sockets.websocket_url) as client:
        data = b"x" * 128 * 1024
        receiving = asyncio.ensure_future(_fragments(client))
        await call(management.post_to_connection, ConnectionId=sockets.connections[0], Data=data)
        fragments = await receiving
    assert [len(fragment) for fragment in fragments] == [32 * 1024] * 4


async def _fragments(client: Any) -> list[str]:
    return [fragment async for fragment in client.recv_streaming()]


async def test_get_describes_the_connection(sockets: Gateway, aws: Session) -> None:
    management = management_client(aws, sockets)
    async with connect(sockets.websocket_url, user_agent_header="tester/1") as client:
        [connection] = sockets.connections
        before = await call(management.get_connection, ConnectionId=connection)
        await client.send("hello")
        await client.recv()
        after = await call(management.get_connection, ConnectionId=connection)
    assert before["Identity"] == {"SourceIp": "127.0.0.1", "UserAgent": "tester/1"}
    assert abs((datetime.now(UTC) - before["ConnectedAt"]).total_seconds()) < 60
    assert after["ConnectedAt"] == before["ConnectedAt"]
    assert after["LastActiveAt"] > before["LastActiveAt"]


async def test_delete_closes_the_socket(sockets: Gateway, aws: Session, records: Records) -> None:
    management = management_client(aws, sockets)
    async with connect(sockets.websocket_url) as client:
        answer = await call(management.delete_connection, ConnectionId=sockets.connections[0])
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
        with pytest.raises(ConnectionClosed) as caught:
            await client.recv()
    assert caught.value.rcvd is not None
    assert caught.value.rcvd.code == 1000
    [event] = await records.wait("disconnect")
    assert event["requestContext"]["disconnectReason"] == "Connection Closed Normally"


async def test_every_answer_has_a_request_id_of_its_own(sockets: Gateway, aws: Session) -> None:
    management = management_client(aws, sockets)
    async with connect(sockets.websocket_url):
        [connection] = sockets.connections
        answers = [
            await call(management.post_to_connection, ConnectionId=connection, Data=b"x"),
            await call(management.get_connection, ConnectionId=connection),
            await call(management.delete_connection, ConnectionId=connection),
        ]
    with pytest.raises(management.exceptions.GoneException) as gone:
        await call(management.get_connection, ConnectionId=UNKNOWN)
    ids = {answer["ResponseMetadata"]["RequestId"] for answer in (*answers, gone.value.response)}
    assert len(ids) == 4


async def test_chalice_s_own_info_describes_the_connection(sockets: Gateway) -> None:
    async with connect(sockets.websocket_url, user_agent_header="tester/1") as client:
        await client.send("info")
        seen = json.loads(await client.recv())
    assert seen["Identity"] == {"SourceIp": "127.0.0.1", "UserAgent": "tester/1"}


async def test_chalice_s_own_close_closes_the_socket(sockets: Gateway) -> None:
    async with connect(sockets.websocket_url) as client:
        await client.send("close")
        with pytest.raises(ConnectionClosed):
            await client.recv()


async def test_an_unknown_connection_is_gone_for_every_operation(sockets: Gateway, aws: Session) -> None:
    management = management_client(aws, sockets)
    for operation, arguments in (
        (management.post_to_connection, {"Data": b"x"}),
        (management.get_connection, {}),
        (management.delete_connection, {}),
    ):
        with pytest.raises(management.exceptions.GoneException):
            await call(operation, ConnectionId=UNKNOWN, **arguments)


async def test_a_closed_connection_is_gone(sockets: Gateway, aws: Session) -> None:
    """And one that never was, if only its id could be one: localstack/localstack issue 4694 says what AWS answers."""
    management = management_client(aws, sockets)
    async with connect(sockets.websocket_url):
        [connection] = sockets.connections
    await until(lambda: not sockets.connections)
    with pytest.raises(management.exceptions.GoneException):
        await call(management.post_to_connection, ConnectionId=connection, Data=b"x")


async def test_over_128_kb_is_payload_too_large(sockets: Gateway, aws: Session) -> None:
    management = management_client(aws, sockets)
    with pytest.raises(management.exceptions.PayloadTooLargeException):
        await call(management.post_to_connection, ConnectionId=UNKNOWN, Data=b"x" * (128 * 1024 + 1))


async def test_beyond_the_rate_is_limit_exceeded(start_gateway: StartGateway, aws: Session) -> None:
    gateway = await start_gateway("sockets", limits=Limits(requests_per_second=0.001, request_burst=1))
    management = management_client(aws, gateway)
    with pytest.raises(management.exceptions.GoneException):
        await call(management.get_connection, ConnectionId=UNKNOWN)
    with pytest.raises(management.exceptions.LimitExceededException):
        await call(management.get_connection, ConnectionId=UNKNOWN)


@pytest.mark.parametrize(
    "wrong",
    [
        {"aws_secret_access_key": "wrong"},
        {"aws_access_key_id": "AKIAWRONG"},
        {"region_name": "eu-west-1"},
    ],
    ids=["secret", "access key", "region"],
)
async def test_a_wrong_signature_is_forbidden(sockets: Gateway, aws: Session, wrong: dict[str, str]) -> None:
    management = management_client(aws, sockets, **wrong)
    with pytest.raises(management.exceptions.ForbiddenException):
        await call(management.post_to_connection, ConnectionId=UNKNOWN, Data=b"x")


async def test_a_malformed_id_is_a_bad_request(sockets: Gateway, aws: Session) -> None:
    management = management_client(aws, sockets)
    with pytest.raises(ClientError) as caught:
        await call(management.get_connection, ConnectionId="no id!")
    assert caught.value.response["Error"]["Code"] == "BadRequestException"


async def test_a_message_that_is_not_utf_8_is_a_bad_request(sockets: Gateway, aws: Session) -> None:
    management = management_client(aws, sockets)
    with pytest.raises(ClientError) as caught:
        await call(management.post_to_connection, ConnectionId=UNKNOWN, Data=b"\xff")
    assert caught.value.response["Error"]["Code"] == "BadRequestException"


async def test_a_slow_reader_s_sender_gets_429_and_the_reader_is_closed(
    start_gateway: StartGateway, aws: Session, records: Records
) -> None:
    limits = Limits(send_buffer=256 * 1024, slow_reader_grace=0.2, close_timeout=0.2)
    gateway = await start_gateway("sockets", limits=limits)
    management = management_client(aws, gateway)
    slow = await connect(gateway.websocket_url, max_queue=1)
    async with connect(gateway.websocket_url) as other:
        slow.transport.pause_reading()
        connection = gateway.connections[0]
        with pytest.raises(management.exceptions.LimitExceededException):
            await call(_flood, management=management, connection=connection)
        await other.send("hello")
        assert await other.recv() == "hello"
        await until(lambda: connection not in gateway.connections, 5)
        await records.wait("disconnect")
    slow.transport.abort()


def _flood(management: Any, connection: str) -> None:
    for _ in range(1000):
        management.post_to_connection(ConnectionId=connection, Data=b"x" * 128 * 1024)
