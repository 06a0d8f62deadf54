"""Clients that talk at random and write down what became of it."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Coroutine, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Final

import aiohttp

from infra.client import Client, ClientError, HttpServer, Refused
from tests.client import PASSWORD, new_id
from tests.faults.faulty_server import FaultyServer
from tests.faults.history import CREATED, DELETED, EDITED, REACTED, UNREACTED, History, Operation, Outcome
from tests.faults.patience import patiently

PATIENCE_SECONDS: Final = 25.0
"""An operation without an answer for so long is unknown."""

PAUSE_SECONDS: Final = 0.1
"""What a person waits between two operations, at most: a machine that is busy with talk starts no function."""

_EMOJI: Final = ("👍", "🎉", "👀")


@dataclass(slots=True, eq=False)
class Person:
    """A user with a client; whatever is done through this is recorded."""

    server: FaultyServer
    client: Client
    history: History
    mine: list[int] = field(default_factory=list)
    """Numbers of own messages, all in one room."""

    @property
    def id(self) -> str:
        """The user's id."""
        return self.client.me.id

    async def say(
        self, room: str, text: str, *, id_: str | None = None, patience: float = PATIENCE_SECONDS
    ) -> Operation:
        """Say something."""
        operation = self.begin(room, CREATED, text=text)
        try:
            async with asyncio.timeout(patience):
                ack = await self.client.say(room, text, id_=operation.id)
        except Refused:
            self.history.end(operation, Outcome.FAIL)
        except (TimeoutError, ClientError):
            self.history.end(operation, Outcome.UNKNOWN)
        else:
            self.history.end(operation, Outcome.OK, ack.seq, ack.n)
            self.mine.append(ack.n)
        return operation

    async def edit(self, room: str, n: int, text: str) -> Operation:
        """Edit a message."""
        operation = self.begin(room, EDITED, text=text, target=n)
        return await self._change(operation, self.client.edit(room, n, text, operation.id))

    async def delete(self, room: str, n: int) -> Operation:
        """Delete a message."""
        operation = self.begin(room, DELETED, target=n)
        return await self._change(operation, self.client.delete(room, n, operation.id))

    async def react(self, room: str, n: int, emoji: str, *, on: bool = True) -> Operation:
        """React to a message, or take that back."""
        operation = self.begin(room, REACTED if on else UNREACTED, text=emoji, target=n)
        return await self._change(operation, self.client.react(room, n, emoji, on=on, id_=operation.id))

    def begin(self, room: str, kind: str, *, text: str = "", target: int = 0) -> Operation:
        """An operation that is about to be asked for."""
        id_ = self.client.new_id()
        return self.history.begin(Operation(room, self.id, id_, kind, self.history.tick(), text, target))

    async def _change(self, operation: Operation, change: Coroutine[object, object, int]) -> Operation:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                seq = await change
        except Refused as error:
            self.history.end(operation, Outcome.UNKNOWN if error.retry else Outcome.FAIL)
        except (TimeoutError, ClientError):
            self.history.end(operation, Outcome.UNKNOWN)
        else:
            self.history.end(operation, Outcome.OK, seq)
        return operation


async def talk(person: Person, room: str, random: Random, stop: asyncio.Event, changes: float) -> None:
    """Say things until told to stop; the share `changes` of what is done are edits, deletions and reactions."""
    number = 0
    while not stop.is_set():
        number += 1
        if not person.mine or random.random() >= changes:
            await person.say(room, f"{number} of {person.id}")
            await asyncio.sleep(random.uniform(0, PAUSE_SECONDS))
            continue
        n = random.choice(person.mine)
        match random.choice(("edit", "edit", "delete", "react", "react", "react")):
            case "edit":
                await person.edit(room, n, f"{number} of {person.id}, edited")
            case "delete":
                person.mine.remove(n)
                await person.delete(room, n)
            case _:
                await person.react(room, n, random.choice(_EMOJI), on=random.random() < 0.7)


class Crowd:
    """The people of one scenario, all connected."""

    def __init__(self, url: str, http: aiohttp.ClientSession, history: History, random: Random) -> None:
        self.url = url
        self._http = http
        self._history = history
        self._random = random
        self._stack = AsyncExitStack()
        self.people: list[Person] = []

    async def account(self) -> FaultyServer:
        """A new user's session, without a client."""
        server = FaultyServer(self.url, self._http)
        # Under another name each time: an attempt without an answer may have made the account.
        await patiently(
            lambda: server.register(f"user {secrets.token_hex(6)}", f"{secrets.token_hex(8)}@example.org", PASSWORD)
        )
        return server

    async def connect(self, server: FaultyServer) -> Person:
        """Connect a client of the session."""
        client = await self._stack.enter_async_context(Client(server, Random(self._random.random())))
        await asyncio.wait_for(client.connection.live(), PATIENCE_SECONDS)
        person = Person(server, client, self._history)
        self.people.append(person)
        return person

    async def room(self, servers: Iterable[HttpServer]) -> str:
        """A new room with these members, the first of them its owner."""
        owner, *others = servers
        room = (await owner.create_room(new_id(), f"room {secrets.token_hex(6)}")).id
        for other in others:
            await other.join(room)
        return room

    async def close(self) -> None:
        """Disconnect everybody."""
        await self._stack.aclose()


@asynccontextmanager
async def talking(people: Iterable[Person], room: str, random: Random, changes: float = 0.3) -> AsyncIterator[None]:
    """Let them talk meanwhile; leaving waits until everything that was begun has ended."""
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for person in people:
            group.create_task(talk(person, room, Random(random.random()), stop, changes))
        try:
            yield
        finally:
            stop.set()
