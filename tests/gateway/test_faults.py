"""What may go wrong on AWS, provoked for tests of other people's apps, from the start or while they run."""

import asyncio
import json
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import aiohttp
import pytest
from boto3.session import Session
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from infra.gateway import Faults, Settings
from infra.gateway.core.connection import Lifetimes
from infra.gateway.core.faults import FaultsError, faults_document, read_faults
from infra.gateway.core.invocation import Invocation, Result
from infra.gateway.shell.held_messages import HeldMessages
from infra.gateway.testing import LocalGateway
from tests.gateway.conftest import Records, StartGateway, lambda_client, management_client, until, write_project
from tests.gateway.test_lambda_api import invoke
from tests.gateway.test_websocket import closed, exchange, refused

ANSWERED = frozenset({"$default"})
ECHO = """
from chalice import Chalice
app = Chalice(app_name="made")

@app.on_ws_message()
def message(event):
    return {"statusCode": 200, "body": event.body}
"""


async def test_disconnect_can_be_dropped_and_delivered_again(start_gateway: StartGateway) -> None:
    gateway = await start_gateway("sockets", faults=Faults(drop_disconnect=True))
    async with gateway.connect():
        pass
    await until(lambda: not gateway.connections)
    gateway.provoke(Faults())
    async with gateway.connect() as client:
        await client.close(4001)
    event = await gateway.events.wait(route="$disconnect")
    assert event.event["requestContext"]["disconnectStatusCode"] == 4001
    assert len(gateway.events.all(route="$disconnect")) == 1


async def test_a_failing_connect_has_run_its_function_and_has_no_disconnect(start_gateway: StartGateway) -> None:
    """As after a time-out of the integration: what the function has stored stays stored."""
    gateway = await start_gateway("sockets", faults=Faults(fail_connect=503))
    refusal = await refused(gateway.websocket_url)
    assert refusal.response.status_code == 503
    assert (await gateway.events.wait(route="$connect")).answer["statusCode"] == 200
    assert gateway.connections == []
    assert gateway.events.all(route="$disconnect") == []


async def test_a_message_is_handled_twice_and_the_client_hears_of_the_first_only(start_gateway: StartGateway) -> None:
    gateway = await start_gateway("sockets", faults=Faults(duplicate_invocations=True), route_responses=ANSWERED)
    async with gateway.connect() as client:
        await client.send("hello")
        first, second = await gateway.events.wait_for(2, route="$default")
        assert first.event == second.event
        heard = [await client.recv() for _ in range(3)]
    assert sorted(map(str, heard)) == ["a route response", "hello", "hello"]


async def test_an_asynchronous_event_runs_twice_with_one_request_id(
    start_gateway: StartGateway, aws: Session, records: Records
) -> None:
    gateway = await start_gateway("workers", faults=Faults(duplicate_invocations=True))
    await invoke(lambda_client(aws, gateway), "witness", {"a": 1}, InvocationType="Event")
    assert await records.wait("witness", 2) == [{"a": 1}] * 2
    await until(lambda: len(gateway.events.all(function="witness")) == 2)


async def test_messages_reach_their_function_late(start_gateway: StartGateway) -> None:
    gateway = await start_gateway("sockets", faults=Faults(delay_messages=0.4))
    loop = asyncio.get_running_loop()
    async with gateway.connect() as client:
        sent = loop.time()
        await client.send("hello")
        await client.recv()
        assert loop.time() - sent >= 0.4


class StartOrder:
    """The bodies of messages in the order their functions were invoked."""

    def __init__(self) -> None:
        self.bodies: list[str] = []

    def invocation_started(self, invocation: Invocation) -> None:
        if invocation.origin == "$default":
            self.bodies.append(json.loads(invocation.payload)["body"])

    def invocation_ended(self, invocation: Invocation, result: Result) -> None:
        """Ends come in any order."""


async def test_messages_of_one_connection_reach_their_function_in_reverse(tmp_path: Path) -> None:
    order, project = StartOrder(), write_project(tmp_path / "project", ECHO)
    settings = Settings(project=project, schedules=False, faults=Faults(reorder_messages=0.3), route_responses=ANSWERED)
    async with LocalGateway(settings, [order]) as gateway, gateway.connect() as one:
        for text in ("1", "2", "3"):
            await one.send(text)
        assert {await one.recv() for _ in range(3)} == {"1", "2", "3"}
        assert order.bodies == ["3", "2", "1"]


async def test_messages_of_different_connections_do_not_wait_for_each_other() -> None:
    held = HeldMessages(asyncio.get_running_loop())
    held.faults = Faults(reorder_messages=0.05)
    seen: list[str] = []
    for connection, text in (("a", "a1"), ("b", "b1"), ("a", "a2")):
        held.deliver(connection, partial(seen.append, text))
    assert seen == []
    await until(lambda: len(seen) == 3)
    assert seen == ["a2", "a1", "b1"]
    held.deliver("a", partial(seen.append, "a3"))
    await until(lambda: len(seen) == 4)


