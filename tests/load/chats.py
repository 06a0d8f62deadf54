"""Parley and its peers behind one face: rooms, sockets in them, and the frame that says something."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import aiohttp

from tests.client import Person, new_id
from tests.load.wire import Wire

PARLEY: Final = "Parley"
SOCKET_IO: Final = "Socket.IO"
OPENING_AT_ONCE: Final = 8
TEXT: Final = "It was the best of times, it was the worst of times."


class Chat(Protocol):
    """A running chat server."""

    name: str

    async def room(self) -> str:
        """A new room."""

    async def sockets(self, room: str, count: int) -> list[Wire]:
        """That many sockets which get what is said in the room."""

    async def senders(self, rooms: Sequence[str]) -> list[Wire]:
        """A socket of a user of their own in each of the rooms; a room may be named more than once."""

    def say(self, room: str, id_: str) -> bytes:
        """The frame that says TEXT in the room; its ack and the event carry the id."""


async def say(chat: Chat, wire: Wire, room: str) -> None:
    """Say something and wait for the ack. Raises TimeoutError."""
    id_ = new_id()
    await wire.ask(chat.say(room, id_), id_.encode())


@dataclass(slots=True)
class ParleyChat:
    """Parley: accounts and rooms over REST, the rest over the socket."""

    url: str
    http: aiohttp.ClientSession
    name: str = PARLEY
    sockets_per_person: int = 50
    """Half of what one may have open: senders are people as well."""

    _opened: int = 0
    _people: list[Person] = field(default_factory=list)

    async def room(self) -> str:
        """A public room of the first person."""
        return await (await self._person(0)).room()

    async def sockets(self, room: str, count: int) -> list[Wire]:
        """Sockets of people who joined the room, live."""
        numbers = range(self._opened, self._opened + count)
        self._opened += count
        people = {it: await self._person(it) for it in sorted({it // self.sockets_per_person for it in numbers})}
        for person in people.values():
            await person.post(f"/rooms/{room}/join")
        slots = asyncio.Semaphore(OPENING_AT_ONCE)

        async def one(number: int) -> Wire:
            async with slots:
                return await self._open(people[number // self.sockets_per_person])

        return await asyncio.gather(*(one(number) for number in numbers))

    async def senders(self, rooms: Sequence[str]) -> list[Wire]:
        """One person each."""
        wires = []
        for number, room in enumerate(rooms):
            person = await self._person(number)
            await person.post(f"/rooms/{room}/join")
            wires.append(await self._open(person))
        return wires

    def say(self, room: str, id_: str) -> bytes:
        """`message.send`."""
        return json.dumps({"action": "message.send", "id": id_, "room": room, "text": TEXT}).encode()

    async def _person(self, number: int) -> Person:
        while len(self._people) <= number:
            self._people.append(await Person(self.url, self.http).register())
        return self._people[number]

    async def _open(self, person: Person) -> Wire:
        headers = [("Origin", self.url), ("Sec-WebSocket-Protocol", f"parley.v1, ticket.{await person.ticket()}")]
        wire = await Wire.open(self.url.replace("http", "ws", 1) + "/ws", headers)
        await wire.ask(json.dumps({"action": "resume", "id": new_id(), "rooms": {}}).encode(), b'"resumed"')
        return wire


@dataclass(slots=True)
class SocketIoChat:
    """Socket.IO over its WebSocket transport (Engine.IO 4): 40 opens, 42 is an event, 43 its acknowledgement."""

    url: str
    name: str = SOCKET_IO

    async def room(self) -> str:
        """Any name is a room."""
        return new_id()

    async def sockets(self, room: str, count: int) -> list[Wire]:
        """Sockets that joined the room."""
        return [await self._open(room) for _ in range(count)]

    async def senders(self, rooms: Sequence[str]) -> list[Wire]:
        """There are no users: a socket each."""
        return [await self._open(room) for room in rooms]

    def say(self, room: str, id_: str) -> bytes:
        """An event that asks for an acknowledgement."""
        return b"421" + json.dumps(["send", {"id": id_, "room": room, "text": TEXT}]).encode()

    async def _open(self, room: str) -> Wire:
        wire = await Wire.open(self.url.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket")
        await wire.ask(b"40", b'40{"sid"')
        await wire.ask(b"420" + json.dumps(["join", room]).encode(), b"430[")
        return wire
