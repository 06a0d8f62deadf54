"""Clients as they come: some well-behaved ones that count how they are served, and those that make trouble."""

import asyncio
import socket
import struct
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

import aiohttp
from yarl import URL

from infra.gateway.core.sigv4 import Credentials, Scope, SignedRequest, sign
from tests.load.process import Served
from tests.load.web_socket import LoadSocket, ignore, text_frame

TROUBLE: Final = ("print", "fork", "hang", "exit", "raise", "send")
LARGE: Final = b"x" * 100_000
#: tcp(7) has no name for it in Python: with it set, close(2) forgets a connection without telling the other side.
_TCP_REPAIR: Final = 19
_ECHOES: Final = 5
MOST_POSTS: Final = 300
_PATIENCE: Final = 40.0


class Crowd:
    """What each kind of client does, once. `echoes` are the seconds that well-behaved clients waited."""

    def __init__(self, gateway: Served, http: aiohttp.ClientSession) -> None:
        self.echoes: list[float] = []
        self.failures: list[str] = []
        self.did: dict[str, int] = {}
        self._gateway = gateway
        self._http = http

    async def keep(self, name: str, actor: Callable[[], Awaitable[None]], until: float, pause: float) -> None:
        """Do it again and again, with a pause between."""
        while time.monotonic() < until:
            await actor()
            self.did[name] = self.did.get(name, 0) + 1
            await asyncio.sleep(pause)

    async def churn(self) -> None:
        """Connect, have a few messages echoed, leave: this must work whatever the others do."""
        answers: asyncio.Queue[bytes] = asyncio.Queue()
        try:
            client = await self._connect(answers.put_nowait)
            for number in range(_ECHOES):
                begun, text = time.perf_counter(), f"hello {number}".encode()
                client.send(text_frame(text))
                answer = await asyncio.wait_for(answers.get(), _PATIENCE)
                if answer != text:
                    self.failures.append(f"{text!r} was answered by {answer!r}")
                self.echoes.append(time.perf_counter() - begun)
            client.send(b"\x88\x82\0\0\0\0" + struct.pack("!H", 1000))
            await asyncio.wait_for(client.closed, _PATIENCE)
        except (OSError, TimeoutError) as error:
            self.failures.append(f"{type(error).__name__} {error}")

    async def trouble(self, what: str) -> None:
        """Have a function misbehave, and leave when it has answered, or been answered for."""
        answered = asyncio.Event()
        with suppress(OSError, TimeoutError):
            client = await self._connect(lambda _: answered.set())
            client.send(text_frame(what.encode()))
            await asyncio.wait_for(answered.wait(), _PATIENCE)
            client.transport.close()

    async def vanish(self) -> None:
        """Be gone without FIN or RST, as when a cable is pulled; with a RST where the kernel does not let us."""
        with suppress(OSError):
            client = await self._connect(ignore)
            connection: socket.socket = client.transport.get_extra_info("socket")
            try:
                connection.setsockopt(socket.IPPROTO_TCP, _TCP_REPAIR, 1)
            except PermissionError:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.transport.abort()

    async def read_slowly(self) -> None:
        """Be sent more than one reads, until the gateway closes."""
        await self._flooded(reading_share=0.2)

    async def never_read(self) -> None:
        """Be sent a lot and read nothing, until the gateway closes."""
        await self._flooded(reading_share=0.0)

    async def _flooded(self, reading_share: float) -> None:
        told: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        with suppress(OSError, TimeoutError):
            client = await self._connect(lambda payload: None if told.done() else told.set_result(payload))
            client.send(text_frame(b"who"))
            connection_id = (await asyncio.wait_for(told, _PATIENCE)).decode()
            client.transport.pause_reading()
            for turn in range(MOST_POSTS):
                if turn % 10 < reading_share * 10:
                    client.transport.resume_reading()
                status = await self._post(connection_id)
                client.transport.pause_reading()
                if status == 410:
                    break
                await asyncio.sleep(0.02 if status == 200 else 0.2)
            client.transport.abort()

    async def _connect(self, received: Callable[[bytes], None]) -> LoadSocket:
        return await asyncio.wait_for(LoadSocket.connect(self._gateway.websocket_url, received), _PATIENCE)

    async def _post(self, connection_id: str) -> int:
        gateway = self._gateway
        host, _, stage = gateway.management_url.removeprefix("http://").partition("/")
        path = f"/{stage}/@connections/{connection_id.replace('=', '%3D')}"
        credentials = Credentials(gateway.access_key_id, gateway.secret_access_key)
        request = SignedRequest("POST", path, "", {"host": host}, LARGE)
        headers = sign(request, credentials, Scope("us-east-1", "execute-api"), time.time())
        url = URL(f"http://{host}{path}", encoded=True)
        async with self._http.post(url, data=LARGE, headers=headers) as answer:
            return answer.status
