"""The real server: REST with a short-lived access token that the refresh cookie renews, and the WebSocket."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from http.cookies import SimpleCookie
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import aiohttp
from pydantic import BaseModel
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.typing import Origin, Subprotocol

from chalicelib.errors import ErrorCode
from chalicelib.schemas.accounts import Granted, Ticket
from chalicelib.schemas.messages import Done, Events, Messages
from chalicelib.schemas.rooms import Bootstrap, Room
from infra.client.errors import RETRIED, Refused, SessionOver, Unreachable
from infra.client.server import Change, Delete, Edit, HandshakeRefused, React

TIMEOUT_SECONDS: Final = 30.0
_COOKIE: Final = "__Host-refresh"
_ENDED: Final = "The session has ended. Log in again."
_AWAY: Final = "Parley is not available right now. Try again in a moment."

M = TypeVar("M", bound=BaseModel)


class WebSocketWire:
    """A Wire on a real socket."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def send(self, frame: str) -> None:
        """Send a text frame."""
        with suppress(ConnectionClosed):
            await self.connection.send(frame)

    async def frames(self) -> AsyncIterator[str]:
        """The frames that come, until the socket is closed."""
        try:
            async for frame in self.connection:
                if isinstance(frame, str):
                    yield frame
        except ConnectionClosed:
            return

    @property
    def close_code(self) -> int | None:
        """Why the socket was closed."""
        return self.connection.close_code

    def abort(self) -> None:
        """Drop the socket."""
        self.connection.transport.abort()


