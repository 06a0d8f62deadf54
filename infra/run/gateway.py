"""The local gateway as a child process."""

import asyncio
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from infra.processes import Child
from infra.run.errors import ServiceEnded
from infra.run.settings import ROOT, RunSettings

# How asynchronous invocations are repeated is set on AWS by template.yaml; these are the same choices.
# A fan-out that comes late is worthless, and for a flush the schedule is the retry.
_POLICIES = (
    "--retries",
    "fanout=0",
    "--maximum-age",
    "fanout=60",
    "--retries",
    "flush_room=0",
    "--maximum-age",
    "mail=600",
)

# OWASP ASVS 5, 3.4. A browser that does not take 'self' for WebSockets is told the page's own address.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " font-src 'self'; connect-src 'self' ws://localhost:{port} ws://127.0.0.1:{port}; manifest-src 'self';"
    " worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none';"
    " require-trusted-types-for 'script'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class GatewayProcess:
    """`python -m infra.gateway run functions`, with the same life cycle as a store."""

    name = "The gateway"

    def __init__(self, settings: RunSettings, static: Path, environment: Mapping[str, str], lock: int) -> None:
        """`environment` is what the functions get, `static` the built web app.

        `lock` is the descriptor of the data folder's lock: a run that follows a killed one waits for its gateway to
        be gone too, and so for the port.
        """
        self.log = settings.logs / "gateway.log"
        self._settings = settings
        self._static = static
        self._environment = environment
        self._lock = lock
        self._child: Child | None = None
        self._ready_end: int | None = None

    @property
    def child(self) -> Child:
        """The gateway's process. Raises RuntimeError before `start`."""
        if self._child is None:
            raise RuntimeError(self.name)
        return self._child

    async def start(self) -> None:
        """Start the process."""
        self._close_ready_end()
        self._ready_end, write_end = os.pipe()
        try:
            self._child = await Child.start(
                self.name,
                self._command(write_end),
                log=self.log,
                # Through the environment, not the command line, which every user of the machine can read.
                environment={**os.environ, **self._environment},
                folder=ROOT,
                keep_open=[write_end, self._lock],
            )
        finally:
            os.close(write_end)

    async def ready(self) -> None:
        """Wait until it accepts connections. Raises ServiceEnded."""
        if self._ready_end is None:
            raise RuntimeError(self.name)
        # The end of the pipe comes with its first line or with the end of the process, whichever is first.
        reader = asyncio.StreamReader()
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(self._ready_end, "rb")
        )
        self._ready_end = None
        try:
            if not await reader.readline():
                raise ServiceEnded(self.name, self.log)
        finally:
            transport.close()

    async def stop(self, grace: float) -> None:
        """Stop it and its functions, by force after `grace` seconds."""
        self._close_ready_end()
        if self._child is not None:
            await self._child.stop(grace=grace)
            self._child = None

    def _close_ready_end(self) -> None:
        if self._ready_end is not None:
            os.close(self._ready_end)
            self._ready_end = None

    def _command(self, ready_end: int) -> Sequence[str | Path]:
        # fmt: off
        return [
            sys.executable, "-m", "infra.gateway", "run", ROOT / "functions",
            "--host", self._settings.listen, "--port", str(self._settings.port),
            "--rest-stage", "api", "--websocket-stage", "ws",
            "--static", self._static, *self._headers(), "--ready-fd", str(ready_end), *_POLICIES,
            *(option for name in self._environment for option in ("--env", name)),
        ]
        # fmt: on

    def _headers(self) -> Iterable[str]:
        for name, value in HEADERS.items():
            yield from ("--static-header", f"{name}: {value.format(port=self._settings.port)}")
