"""The WebSocket API over real sockets, judged by the `websockets` client."""

import asyncio
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from boto3.session import Session
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from infra.gateway import Faults, Gateway, Limits
from infra.gateway.core.connection import Lifetimes
from infra.gateway.shell.discovery import ProjectError
from tests.gateway.conftest import Records, StartGateway, management_client, until, write_project

NO_ROUTES = """
from chalice import Chalice
app = Chalice(app_name="made")

@app.on_ws_disconnect()
def disconnect(event):
    pass
"""


async def refused(url: str, **options: Any) -> InvalidStatus:
    """The refusal of a handshake."""
    with pytest.raises(InvalidStatus) as caught:
        await connect(url, **options)
    return caught.value


async def closed(client: ClientConnection) -> tuple[int, str]:
    """The close frame a client is sent."""
    with pytest.raises(ConnectionClosed) as caught:
        await asyncio.wait_for(_read_all(client), 10)
    frame = caught.value.rcvd
    assert frame is not None, "the socket ended without a close frame"
    return frame.code, frame.reason


async def _read_all(client: ClientConnection) -> None:
    while True:
        await client.recv()


async def exchange(client: ClientConnection, text: str) -> str:
    """Send a message and read the next one."""
    await client.send(text)
    return str(await asyncio.wait_for(client.recv(), 10))


# $connect


async def test_a_message_is_handled_by_the_function_and_answered_through_the_management_api(sockets: Gateway) -> None:
    async with connect(sockets.websocket_url) as client:
        assert await exchange(client, "hello") == "hello"


async def test_connect_sees_the_handshake(sockets: Gateway, records: Records) -> None:
    async with connect(
        f"{sockets.websocket_url}?room=a%20b&tag=1&tag=2",
        user_agent_header="tester/1",
        additional_headers=[("X-Twice", "1"), ("X-Twice", "2")],
    ):
        [event] = await records.wait("connect")
    context = event["requestContext"]
    assert context["routeKey"] == "$connect"
    assert context["eventType"] == "CONNECT"
    assert context["stage"] == "live"
    assert context["identity"] == {"sourceIp": "127.0.0.1", "userAgent": "tester/1"}
    assert event["queryStringParameters"] == {"room": "a b", "tag": "2"}
    assert event["multiValueQueryStringParameters"]["tag"] == ["1", "2"]
    assert event["multiValueHeaders"]["X-Twice"] == ["1", "2"]
    assert "Sec-WebSocket-Key" in event["headers"]
    assert event["headers"]["X-Amzn-Trace-Id"].startswith("Root=1-")
    assert event["headers"]["X-Forwarded-For"] == "127.0.0.1"
    assert "Upgrade" not in event["headers"]
    assert "body" not in event


async def test_connect_without_a_query_has_no_query_parameters(sockets: Gateway, records: Records) -> None:
    async with connect(sockets.websocket_url):
        [event] = await records.wait("connect")
    assert "queryStringParameters" not in event


@pytest.mark.parametrize("status", [401, 403, 500])
async def test_a_status_other_than_2xx_reaches_the_client_as_http_status(sockets: Gateway, status: int) -> None:
    refusal = await refused(f"{sockets.websocket_url}?status={status}")
    assert refusal.response.status_code == status
    assert not refusal.response.body


async def test_any_2xx_connects(sockets: Gateway) -> None:
    async with connect(f"{sockets.websocket_url}?status=204") as client:
        assert await exchange(client, "hello") == "hello"


@pytest.mark.parametrize("query", ["raise=1", "malformed=1"])
async def test_a_connect_that_fails_is_a_502_without_its_reason(sockets: Gateway, query: str) -> None:
    refusal = await refused(f"{sockets.websocket_url}?{query}")
    assert refusal.response.status_code == 502
    assert b"secret" not in (refusal.response.body or b"")


async def test_a_connect_that_takes_too_long_is_a_502(start_gateway: StartGateway) -> None:
    gateway = await start_gateway("sockets", limits=Limits(integration_timeout=0.8))
    refusal = await refused(f"{gateway.websocket_url}?hold=3")
    assert refusal.response.status_code == 502


async def test_without_a_connect_route_everybody_is_connected(start_gateway: StartGateway, tmp_path: Path) -> None:
    gateway = await start_gateway(write_project(tmp_path / "project", NO_ROUTES))
    async with connect(gateway.websocket_url):
        assert len(gateway.connections) == 1


async def test_the_socket_does_not_exist_until_connect_has_answered(sockets: Gateway, records: Records) -> None:
    """Not with the first message, as it once was elsewhere: localstack/localstack issue 3146."""
    handshake = asyncio.ensure_future(_connect(f"{sockets.websocket_url}?hold=0.5"))
    await records.wait("connect")
    assert not handshake.done()
    assert sockets.connections == []
    client = await handshake
    assert len(sockets.connections) == 1
    await client.close()