class HttpServer:
    """Parley at an address, and one session there. `url` is where the web app is served: http(s)://host[:port]."""

    def __init__(self, url: str, http: aiohttp.ClientSession) -> None:
        self.url = url.rstrip("/")
        self._http = http
        self._access = ""
        self._refresh = ""
        self._refreshing: asyncio.Task[None] | None = None

    # --- the session

    async def register(self, name: str, email: str, password: str) -> Granted:
        """Make an account and log it in."""
        return await self._grant("/auth/register", {"name": name, "email": email, "password": password})

    async def log_in(self, login: str, password: str) -> Granted:
        """Log in by name or email."""
        return await self._grant("/auth/login", {"login": login, "password": password})

    async def log_out(self) -> None:
        """End the session."""
        await self._exchange("POST", "/auth/logout", {}, self._cookie())

    async def _grant(self, path: str, body: object, headers: Mapping[str, str] | None = None) -> Granted:
        granted = Granted.model_validate(await self._exchange("POST", path, body, headers or {}))
        self._access = granted.access_token
        return granted

    async def _renew(self, refused: str) -> None:
        """New tokens in place of the refused one, asked for once by all who need them."""
        if self._access != refused:
            return
        if self._refreshing is None:
            self._refreshing = asyncio.create_task(self._renew_now())
            self._refreshing.add_done_callback(self._renewed)
        await asyncio.shield(self._refreshing)

    async def _renew_now(self) -> None:
        try:
            await self._grant("/auth/refresh", {}, self._cookie())
        except Refused as error:
            if error.code == ErrorCode.UNAUTHENTICATED:
                raise SessionOver(_ENDED) from error
            raise

    def _renewed(self, task: "asyncio.Task[None]") -> None:
        self._refreshing = None
        # Who asked may be gone; the error is told to those who are not.
        if not task.cancelled():
            task.exception()

    def _cookie(self) -> dict[str, str]:
        return {"Cookie": f"{_COOKIE}={self._refresh}"}

    # --- Server

    async def ticket(self) -> str:
        """A ticket that opens one socket."""
        return Ticket.model_validate(await self.call("POST", "/auth/ticket", {})).ticket

    async def open(self, ticket: str) -> WebSocketWire:
        """Open a socket."""
        parts = urlsplit(self.url)
        scheme = "wss" if parts.scheme == "https" else "ws"
        protocols = [Subprotocol("parley.v1"), Subprotocol(f"ticket.{ticket}")]
        try:
            connection = await connect(
                f"{scheme}://{parts.netloc}/ws",
                origin=Origin(self.url),
                subprotocols=protocols,
                compression=None,
                ping_interval=None,
                max_size=None,
            )
        except InvalidStatus as error:
            raise HandshakeRefused(error.response.status_code) from error
        except (OSError, InvalidHandshake, EOFError) as error:
            raise Unreachable(_AWAY) from error
        return WebSocketWire(connection)

    async def bootstrap(self) -> Bootstrap:
        """The user and the rooms."""
        return await self._get(Bootstrap, "/bootstrap")

    async def room(self, room: str) -> Room:
        """One of the user's rooms."""
        return await self._get(Room, f"/rooms/{room}")

    async def log_after(self, room: str, seq: int) -> Events:
        """The room's log after seq."""
        return await self._get(Events, f"/rooms/{room}/events?after={seq}")

    async def newest(self, room: str) -> Messages:
        """The newest page of messages."""
        return await self._get(Messages, f"/rooms/{room}/messages")

    async def messages_before(self, room: str, n: int) -> Messages:
        """The page of messages before number n."""
        return await self._get(Messages, f"/rooms/{room}/messages?before={n}")

    async def change(self, room: str, id_: str, change: Change) -> int:
        """Ask for a change of a message."""
        path = f"/rooms/{room}/messages/{change.n}"
        match change:
            case Edit(text=text):
                answer = await self.call("PATCH", path, {"id": id_, "text": text})
            case Delete():
                answer = await self.call("POST", f"{path}/delete", {"id": id_})
            case React(emoji=emoji, on=on):
                answer = await self.call("POST", f"{path}/reactions", {"id": id_, "emoji": emoji, "on": on})
        return Done.model_validate(answer).seq

    async def create_room(self, id_: str, name: str) -> Room:
        """Make a public room with the user as its owner."""
        return _read(Room, await self.call("POST", "/rooms", {"id": id_, "name": name}))

    async def join(self, room: str) -> Room:
        """Join a public room."""
        return _read(Room, await self.call("POST", f"/rooms/{room}/join"))

    async def leave(self, room: str) -> None:
        """Leave a room."""
        await self.call("POST", f"/rooms/{room}/leave")

    # --- requests

    async def _get(self, model: type[M], path: str) -> M:
        return _read(model, await self.call("GET", path))

    async def call(self, method: str, path: str, body: object = None) -> Any:
        """A request under /api as the user; the body of its answer. The access token is renewed where it ran out."""
        token = self._access
        try:
            if token:
                return await self._exchange(method, path, body, {"Authorization": f"Bearer {token}"})
        except Refused as error:
            if error.code != ErrorCode.UNAUTHENTICATED:
                raise
        await self._renew(token)
        try:
            return await self._exchange(method, path, body, {"Authorization": f"Bearer {self._access}"})
        except Refused as error:
            if error.code == ErrorCode.UNAUTHENTICATED:
                raise SessionOver(_ENDED) from error
            raise

    async def _exchange(self, method: str, path: str, body: object, headers: Mapping[str, str]) -> Any:
        sent = {**headers, "Accept": "application/json"}
        if body is not None:
            sent["Content-Type"] = "application/json"
        payload = None if body is None else json.dumps(body).encode()
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
        try:
            async with self._http.request(
                method, f"{self.url}/api{path}", data=payload, headers=sent, timeout=timeout
            ) as answer:
                text = await answer.text()
                self._keep_cookie(answer.headers.getall("Set-Cookie", []))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unreachable("Parley cannot be reached. Check the connection and try again.") from error
        if answer.status >= 300:
            raise _refusal(answer.status, text)
        return json.loads(text) if text else None

    def _keep_cookie(self, headers: list[str]) -> None:
        for header in headers:
            if morsel := SimpleCookie(header).get(_COOKIE):
                self._refresh = morsel.value


def _read(model: type[M], answer: object) -> M:
    return model.model_validate(answer)


def _refusal(status: int, text: str) -> Refused:
    """Something between here and the server may answer in a form of its own."""
    with suppress(ValueError, KeyError, TypeError):
        error = json.loads(text)["error"]
        return Refused(error["code"], error["message"], retry=error["code"] in RETRIED)
    if status == 401:
        return Refused(ErrorCode.UNAUTHENTICATED, _ENDED, retry=False)
    if status == 429:
        return Refused(ErrorCode.RATE_LIMITED, "That was too fast. Wait a moment and try again.", retry=True)
    if status >= 500:
        return Refused(ErrorCode.UNAVAILABLE, _AWAY, retry=True)
    return Refused(ErrorCode.BAD_REQUEST, "The server did not understand this request.", retry=False)


@asynccontextmanager
async def http_server(url: str) -> AsyncIterator[HttpServer]:
    """A session-to-be at the address, with HTTP connections of its own."""
    # Without a jar: the refresh cookie needs HTTPS there, or a host that counts as such, which browsers know.
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        yield HttpServer(url, http)
