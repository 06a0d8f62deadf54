"""A gateway in a process of its own, for tests that kill it or weigh it."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from infra.gateway.core.sigv4 import Credentials, Scope, SignedRequest, sign


class Separate:
    """A running gateway. Functions are invoked over HTTP, as by any client."""

    def __init__(self, process: asyncio.subprocess.Process, ready: dict[str, Any]) -> None:
        self.process = process
        self.url: str = ready["url"]
        self.websocket_url: str = ready["websocket_url"]
        environment = ready["environment"]
        self._credentials = Credentials(environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"])

    async def invoke(self, name: str, event: Any, now: float) -> Any:
        """What a function returns, or the error document in its place."""
        path = f"/2015-03-31/functions/{name}/invocations"
        body = json.dumps(event).encode()
        request = SignedRequest("POST", path, "", {"host": self.url.removeprefix("http://")}, body)
        headers = sign(request, self._credentials, Scope("us-east-1", "lambda"), now)
        async with aiohttp.ClientSession() as http, http.post(self.url + path, data=body, headers=headers) as answer:
            return await answer.json()

    @property
    def peak(self) -> int:
        """The most memory the gateway itself has had, in bytes."""
        return _status(self.process.pid, "VmHWM")


def _status(pid: int, name: str) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    raise LookupError(name)


@asynccontextmanager
async def separate_gateway(project: Path, *options: str, **variables: str) -> AsyncIterator[Separate]:
    """Run a project until the block ends; `variables` are its functions'."""
    read_end, write_end = os.pipe()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "infra.gateway", "run", str(project), "--port=0", "--no-schedules"),
        *(f"--env={name}={value}" for name, value in variables.items()),
        *(f"--ready-fd={write_end}", *options),
        pass_fds=(write_end,),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    os.close(write_end)
    try:
        with os.fdopen(read_end) as stream:
            line = await asyncio.wait_for(asyncio.to_thread(stream.readline), 30)
        yield Separate(process, json.loads(line))
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
