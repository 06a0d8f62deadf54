"""Chalice apps as people write them run unchanged."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from boto3.session import Session
from moto.server import ThreadedMotoServer
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from infra.gateway import Faults
from infra.gateway.core.invocation import Outcome
from infra.gateway.testing import LocalGateway
from tests.gateway.conftest import StartGateway, until, write_project
from tests.gateway.test_rest_api import get

WEBSOCKET_BLUEPRINT = """
from chalice import Blueprint, Chalice
app = Chalice(app_name="made")
sockets = Blueprint(__name__)

@sockets.on_ws_message()
def message(event):
    return {"statusCode": 200, "body": event.body}

app.register_blueprint(sockets)
"""


async def heard(client: ClientConnection) -> str:
    return str(await asyncio.wait_for(client.recv(), 10))


# the tutorial's echo


async def test_the_echo_tutorial_echoes(start_gateway: StartGateway) -> None:
    gateway = await start_gateway("echo")
    async with gateway.connect() as client:
        for text in ("hello", "grüße", '{"action": "x"}'):
            await client.send(text)
            assert await heard(client) == text


# the tutorial's chat, with its table


@pytest.fixture(scope="module")
def dynamodb() -> Iterator[str]:
    """An address where DynamoDB answers."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


class Table:
    """The chat's table, as a bystander sees it."""

    def __init__(self, aws: Session, address: str) -> None:
        options: dict[str, Any] = {"aws_access_key_id": "any", "aws_secret_access_key": "any"}
        self._client: Any = aws.client("dynamodb", region_name="us-east-1", endpoint_url=address, **options)

    def create(self) -> None:
        self._client.create_table(
            TableName="connections",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )

    def delete(self) -> None:
        self._client.delete_table(TableName="connections")

    def ids(self) -> set[str]:
        items = self._client.scan(TableName="connections")["Items"]
        return {item["id"]["S"] for item in items}


@pytest.fixture
def table(aws: Session, dynamodb: str) -> Iterator[Table]:
    table = Table(aws, dynamodb)
    table.create()
    yield table
    table.delete()


@pytest.fixture
async def chat(start_gateway: StartGateway, dynamodb: str, table: Table) -> LocalGateway:
    return await start_gateway("chat", environment={"AWS_ENDPOINT_URL_DYNAMODB": dynamodb})


async def ask(client: ClientConnection, text: str) -> str:
    await client.send(text)
    return await heard(client)


@pytest.fixture
async def people(chat: LocalGateway) -> AsyncIterator[list[ClientConnection]]:
    """Two in one room and a third elsewhere."""
    async with AsyncExitStack() as stack:
        people = [await stack.enter_async_context(chat.connect()) for _ in range(3)]
        for client, room in zip(people, ("tea", "tea", "cake"), strict=True):
            assert await ask(client, f"/join {room}") == f"You are in {room}."
        yield people


async def test_the_chat_tutorial_keeps_rooms_apart(people: list[ClientConnection]) -> None:
    ada, grace, joan = people
    id_ = await ask(ada, "/whoami")
    await ada.send("hello")
    assert [await heard(ada), await heard(grace)] == [f"{id_}: hello"] * 2
    assert (await ask(joan, "cake?")).endswith(": cake?")


async def test_the_chat_tutorial_keeps_who_is_connected_in_its_table(
    chat: LocalGateway, people: list[ClientConnection], table: Table
) -> None:
    ada, *_ = people
    assert await asyncio.to_thread(table.ids) == set(chat.connections)
    gone = await ask(ada, "/whoami")
    await ada.close()
    await chat.events.wait(route="$disconnect", connection_id=gone)
    assert await asyncio.to_thread(table.ids) == set(chat.connections)
    assert len(chat.connections) == 2


async def test_the_chat_tutorial_closes_sockets(chat: LocalGateway, people: list[ClientConnection]) -> None:
    ada, grace, joan = people
    await ada.send(f"/kick {await ask(grace, '/whoami')}")
    with pytest.raises(ConnectionClosed):
        await heard(grace)
    await joan.send("/quit")
    with pytest.raises(ConnectionClosed):
        await heard(joan)
    await until(lambda: len(chat.connections) == 1)