async def test_a_post_to_a_connection_during_its_own_connect_is_410(sockets: Gateway, records: Records) -> None:
    async with connect(f"{sockets.websocket_url}?greet=1") as client:
        await records.wait("greeting")
        assert await exchange(client, "hello") == "hello"


async def test_the_subprotocol_is_echoed_only_when_the_function_answers_it(sockets: Gateway, records: Records) -> None:
    offered: Any = ["chat", "ticket.abc"]
    async with connect(sockets.websocket_url, subprotocols=offered) as client:
        assert client.subprotocol is None
    async with connect(f"{sockets.websocket_url}?protocol=chat", subprotocols=offered) as client:
        assert client.subprotocol == "chat"
        assert client.response is not None
        assert "X-Other" not in client.response.headers
    events = await records.wait("connect", 2)
    assert {event["headers"]["Sec-WebSocket-Protocol"] for event in events} == {"chat, ticket.abc"}


async def test_a_url_over_4096_bytes_is_refused(sockets: Gateway) -> None:
    refusal = await refused(f"{sockets.websocket_url}?x={'x' * 4096}")
    assert refusal.response.status_code == 414


@pytest.mark.parametrize("path", ["/", "/other", "/live/deeper"])
async def test_only_the_stage_is_a_websocket(sockets: Gateway, path: str) -> None:
    refusal = await refused(sockets.websocket_url.removesuffix("/live") + path)
    assert refusal.response.status_code == 403


async def test_a_route_needs_a_function_of_the_project(start_gateway: StartGateway) -> None:
    with pytest.raises(
        ProjectError, match=r"^The route send is for the function nobody, which .*sockets does not have"
    ):
        await start_gateway("sockets", websocket_routes={"send": "nobody"})


async def test_new_connections_beyond_the_rate_are_refused_with_429(start_gateway: StartGateway) -> None:
    gateway = await start_gateway("sockets", limits=Limits(connections_per_second=0.001))
    async with connect(gateway.websocket_url):
        refusal = await refused(gateway.websocket_url)
    assert refusal.response.status_code == 429


# messages


async def test_a_message_event_has_the_documented_shape(sockets: Gateway, records: Records) -> None:
    async with connect(sockets.websocket_url) as client:
        first = json.loads(await exchange(client, "event 1"))
        second = json.loads(await exchange(client, "event 2"))
        [connected] = await records.wait("connect")
    context = first["requestContext"]
    assert (context["routeKey"], context["eventType"], first["body"]) == ("$default", "MESSAGE", "event 1")
    assert context["extendedRequestId"] == context["requestId"]
    assert context["messageDirection"] == "IN"
    assert context["connectionId"].endswith("=")
    assert "headers" not in first
    times = {each["requestContext"]["connectedAt"] for each in (connected, first, second)}
    assert len(times) == 1, "connectedAt is constant"
    assert context["messageId"] != second["requestContext"]["messageId"]


async def test_a_function_that_raises_gives_an_error_frame_and_the_socket_stays_open(sockets: Gateway) -> None:
    async with connect(sockets.websocket_url) as client:
        frame = json.loads(await exchange(client, "raise"))
        assert frame["message"] == "Internal server error"
        assert set(frame) == {"message", "connectionId", "requestId"}
        assert await exchange(client, "hello") == "hello"


async def test_a_function_that_takes_too_long_gives_an_error_frame_and_runs_on(
    start_gateway: StartGateway, tmp_path: Path
) -> None:
    gateway = await start_gateway("sockets", limits=Limits(integration_timeout=1.5))
    gate = tmp_path / "gate"
    async with connect(gateway.websocket_url) as client:
        frame = json.loads(await exchange(client, f"wait {gate}"))
        assert frame["message"] == "Internal server error"
        gate.touch()
        assert await asyncio.wait_for(client.recv(), 10) == f"wait {gate}"


async def test_a_function_whose_process_exits_gives_an_error_frame(sockets: Gateway) -> None:
    async with connect(sockets.websocket_url) as client:
        assert json.loads(await exchange(client, "exit 3"))["message"] == "Internal server error"
        assert await exchange(client, "hello") == "hello"


async def test_without_any_matching_route_the_client_reads_forbidden(
    start_gateway: StartGateway, tmp_path: Path
) -> None:
    gateway = await start_gateway(write_project(tmp_path / "project", NO_ROUTES))
    async with connect(gateway.websocket_url) as client:
        frame = json.loads(await exchange(client, '{"action": "unknown"}'))
    assert frame["message"] == "Forbidden"
    assert set(frame) == {"message", "connectionId", "requestId"}


