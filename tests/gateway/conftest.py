"""Gateways for the sample apps in `apps`, the clients that judge them, and what the apps kept in files."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pytest
from boto3.session import Session
from botocore.config import Config
from mypy_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient
from mypy_boto3_lambda import LambdaClient

from infra.gateway import Gateway, Limits, testing
from infra.gateway.testing import LocalGateway, local_gateway
from tests.waiting import process_state

APPS = Path(__file__).parent / "apps"
DEADLINE = 15.0
T = TypeVar("T")


async def until(condition: Callable[[], T], deadline: float = DEADLINE) -> T:
    """Wait for a condition to give something true, and return that."""
    loop = asyncio.get_running_loop()
    end = loop.time() + deadline
    while not (found := condition()):
        assert loop.time() < end, f"{condition} was not met in {deadline} s"
        await asyncio.sleep(0.005)
    return found


class Records:
    """What the sample apps kept since the test began: documents by kind."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._since = time.time()

    def all(self, kind: str) -> list[dict[str, Any]]:
        """Every document of a kind so far."""
        return [document for path in self.folder.glob(f"{kind}-*.json") if (document := self._read(path))]

    def _read(self, path: Path) -> dict[str, Any] | None:
        document: dict[str, Any] = json.loads(path.read_text())
        connected_at = document.get("requestContext", {}).get("connectedAt")
        # A late event of another test's connection is told by when that connected.
        began = connected_at / 1000 if connected_at else path.stat().st_mtime
        return document if began >= self._since - 0.001 else None

    async def wait(self, kind: str, number: int = 1) -> list[dict[str, Any]]:
        """At least so many documents of a kind."""
        return await until(lambda: found if len(found := self.all(kind)) >= number else [])


class StartGateway(Protocol):
    """Starts a gateway that is stopped after the test. `app` names a folder in `apps`, or is a project's path."""

    def __call__(self, app: str | Path, **settings: Any) -> Awaitable[LocalGateway]: ...


@pytest.fixture(scope="session")
def records_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("records")


@pytest.fixture
def records(records_folder: Path) -> Records:
    return Records(records_folder)


def _recorded(records_folder: Path, settings: dict[str, Any]) -> dict[str, Any]:
    return {**settings, "environment": {"RECORDS": str(records_folder), **settings.get("environment", {})}}


def sample(app: str | Path, records_folder: Path, **settings: Any) -> LocalGateway:
    """A gateway that is not started yet, for fixtures that are shared."""
    return local_gateway(APPS / app, **_recorded(records_folder, settings))


@pytest.fixture
def start_gateway(gateway: testing.StartGateway, records_folder: Path) -> StartGateway:
    def start(app: str | Path, **settings: Any) -> Awaitable[LocalGateway]:
        return gateway(APPS / app, **_recorded(records_folder, settings))

    return start


@pytest.fixture(scope="session")
async def running_sockets(records_folder: Path) -> AsyncIterator[LocalGateway]:
    async with sample("sockets", records_folder, limits=Limits(environments=4)) as gateway:
        yield gateway


@pytest.fixture
async def sockets(running_sockets: LocalGateway) -> LocalGateway:
    """The sockets app with default settings, shared by tests: nobody is connected when one begins."""
    await until(lambda: not running_sockets.connections)
    running_sockets.events.clear()
    return running_sockets


@pytest.fixture
async def workers(start_gateway: StartGateway) -> LocalGateway:
    """The workers app with default settings."""
    return await start_gateway("workers")


@pytest.fixture(scope="session")
def aws() -> Session:
    """One boto3 session: its loading of models is the slow part."""
    return Session()


def client_options(gateway: Gateway) -> dict[str, Any]:
    """How a client of AWS signs for this gateway, without trying again."""
    return {
        "region_name": gateway.settings.region,
        "aws_access_key_id": gateway.settings.credentials.access_key_id,
        "aws_secret_access_key": gateway.settings.credentials.secret_access_key,
        "config": Config(retries={"max_attempts": 0}),
    }


def management_client(aws: Session, gateway: Gateway, **options: Any) -> ApiGatewayManagementApiClient:
    """boto3's own client of the management API."""
    settings = {**client_options(gateway), "endpoint_url": gateway.management_url, **options}
    return aws.client("apigatewaymanagementapi", **settings)


def lambda_client(aws: Session, gateway: Gateway, **options: Any) -> LambdaClient:
    """boto3's own client of Lambda."""
    return aws.client("lambda", **{**client_options(gateway), "endpoint_url": gateway.url, **options})


def alive(pid: int) -> bool:
    """Whether a process runs; a zombie that nobody has reaped does not."""
    return process_state(pid) not in ("", "Z", "X")


def write_project(folder: Path, code: str, config: dict[str, Any] | None = None) -> Path:
    """A Chalice project made on the spot."""
    (folder / ".chalice").mkdir(parents=True, exist_ok=True)
    settings = {"version": "2.0", "app_name": "made", **(config or {})}
    (folder / ".chalice" / "config.json").write_text(json.dumps(settings))
    (folder / "app.py").write_text(code)
    return folder