async def test_what_is_held_back_is_not_delivered_to_a_gateway_that_stops(start_gateway: StartGateway) -> None:
    gateway = await start_gateway("sockets", faults=Faults(delay_messages=0.2))
    async with gateway.connect() as client:
        await client.send("hello")
        await client.ping()
        await gateway.stop()
        with pytest.raises(ConnectionClosed):
            await client.recv()
    # A message that was held for as long, and is delivered after it.
    held = HeldMessages(asyncio.get_running_loop())
    held.faults = Faults(delay_messages=0.2)
    delivered = asyncio.Event()
    held.deliver("x", delivered.set)
    await delivered.wait()
    assert gateway.events.all(route="$default") == []


async def test_callbacks_beyond_a_rate_are_limit_exceeded(start_gateway: StartGateway, aws: Session) -> None:
    gateway = await start_gateway("sockets", faults=Faults(callbacks_per_second=0.001))
    management = management_client(aws, gateway)
    async with gateway.connect() as client:
        [connection] = gateway.connections
        await asyncio.to_thread(management.post_to_connection, ConnectionId=connection, Data=b"one")
        assert await client.recv() == "one"
        with pytest.raises(management.exceptions.LimitExceededException):
            await asyncio.to_thread(management.post_to_connection, ConnectionId=connection, Data=b"two")
        gateway.provoke(Faults())
        await asyncio.to_thread(management.post_to_connection, ConnectionId=connection, Data=b"three")
        assert await client.recv() == "three"


@pytest.mark.parametrize("faults", [Faults(idle_timeout=0.1), Faults(connection_age=0.1)], ids=["idle", "age"])
async def test_sockets_that_are_open_already_can_be_closed_sooner(start_gateway: StartGateway, faults: Faults) -> None:
    gateway = await start_gateway("sockets")
    async with gateway.connect() as client:
        assert await exchange(client, "hello") == "hello"
        gateway.provoke(faults)
        assert (await closed(client))[0] == 1001


def test_lifetimes_are_the_usual_ones_unless_shortened() -> None:
    usual = Lifetimes(600, 7200)
    assert Faults().lifetimes(usual) == usual
    assert Faults(idle_timeout=0).lifetimes(usual) == Lifetimes(0, 7200)


# reading them


def test_faults_survive_their_way_through_json() -> None:
    faults = Faults(drop_disconnect=True, fail_connect=502, delay_messages=1.5, callbacks_per_second=3)
    assert read_faults(faults_document(faults)) == faults
    assert read_faults({}) == Faults()


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ([], "The body must be a JSON object of faults."),
        ({"drop": True}, "'drop' is no fault: there are drop_disconnect, fail_connect"),
        ({"drop_disconnect": 1}, "drop_disconnect must be true or false, not 1."),
        ({"fail_connect": 200}, "fail_connect must be an HTTP status from 400 to 599, or null, not 200."),
        ({"fail_connect": True}, "fail_connect must be an HTTP status"),
        ({"delay_messages": -1}, "delay_messages must be a number, not below 0, not -1."),
        ({"delay_messages": None}, "delay_messages must be a number"),
        ({"callbacks_per_second": "1"}, "callbacks_per_second must be a number"),
    ],
)
def test_what_is_no_fault_is_one_sentence(document: object, sentence: str) -> None:
    with pytest.raises(FaultsError) as caught:
        read_faults(document)
    assert str(caught.value).startswith(sentence)


# the control endpoint


@pytest.fixture
async def controlled(start_gateway: StartGateway) -> LocalGateway:
    return await start_gateway("sockets", control=True)


@pytest.fixture
async def http(controlled: LocalGateway) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(f"{controlled.url}/_gateway/control/") as session:
        yield session


async def test_faults_are_read_and_changed_while_it_runs(controlled: LocalGateway, http: aiohttp.ClientSession) -> None:
    async with http.get("faults") as answer:
        assert await answer.json() == faults_document(Faults())
    async with http.put("faults", json={"fail_connect": 500, "drop_disconnect": True}) as answer:
        assert (answer.status, (await answer.json())["fail_connect"]) == (200, 500)
    assert (await refused(controlled.websocket_url)).response.status_code == 500
    async with http.put("faults", json={}) as answer:
        assert await answer.json() == faults_document(Faults())
    async with connect(controlled.websocket_url) as client:
        assert await exchange(client, "hello") == "hello"


async def test_a_put_that_cannot_be_read_changes_nothing(controlled: LocalGateway, http: aiohttp.ClientSession) -> None:
    controlled.provoke(Faults(drop_disconnect=True))
    for body, kind in ((b"{", "application/json"), (b'{"x": 1}', "application/json"), (b"{}", "text/plain")):
        async with http.put("faults", data=body, headers={"Content-Type": kind}) as answer:
            assert answer.status == 400
            assert set(await answer.json()) == {"message"}
    assert controlled.faults == Faults(drop_disconnect=True)


async def test_only_this_machine_under_its_own_name_may_change_faults(http: aiohttp.ClientSession) -> None:
    """A site whose name resolves to 127.0.0.1 sends a Host of its own."""
    async with http.put("faults", json={}, headers={"Host": "evil.example"}) as answer:
        assert answer.status == 403


async def test_anything_else_is_refused(http: aiohttp.ClientSession) -> None:
    async with http.delete("faults") as answer:
        assert answer.status == 405
    async with http.get("other") as answer:
        assert answer.status == 404


async def test_the_control_endpoint_is_off_unless_asked_for(sockets: LocalGateway) -> None:
    async with aiohttp.ClientSession() as http, http.get(f"{sockets.url}/_gateway/control/faults") as answer:
        assert answer.status == 403