async def test_the_chat_tutorial_learns_that_somebody_left_without_a_disconnect(
    chat: LocalGateway, people: list[ClientConnection], table: Table
) -> None:
    """`$disconnect` is best effort: WebsocketDisconnectedError is how an app finds out."""
    ada, grace, _ = people
    chat.provoke(Faults(drop_disconnect=True))
    gone = await ask(grace, "/whoami")
    await grace.close()
    await until(lambda: gone not in chat.connections)
    assert gone in await asyncio.to_thread(table.ids)
    assert (await ask(ada, "anybody there?")).endswith("anybody there?")
    event = await chat.events.wait(route="$default", where=lambda each: each.event["body"] == "anybody there?")
    assert event.outcome is Outcome.OK
    assert gone not in await asyncio.to_thread(table.ids)


# blueprints, variables, vendored packages


@pytest.fixture
async def parts(start_gateway: StartGateway) -> LocalGateway:
    return await start_gateway("parts")


async def test_routes_of_a_blueprint_are_below_its_prefix(parts: LocalGateway) -> None:
    async with aiohttp.ClientSession(f"{parts.url}/api/") as http:
        assert await get(http, "things/cup") == (200, {"thing": "cup", "method": "GET"})
        async with http.put("things/cup", json={}) as answer:
            assert (await answer.json())["method"] == "PUT"
            assert answer.headers["X-Stamp"] == "1"
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
        async with http.options("things/cup") as answer:
            assert answer.headers["Access-Control-Allow-Methods"] == "GET,PUT,OPTIONS"


async def test_an_authorizer_of_a_blueprint_is_asked(parts: LocalGateway) -> None:
    async with aiohttp.ClientSession(f"{parts.url}/api/") as http:
        assert (await get(http, "things/cup/secret"))[0] == 401
        answer = await get(http, "things/cup/secret", headers={"Authorization": "ada"})
        assert answer == (200, {"thing": "cup", "who": "ada"})


async def test_functions_and_schedules_of_a_blueprint_have_its_name_prefix(parts: LocalGateway) -> None:
    assert await parts.invoke("jobs_double", {"number": 21}) == 42
    assert await parts.invoke("parts-dev-jobs_double", {"number": 1}) == 2
    assert [(each.function, each.expression) for each in parts.manifest.schedules] == [("jobs_tidy", "rate(5 minutes)")]
    parts.fire("jobs_tidy")
    assert (await parts.events.wait(function="jobs_tidy")).answer == "Scheduled Event"


@pytest.mark.parametrize(
    ("stage", "function", "expected"),
    [
        ("dev", "variables", {"STAGE": "dev", "FUNCTION": "variables", "memory": "256"}),
        ("dev", "another", {"STAGE": "dev", "FUNCTION": "none", "memory": "128"}),
        ("prod", "variables", {"STAGE": "prod", "FUNCTION": "none", "memory": "512"}),
    ],
)
async def test_variables_and_sizes_are_those_of_stage_and_function(
    start_gateway: StartGateway, stage: str, function: str, expected: dict[str, Any]
) -> None:
    gateway = await start_gateway("parts", chalice_stage=stage)
    answer = await gateway.invoke(function)
    assert answer == {"EVERYWHERE": "top", **expected, "feet": 3.281}


async def test_websocket_handlers_in_a_blueprint_fail_as_they_do_on_lambda(
    start_gateway: StartGateway, tmp_path: Path
) -> None:
    """Chalice 1.34 wraps a WebSocket handler with `self.websocket_api`, which a Blueprint does not have: the runtime
    calls the bare function with event and context."""
    gateway = await start_gateway(write_project(tmp_path / "project", WEBSOCKET_BLUEPRINT))
    async with gateway.connect() as client:
        assert json.loads(await ask(client, "hello"))["message"] == "Internal server error"
    event = await gateway.events.wait(route="$default")
    assert event.failure is not None
    assert event.failure.message == "message() takes 1 positional argument but 2 were given"