async def test_a_function_s_body_reaches_the_client_only_with_a_route_response(start_gateway: StartGateway) -> None:
    """Asked for in dherault/serverless-offline issue 1008, where it needs a routeResponseSelectionExpression too."""
    silent = await start_gateway("sockets")
    async with connect(silent.websocket_url) as client:
        assert await exchange(client, "one") == "one"
        assert await exchange(client, "two") == "two"
    responding = await start_gateway("sockets", route_responses=frozenset({"$default"}))
    async with connect(responding.websocket_url) as client:
        await client.send("one")
        assert {await client.recv(), await client.recv()} == {"one", "a route response"}


async def test_a_message_reaches_the_function_of_the_route_it_selects(start_gateway: StartGateway) -> None:
    gateway = await start_gateway(
        "sockets", websocket_routes={"send": "websocket_message"}, route_selection="$request.body.meta.kind"
    )
    selecting, other = '{"meta": {"kind": "send"}}', '{"meta": {"kind": "other"}}'
    async with gateway.connect() as client:
        assert await exchange(client, selecting) == selecting
        assert await exchange(client, other) == other
    for route, body in (("send", selecting), ("$default", other)):
        event = (await gateway.events.wait(route=route)).event
        assert (event["requestContext"]["routeKey"], event["body"]) == (route, body)


