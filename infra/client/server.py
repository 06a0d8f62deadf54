"""What the client needs of a server: a socket and a few requests."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from chalicelib.schemas.messages import Events, Messages
from chalicelib.schemas.rooms import Bootstrap, Room
from infra.client.errors import ClientError


class HandshakeRefused(ClientError):
    """The socket was not opened; `status` is the HTTP status that says why."""

    def __init__(self, status: int) -> None:
        super().__init__(f"The socket was refused with status {status}.")
        self.status = status


@dataclass(frozen=True, slots=True)
class Edit:
    """Message n gets another text."""

    n: int
    text: str


@dataclass(frozen=True, slots=True)
class Delete:
    """Message n is deleted."""

    n: int


@dataclass(frozen=True, slots=True)
class React:
    """The user's reaction to message n is added, or taken back with `on` false."""

    n: int
    emoji: str
    on: bool = True


Change = Edit | Delete | React
"""What can be done to a message there is."""


class Wire(Protocol):
    """An open socket."""

    async def send(self, frame: str) -> None:
        """Send a text frame. On a wire that is closed nothing happens: the end of `frames` tells of it."""

    def frames(self) -> AsyncIterator[str]:
        """The frames that come, until the wire is closed."""

    @property
    def close_code(self) -> int | None:
        """Why it was closed (RFC 6455, section 7.4); None before, and when the other side vanished."""

    def abort(self) -> None:
        """Let go of it, without waiting for the other side."""


class Server(Protocol):
    """One user's session with Parley. Every request raises Refused, Unreachable, or SessionOver."""

    async def ticket(self) -> str:
        """A ticket that opens one socket."""

    async def open(self, ticket: str) -> Wire:
        """Open a socket. Raises HandshakeRefused as well."""

    async def bootstrap(self) -> Bootstrap:
        """The user and the rooms."""

    async def room(self, room: str) -> Room:
        """One of the user's rooms."""

    async def log_after(self, room: str, seq: int) -> Events:
        """The room's log after seq, as far as one page goes."""

    async def newest(self, room: str) -> Messages:
        """The newest page of messages."""

    async def change(self, room: str, id_: str, change: Change) -> int:
        """Ask for a change of a message; done once, however often it is sent with the same id. Its seq."""
