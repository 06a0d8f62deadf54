"""The whole of Parley for tests: the functions behind the local gateway, on the real stores."""

import os
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest_asyncio

from infra.gateway import Faults, Limits
from infra.gateway.core.async_policy import AsyncPolicy
from infra.gateway.pool.environment import State
from infra.gateway.testing import LocalGateway, local_gateway
from infra.processes.ports import free_port
from infra.run.mailbox import Mailbox
from tests.client import Person, sessions
from tests.waiting import until

ROOT: Final = Path(__file__).parents[1]
ONCE: Final = AsyncPolicy(retries=0, maximum_age=60)


@dataclass(frozen=True, slots=True)
class System:
    """A running Parley."""

    gateway: LocalGateway
    http: aiohttp.ClientSession
    url: str
    mailbox: Mailbox
    """Gets the mail it sends."""

    def somebody(self) -> Person:
        """A person who has no account yet."""
        return Person(self.url, self.http)

    async def person(self, name: str | None = None) -> Person:
        """A person with an account and a session."""
        return await self.somebody().register(name)

    async def invoke(self, function: str, event: Mapping[str, object] | None = None) -> Any:
        """Run a function now and give its answer; schedules do not fire by themselves here."""
        return await self.gateway.invoke(function, event or SCHEDULED)

    def refusal(self, status: int) -> int:
        """The status of a handshake that `$connect` refuses with this one."""
        return status

    async def quiet(self) -> None:
        """Wait until no function runs: a client may have its answer before the invocation ends."""

        async def idle() -> bool:
            environments = [it for pool in self.gateway.functions.pools for it in pool.environments]
            return all(it.state is State.IDLE for it in environments)

        await until(idle)


SCHEDULED: Final = {
    "version": "0",
    "id": "",
    "account": "000000000000",
    "region": "us-east-1",
    "detail": {},
    "detail-type": "Scheduled Event",
    "source": "aws.events",
    "time": "1970-01-01T00:00:00Z",
    "resources": [],
}
"""What EventBridge sends, as far as handlers look at it."""


def function_environment(stores: Mapping[str, str], port: int) -> dict[str, str]:
    """What the functions need to know; secrets are made anew, hashing is cheap."""
    return {
        **stores,
        "PASSWORD_PEPPER": secrets.token_hex(32),
        "TOKEN_KEYS": f"test:{secrets.token_hex(32)}",
        "ALLOWED_ORIGINS": f"http://localhost:{port},http://127.0.0.1:{port}",
        "BCRYPT_COST": "4",
    }


@asynccontextmanager
async def running(
    stores: Mapping[str, str],
    *,
    faults: Faults | None = None,
    environment: Mapping[str, str] | None = None,
    limits: Limits | None = None,
    port: int | None = None,
) -> AsyncIterator[System]:
    """Start Parley on these stores, without schedules; on a free port unless one is given."""
    port = port or free_port()
    dist = ROOT / "frontend" / "dist"
    mailbox = Mailbox()
    await mailbox.start()
    mail = {"MAIL_URL": mailbox.smtp_url, "MAIL_FROM": "parley@localhost"}
    starting = local_gateway(
        ROOT / "functions",
        port=port,
        websocket_stage="ws",
        static=dist if dist.is_dir() else None,
        environment={**function_environment(stores, port), **mail, **(environment or {})},
        async_policies={"fanout": ONCE, "flush_room": ONCE, "mail": ONCE},
        faults=faults or Faults(),
        limits=limits or Limits(),
    )
    try:
        async with starting as gateway, sessions() as http:
            yield System(gateway, http, f"http://127.0.0.1:{port}", mailbox)
    finally:
        await mailbox.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def parley(stores_environment: Mapping[str, str]) -> AsyncIterator[System]:
    """One Parley for all tests that do not need one of their own."""
    async with running(stores_environment) as system:
        yield system


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def parley_without_cassandra(stores_without_cassandra: Mapping[str, str]) -> AsyncIterator[System]:
    """Another one, with its history in MongoDB."""
    async with running(stores_without_cassandra) as system:
        yield system


def artifacts() -> Path:
    """Where tests leave what people should look at."""
    folder = Path(os.environ.get("PARLEY_ARTIFACTS", ROOT / "tests" / "artifacts"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
