"""A small client for tests: REST and the socket, with nothing hidden, so that tests say what they mean."""

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Self

import aiohttp
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from chalicelib.domain.ids import ulid

PATIENCE_SECONDS: Final = 15.0
PASSWORD: Final = "correct horse battery"

Frame = dict[str, Any]


def new_id() -> str:
    """A ULID of now."""
    return ulid(time.time_ns() // 1_000_000, secrets.randbits(80))


@dataclass(frozen=True, slots=True)
class Answer:
    """A REST answer."""

    status: int
    body: Any
    headers: Mapping[str, str]

    def ok(self) -> Any:
        """The body of an answer that must be a success."""
        assert self.status < 300, f"{self.status}: {self.body}"
        return self.body

    def code(self) -> str:
        """The error code of an answer that must be a refusal."""
        assert self.status >= 400, f"{self.status}: {self.body}"
        return str(self.body["error"]["code"])


@dataclass(slots=True)
class Socket:
    """An open socket; frames are kept in the order they came."""

    connection: ClientConnection
    frames: list[Frame] = field(default_factory=list)
    _arrived: asyncio.Condition = field(default_factory=asyncio.Condition)
    _reader: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.connection.close()
        if self._reader is not None:
            await self._reader

    async def _read(self) -> None:
        async for raw in self.connection:
            async with self._arrived:
                self.frames.append(json.loads(raw))
                self._arrived.notify_all()
        async with self._arrived:
            self._arrived.notify_all()

    async def send(self, action: str, **fields: object) -> str:
        """Send a frame; the id it carries."""
        id_ = str(fields.pop("id", None) or new_id())
        await self.connection.send(json.dumps({"action": action, "id": id_, **fields}))
        return id_

    async def wait(self, matches: Callable[[Frame], bool]) -> Frame:
        """The first frame that matches, past or to come. Fails after PATIENCE_SECONDS, saying what did come."""

        def found() -> Frame | None:
            return next((frame for frame in self.frames if matches(frame)), None)

        async with self._arrived:
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await self._arrived.wait_for(lambda: found() is not None)
            except TimeoutError:
                raise AssertionError(f"no such frame among {self.frames}") from None
        frame = found()
        assert frame is not None
        return frame

    async def kind(self, type_: str, **fields: object) -> Frame:
        """The first frame of the type with these fields."""
        wanted = {"type": type_, **fields}
        return await self.wait(lambda frame: wanted.items() <= frame.items())

    async def seq(self, room: str, seq: int) -> Frame:
        """The first frame, an ack or an event, that tells of this place in the room's log."""
        return await self.wait(lambda frame: (frame.get("room"), frame.get("seq")) == (room, seq))

    async def resume(self, rooms: Mapping[str, int] | None = None) -> Frame:
        """Send `resume`; the `resumed` that answers it."""
        return await self.kind("resumed", id=await self.send("resume", rooms=dict(rooms or {})))

    async def say(self, room: str, text: str, id_: str | None = None) -> Frame:
        """Send a message; its ack."""
        return await self.kind("ack", id=await self.send("message.send", room=room, text=text, id=id_))

    async def closed(self) -> int | None:
        """Wait until the socket is closed; the close code."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.connection.wait_closed()
        return self.connection.close_code


def sessions() -> aiohttp.ClientSession:
    """An HTTP session without cookies and headers of its own: each person brings theirs."""
    return aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), skip_auto_headers=("Content-Type",))


@dataclass(frozen=True, slots=True)
class Address:
    """Where a Parley answers."""

    rest: str
    """What the paths of the REST API come after."""
    socket: str
    origin: str
    """Of the web app's pages."""

    @classmethod
    def at(cls, url: str) -> Self:
        """Of one that has both APIs and the web app on one origin."""
        return cls(f"{url}/api", f"{url.replace('http', 'ws', 1)}/ws", url)


class Person:
    """A user with a REST session of their own, at an address or at an origin that has everything."""

    def __init__(self, url: str | Address, http: aiohttp.ClientSession) -> None:
        self.url = url
        self.address = url if isinstance(url, Address) else Address.at(url)
        self.http = http
        self.name = ""
        self.email = ""
        self.id = ""
        self.token = ""

    async def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """A REST request under /api with the access token, if there is one."""
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        payload = json.dumps(body).encode() if body is not None else data
        if payload is not None:
            sent["Content-Type"] = "application/json"
        sent |= headers or {}
        async with self.http.request(method, self.address.rest + path, data=payload, headers=sent) as answer:
            text = await answer.text()
            return Answer(answer.status, json.loads(text) if text else None, answer.headers)

    async def get(self, path: str) -> Any:
        """The body of a GET that must succeed."""
        return (await self.call("GET", path)).ok()

    async def post(self, path: str, body: object = None) -> Any:
        """The body of a POST that must succeed."""
        return (await self.call("POST", path, body)).ok()

    async def register(self, name: str | None = None) -> Self:
        """Make an account; a name is made up unless given."""
        self.name = name or f"user {secrets.token_hex(6)}"
        self.email = f"{secrets.token_hex(8)}@example.org"
        account = {"name": self.name, "email": self.email, "password": PASSWORD}
        self._keep(await self.post("/auth/register", account))
        return self

    async def log_in(self, login: str) -> Self:
        """Start another session."""
        self._keep(await self.post("/auth/login", {"login": login, "password": PASSWORD}))
        return self

    def _keep(self, granted: Mapping[str, Any]) -> None:
        self.token = granted["access_token"]
        self.id = granted["me"]["id"]
        self.name = granted["me"]["name"]

    async def ticket(self) -> str:
        """A ticket for one socket."""
        return str((await self.post("/auth/ticket", {}))["ticket"])

    async def room(self, **fields: object) -> str:
        """A new public room; its id."""
        body = {"id": new_id(), "name": f"room {secrets.token_hex(6)}", **fields}
        return str((await self.post("/rooms", body))["id"])

    @asynccontextmanager
    async def socket(self, rooms: Mapping[str, int] | None = None, *, resume: bool = True) -> AsyncIterator[Socket]:
        """An open socket, live unless `resume` is off."""
        connection = await self.open(await self.ticket())
        async with Socket(connection) as socket:
            if resume:
                await socket.resume(rooms)
            yield socket

    async def open(self, ticket: str, origin: str | None = None) -> ClientConnection:
        """The handshake alone."""
        return await connect(
            self.address.socket,
            origin=Origin(origin or self.address.origin),
            subprotocols=[Subprotocol("parley.v1"), Subprotocol(f"ticket.{ticket}")],
            compression=None,
        )

    async def history(self, room: str, **query: int) -> list[dict[str, Any]]:
        """A page of messages."""
        asked = "&".join(f"{name}={value}" for name, value in query.items())
        found: list[dict[str, Any]] = (await self.get(f"/rooms/{room}/messages?{asked}"))["messages"]
        return found
