"""What the three stores have in common: an address; if embedded, also a data folder and a server process.

The order is `start`, `ready`, `stop`. Start them all and then await them all: the slowest decides.
"""

import asyncio
import os
import signal
import time
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import ClassVar

from infra.processes import Account, Child
from infra.processes.ports import free_port, is_free
from infra.stores.errors import NotStarted, ServerEnded, ServerNotFound, ServerNotReady
from infra.stores.lock import FolderLock

Progress = Callable[[str], None]
"""Called with a line to show the user while something takes long."""

Answers = Callable[[str], Awaitable[bool]]
"""Whether a server at the address answers a request in its own protocol."""

_POLL_SECONDS = 0.05
# Another process may open the port between its choice and the server's start.
_PORTS_TO_TRY = 3


class Store(ABC):
    """One store of Parley: embedded, or a server that is already there."""

    name: str
    """What people call it."""

    @property
    @abstractmethod
    def url(self) -> str:
        """The address that clients use. An embedded store has one from `start` on and keeps it in a restart."""

    @abstractmethod
    async def start(self) -> None:
        """Begin to start the server. Raises StoreError."""

    @abstractmethod
    async def ready(self, within: float = 90.0) -> None:
        """Wait until the server answers in its own protocol. Raises StoreError after `within` seconds."""

    @abstractmethod
    async def stop(self, grace: float = 4.0) -> None:
        """Stop the server, by force after `grace` seconds: acknowledged writes survive that as well."""


class ExistingServer(Store):
    """A server that somebody else runs: it is used, never started or stopped."""

    def __init__(self, name: str, url: str, answers: Answers, variable: str) -> None:
        self.name = name
        self._url = url
        self._answers = answers
        self._variable = variable

    @property
    def url(self) -> str:
        return self._url

    async def start(self) -> None:
        return

    async def ready(self, within: float = 90.0) -> None:
        deadline = time.monotonic() + within
        while not await self._answers(self._url):
            if time.monotonic() > deadline:
                raise ServerNotFound(self.name, self._variable)
            await asyncio.sleep(_POLL_SECONDS)

    async def stop(self, grace: float = 4.0) -> None:  # noqa: ARG002 - there is nothing to wait for
        return


class EmbeddedStore(Store):
    """A server process of our own on 127.0.0.1, with its data in a folder that it alone uses."""

    stop_signal: ClassVar[signal.Signals] = signal.SIGTERM

    def __init__(
        self,
        folder: Path,
        port: int | None = None,
        *,
        log: Path | None = None,
        progress: Progress = lambda _: None,
    ) -> None:
        """`folder` is made when missing; `port` is chosen at the first start when not given."""
        self.folder = folder.absolute()
        self.log = log or self.folder / "server.log"
        self._port = port
        self._port_is_ours = port is None
        self._progress = progress
        self._lock = FolderLock(self.folder, self.name)
        self._child: Child | None = None

    @property
    def port(self) -> int:
        """The TCP port on 127.0.0.1."""
        if self._port is None:
            raise NotStarted(self.name)
        return self._port

    @property
    def child(self) -> Child:
        """The server's process."""
        if self._child is None:
            raise NotStarted(self.name)
        return self._child

    async def start(self) -> None:
        await asyncio.to_thread(self._lock.acquire)
        try:
            await self._prepare()
            await self._spawn()
        except BaseException:
            self._lock.release()
            raise

    async def ready(self, within: float = 90.0) -> None:
        deadline = time.monotonic() + within
        ports = 1
        while not (self.child.running and await self._answers()):
            if not self.child.running:
                if not self._port_is_ours or is_free(self.port) or ports == _PORTS_TO_TRY:
                    raise ServerEnded(self.name, self.log)
                ports += 1
                self._port = None
                await self._spawn()
            if time.monotonic() > deadline:
                raise ServerNotReady(self.name, within, self.log)
            await asyncio.sleep(_POLL_SECONDS)
        # A restart keeps the port: the address is known to clients now.
        self._port_is_ours = False

    async def stop(self, grace: float = 4.0) -> None:
        if self._child is not None:
            await self._child.stop(self.stop_signal, grace=grace)
            self._child = None
        self._lock.release()

    async def _spawn(self) -> None:
        if self._port is None:
            self._port = free_port()
        self._child = await Child.start(
            self.name,
            self._command(),
            log=self.log,
            environment=self._environment(),
            folder=self.folder,
            account=self._account(),
            keep_open=[self._lock.descriptor],
        )

    def _environment(self) -> dict[str, str]:
        return dict(os.environ)

    def _account(self) -> Account | None:
        return None

    @abstractmethod
    async def _prepare(self) -> None:
        """Make what the server needs on disk. Called before every start, with the folder locked."""

    @abstractmethod
    def _command(self) -> Sequence[str | Path]:
        """The server's command line."""

    @abstractmethod
    async def _answers(self) -> bool:
        """Whether the server answers a request in its own protocol."""