async def test_messages_of_one_connection_are_handled_at_the_same_time(sockets: Gateway, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    async with connect(sockets.websocket_url) as client:
        await client.send(f"wait {gate}")
        assert await exchange(client, "quick") == "quick"
        gate.touch()
        assert await asyncio.wait_for(client.recv(), 10) == f"wait {gate}"


async def test_a_binary_frame_closes_with_1003(sockets: Gateway) -> None:
    async with connect(sockets.websocket_url) as client:
        await client.send(b"\x00\x01")
        assert (await closed(client))[0] == 1003


async def test_a_frame_over_32_kb_closes_with_1009(sockets: Gateway) -> None:
    async with connect(sockets.websocket_url) as client:
        assert len(await exchange(client, "x" * 32 * 1024)) == 32 * 1024
        await client.send("x" * (32 * 1024 + 1))
        assert (await closed(client))[0] == 1009


async def test_a_message_of_128_kb_passes_in_frames_and_a_longer_one_closes_with_1009(sockets: Gateway) -> None:
    async with connect(sockets.websocket_url, max_size=None) as client:
        await client.send(["x" * 32 * 1024] * 4)
        assert len(await asyncio.wait_for(client.recv(), 10)) == 128 * 1024
        await client.send(["x" * 32 * 1024] * 4 + ["x"])
        assert (await closed(client))[0] == 1009


async def test_text_that_is_not_utf_8_closes_with_1007(sockets: Gateway) -> None:
    async with connect(sockets.websocket_url) as client:
        await client.send(b"\xff\xfe", text=True)
        assert (await closed(client))[0] == 1007


async def test_messages_beyond_the_rate_close_with_1008(start_gateway: StartGateway) -> None:
    gateway = await start_gateway("sockets", limits=Limits(requests_per_second=0.001, request_burst=2))
    async with connect(gateway.websocket_url) as client:
        await client.send("one")
        await client.send("two")
        assert (await closed(client))[0] == 1008


async def test_protocol_pings_are_answered(sockets: Gateway) -> None:
    async with connect(sockets.websocket_url, ping_interval=None) as client:
        await asyncio.wait_for(await client.ping(), 5)


# closing


async def test_an_idle_connection_is_closed_with_1001_although_it_pings(
    start_gateway: StartGateway, records: Records
) -> None:
    gateway = await start_gateway("sockets", limits=Limits(lifetimes=Lifetimes(idle=0.6)))
    async with connect(gateway.websocket_url, ping_interval=0.1) as client:
        assert (await closed(client))[0] == 1001
    [event] = await records.wait("disconnect")
    assert event["requestContext"]["disconnectStatusCode"] == 1001


async def test_a_connection_is_closed_at_its_greatest_age_although_it_is_used(start_gateway: StartGateway) -> None:
    gateway = await start_gateway("sockets", limits=Limits(lifetimes=Lifetimes(idle=60, age=1.0)))
    async with connect(gateway.websocket_url) as client:
        closing = asyncio.ensure_future(closed(client))
        with suppress(ConnectionClosed):
            while not closing.done():
                await client.send("hello")
                await asyncio.wait({closing}, timeout=0.1)
        assert (await closing)[0] == 1001


async def test_disconnect_is_told_the_client_s_code_and_reason(sockets: Gateway, records: Records) -> None:
    client = await connect(sockets.websocket_url)
    await client.close(4001, "bye")
    [event] = await records.wait("disconnect")
    context = event["requestContext"]
    assert (context["disconnectStatusCode"], context["disconnectReason"]) == (4001, "bye")
    assert (context["routeKey"], context["eventType"]) == ("$disconnect", "DISCONNECT")
    assert event["headers"] == {
        "Host": context["domainName"],
        "x-api-key": "",
        "X-Forwarded-For": "",
        "x-restapi": "",
    }


async def test_a_close_without_status_is_told_as_1005(sockets: Gateway, records: Records) -> None:
    client = await connect(sockets.websocket_url)
    client.protocol.send_close()
    client.transport.writelines(client.protocol.data_to_send())
    [event] = await records.wait("disconnect")
    context = event["requestContext"]
    assert context["disconnectStatusCode"] == 1005
    assert context["disconnectReason"] == "Client-side close frame status not set"
    await client.wait_closed()


async def test_a_client_that_vanishes_is_told_as_1006(sockets: Gateway, records: Records) -> None:
    client = await connect(sockets.websocket_url)
    client.transport.abort()
    [event] = await records.wait("disconnect")
    assert event["requestContext"]["disconnectStatusCode"] == 1006
    assert sockets.connections == []


async def test_disconnect_runs_after_a_refused_frame(sockets: Gateway, records: Records) -> None:
    async with connect(sockets.websocket_url) as client:
        await client.send(b"\x00")
        await closed(client)
    [event] = await records.wait("disconnect")
    assert event["requestContext"]["disconnectStatusCode"] == 1003


async def test_disconnect_can_be_dropped(start_gateway: StartGateway, records: Records) -> None:
    gateway = await start_gateway("sockets", faults=Faults(drop_disconnect=True))
    async with connect(gateway.websocket_url):
        pass
    await until(lambda: not gateway.connections)
    assert gateway.environment_pids["websocket_disconnect"] == []


async def test_a_refused_handshake_has_no_disconnect(sockets: Gateway, records: Records) -> None:
    await refused(f"{sockets.websocket_url}?status=401")
    async with connect(sockets.websocket_url) as client:
        await client.close(4000)
    [event] = await records.wait("disconnect")
    assert event["requestContext"]["disconnectStatusCode"] == 4000


async def test_a_client_that_does_not_answer_a_close_is_cut_off(start_gateway: StartGateway, aws: Session) -> None:
    gateway = await start_gateway("sockets", limits=Limits(close_timeout=0.3))
    client = await connect(gateway.websocket_url)
    client.transport.pause_reading()
    management = management_client(aws, gateway)
    await asyncio.to_thread(management.delete_connection, ConnectionId=gateway.connections[0])
    await until(lambda: not gateway.connections, 5)
    client.transport.abort()


async def test_a_client_that_leaves_during_its_connect_is_disconnected(sockets: Gateway, records: Records) -> None:
    host, port = sockets.url.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        b"GET /live?hold=0.2 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    await records.wait("connect")
    writer.transport.abort()
    [event] = await records.wait("disconnect")
    assert event["requestContext"]["disconnectStatusCode"] == 1006
    assert sockets.connections == []


async def test_a_client_that_pings_and_never_reads_is_cut_off(start_gateway: StartGateway) -> None:
    gateway = await start_gateway("sockets", limits=Limits(send_buffer=64 * 1024))
    client = await connect(gateway.websocket_url, ping_interval=None)
    client.transport.pause_reading()
    for number in range(400_000):
        if client.transport.is_closing():
            break
        client.protocol.send_ping(b"%0125d" % number)
        client.transport.writelines(client.protocol.data_to_send())
        if number % 100 == 0:
            await asyncio.sleep(0)
    await until(lambda: not gateway.connections)
    client.transport.abort()


async def test_messages_after_the_server_s_close_are_not_handled(
    start_gateway: StartGateway, aws: Session, tmp_path: Path
) -> None:
    gateway = await start_gateway("sockets", limits=Limits(close_timeout=1))
    async with connect(gateway.websocket_url) as client:
        client.transport.pause_reading()
        management = management_client(aws, gateway)
        await asyncio.to_thread(management.delete_connection, ConnectionId=gateway.connections[0])
        await client.send("hello")
        await until(lambda: not gateway.connections)
        assert gateway.environment_pids["websocket_message"] == []
        client.transport.abort()


async def test_stopping_closes_sockets_with_1001(start_gateway: StartGateway, records: Records) -> None:
    gateway = await start_gateway("sockets")
    client = await connect(gateway.websocket_url)
    await gateway.stop()
    assert (await closed(client))[0] == 1001


async def _connect(url: str) -> ClientConnection:
    return await connect(url)
