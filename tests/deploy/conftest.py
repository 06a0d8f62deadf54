"""MiniStack, and a Parley that was deployed to it: once per run, on the stores that all tests share."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from functools import partial

import pytest
import pytest_asyncio

from infra.deploy import settings as deploy_settings
from infra.deploy.deployment import Clients, Deployment
from infra.deploy.settings import Settings
from infra.emulator import PYTHON_VERSION, MiniStack
from tests.client import Address, sessions
from tests.deploy.system import SESSION, Deployed, build_once
from tests.integration.test_flush import Stored, in_cassandra

ORIGIN = "http://parley.test"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def ministack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[MiniStack]:
    server = MiniStack(tmp_path_factory.mktemp("ministack"))
    await server.start()
    try:
        await server.ready()
        yield server
    finally:
        await server.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def parley(ministack: MiniStack, stores_environment: Mapping[str, str]) -> AsyncIterator[Deployed]:
    """One Parley for all tests that change nothing about the deployment."""
    chosen = settings_for(ministack, stores_environment)
    lines: list[str] = []
    clients = Clients.connect(chosen, SESSION)
    deployment = Deployment(chosen, clients, lines.append, build=build_once)
    endpoints = await asyncio.to_thread(deployment.deploy)
    address = Address(endpoints.rest, endpoints.socket, endpoints.origin)
    async with sessions() as http:
        yield Deployed(chosen, clients, deployment, http, address, tuple(lines))


@pytest.fixture
def stored(cassandra_hosts: str, cassandra_keyspace: str) -> Stored:
    """What the deployment's history has, straight from the store."""
    return partial(in_cassandra, cassandra_hosts, cassandra_keyspace)


def settings_for(
    server: MiniStack, stores: Mapping[str, str], name: str = "parley", schedules: str = "ENABLED"
) -> Settings:
    """Of a deployment to the server, as `make deploy-local` reads them."""
    return deploy_settings.from_environment(
        parameters=[f"Origin={ORIGIN}", "BcryptCost=4", f"Schedules={schedules}"],
        python=PYTHON_VERSION,
        environment={**stores, "AWS_ENDPOINT_URL": server.url, "STACK": name},
    )
