"""A deployed Parley for tests, with what tests of the local one use: `person`, `invoke`."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import aiohttp
import boto3

from infra.deploy import package
from infra.deploy.deployment import Clients, Deployment
from infra.deploy.settings import Settings
from infra.emulator import CREDENTIALS
from infra.emulator.gaps import REFUSED_HANDSHAKE
from tests.client import Address, Person
from tests.system import SCHEDULED

SESSION = boto3.Session(CREDENTIALS["AWS_ACCESS_KEY_ID"], CREDENTIALS["AWS_SECRET_ACCESS_KEY"], region_name="us-east-1")
build_once = cache(package.build)
"""Packaging takes seconds, and gives the same every time."""


@dataclass(frozen=True, slots=True)
class Deployed:
    """A running Parley, behind the endpoints of a server that plays AWS."""

    settings: Settings
    clients: Clients
    deployment: Deployment
    http: aiohttp.ClientSession
    address: Address
    lines: tuple[str, ...]
    """What the deployment said."""

    def somebody(self) -> Person:
        """A person who has no account yet."""
        return Person(self.address, self.http)

    async def person(self, name: str | None = None) -> Person:
        """A person with an account and a session."""
        return await self.somebody().register(name)

    def refusal(self, _status: int) -> int:
        """The status of a handshake that `$connect` refuses."""
        return REFUSED_HANDSHAKE

    async def set_schedule(self, function: str, *, on: bool) -> None:
        """Let the function's schedule fire, or not."""
        await asyncio.to_thread(self._set_schedule, function, on=on)

    def _set_schedule(self, function: str, *, on: bool) -> None:
        events = SESSION.client("events", endpoint_url=self.settings.endpoint)
        found = self.clients.cloudformation.describe_stack_resource(
            StackName=self.settings.name, LogicalResourceId=f"{function.capitalize()}{function.capitalize()}Event"
        )
        rule = found["StackResourceDetail"]["PhysicalResourceId"]
        events.enable_rule(Name=rule) if on else events.disable_rule(Name=rule)

    async def invoke(self, function: str, event: Mapping[str, object] | None = None) -> Any:
        """Run a function now and give its answer."""
        return await asyncio.to_thread(self._invoke, function, event or SCHEDULED)

    def _invoke(self, function: str, event: Mapping[str, object]) -> Any:
        answer = self.clients.functions.invoke(
            FunctionName=f"{self.settings.name}-{function}", Payload=json.dumps(event).encode()
        )
        payload = answer["Payload"].read().decode()
        assert not answer.get("FunctionError"), payload
        return json.loads(payload)


async def through_cloudfront(parley: Deployed, path: str) -> tuple[int, Mapping[str, str], str]:
    """Status, headers and text of a GET from the distribution, as if it came over HTTPS."""
    headers = {"Host": parley.deployment.stack.outputs()["DistributionDomain"], "X-Forwarded-Proto": "https"}
    async with parley.http.get(f"{parley.settings.endpoint}{path}", headers=headers) as answer:
        return answer.status, answer.headers, await answer.text()
