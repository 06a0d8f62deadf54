"""A gateway in a process of its own, so that it can be killed and started again at the same address."""

import asyncio
import json
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Self

import boto3

from infra.processes import Child
from infra.processes.ports import free_port, is_free
from tests.system import ROOT, SCHEDULED, function_environment
from tests.waiting import until

_START_SECONDS: Final = 60.0


class GatewayProcess:
    """The command line's gateway, serving Parley."""

    def __init__(self, stores: Mapping[str, str], environment: Mapping[str, str], folder: Path) -> None:
        self._port = free_port()
        self._variables = {**function_environment(stores, self._port), **environment}
        self._folder = folder
        self._key, self._secret = f"AKIA{secrets.token_hex(8).upper()}", secrets.token_hex(20)
        self._child: Child | None = None

    @property
    def url(self) -> str:
        """Where it serves."""
        return f"http://127.0.0.1:{self._port}"

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.kill()

    async def start(self) -> None:
        """Start it; it accepts connections when this returns."""
        options = [f"--port={self._port}", "--websocket-stage=ws", "--no-schedules", "--quiet"]
        options += [f"--access-key-id={self._key}", f"--secret-access-key={self._secret}"]
        options += [f"--env={name}={value}" for name, value in self._variables.items()]
        command = [sys.executable, "-m", "infra.gateway", "run", *options, str(ROOT / "functions")]
        log = self._folder / "gateway.log"
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        child = self._child = await Child.start("gateway", command, log=log, environment=environment, folder=ROOT)

        async def accepts() -> bool:
            assert child.running, f"the gateway did not start: see {log}"
            return not is_free(self._port)

        await until(accepts, within=_START_SECONDS)

    async def kill(self) -> None:
        """SIGKILL: no socket is closed, nobody is told."""
        if self._child is not None:
            self._child.kill()
            await self._child.wait()

    async def invoke(self, function: str) -> Any:
        """Run a function and give its answer."""
        return await asyncio.to_thread(self._answer_of, function)

    def _answer_of(self, function: str) -> Any:
        client = boto3.client(
            "lambda",
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id=self._key,
            aws_secret_access_key=self._secret,
        )
        answer = client.invoke(FunctionName=f"parley-dev-{function}", Payload=json.dumps(SCHEDULED))
        result = json.loads(answer["Payload"].read())
        assert not answer.get("FunctionError"), result
        return result
