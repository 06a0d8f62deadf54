"""A user's live state: rooms with their logs, and the connection that keeps them complete."""

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncGenerator, Coroutine, Mapping
from contextlib import AsyncExitStack, suppress
from random import Random
from types import TracebackType
from typing import Final, Self

from chalicelib.domain.ids import ulid
from chalicelib.schemas.accounts import Me
from chalicelib.schemas.commands import Command, SendMessage
from chalicelib.schemas.events import Ack, Delta, Error, Left, Limited, LogEvent, Pong, Push, Reset, Resumed
from chalicelib.schemas.events import LogModel as AnyEvent
from chalicelib.schemas.rooms import Room
from infra.client.backoff import backoff
from infra.client.connection import Connection
from infra.client.conversation import Audience, Conversation
from infra.client.errors import ClientError, Refused, SessionOver
from infra.client.room_log import Restarted, RoomLog
from infra.client.server import Change, Delete, Edit, HandshakeRefused, React, Server

CATCH_UPS: Final = 4
"""Rooms that are caught up over REST at the same time."""

FAILED_ANSWERS: Final = 6
"""A server that answers a change, but never well, is not asked without end."""

_ENDED: Final = "The session has ended. Log in again."
_TOO_LONG: Final = "This message is too long to be sent."
_LOST: Final = "You are not a member of this room."

log = logging.getLogger("parley.client")


class Client:
    """Enter it to connect; leaving it disconnects. `random` decides how long retries wait."""

    me: Me

    def __init__(self, server: Server, random: Random | None = None) -> None:
        self.connection = Connection(server, self, random or Random())  # noqa: S311 - jitter, no secret  # nosec B311
        self._server = server
        self._random = random or Random()  # noqa: S311  # nosec B311
        self._conversations: dict[str, Conversation] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._listeners: set[asyncio.Queue[LogEvent | Restarted | None]] = set()
        self._slots = asyncio.Semaphore(CATCH_UPS)
        self._clock_offset = 0
        self._over: ClientError | None = None
        self._stack = AsyncExitStack()

    # --- what a bot does

    async def __aenter__(self) -> Self:
        bootstrap = await self._server.bootstrap()
        self.me = bootstrap.me
        self._group = await self._stack.enter_async_context(asyncio.TaskGroup())
        for room in bootstrap.rooms:
            self.add(room)
        self._start("", self._connect())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks.values():
            task.cancel()
        self._end(SessionOver("The client was closed."))
        try:
            await self._stack.__aexit__(kind, error, trace)
        except BaseExceptionGroup as group:
            # What the body raised goes on as it is; a group is for what went wrong in here.
            if group.exceptions != (error,):
                raise

    @property
    def rooms(self) -> Mapping[str, RoomLog]:
        """The logs of the user's rooms, by id."""
        return {room: it.log for room, it in self._conversations.items()}

    async def say(self, room: str, text: str, reply_to: int | None = None, id_: str | None = None) -> Ack:
        """Say something; its ack, once the server has stored it, which may take until the line is back.

        Cancelled, it may have been stored or not. Raises Refused (nothing was stored, unless `retry` says so),
        SessionOver, and ValueError for what can be no message.
        """
        command = SendMessage(action="message.send", id=id_ or self.new_id(), room=room, text=text, reply_to=reply_to)
        with self._conversation(room).outbox.saying(command) as acked:
            return await acked

    async def edit(self, room: str, n: int, text: str, id_: str | None = None) -> int:
        """Give the user's own message n another text; its seq in the log. Raises as `change` does."""
        return await self.change(room, Edit(n, text), id_)

    async def delete(self, room: str, n: int, id_: str | None = None) -> int:
        """Delete message n; its seq in the log. Raises as `change` does."""
        return await self.change(room, Delete(n), id_)

    async def react(self, room: str, n: int, emoji: str, *, on: bool = True, id_: str | None = None) -> int:
        """React to message n, or take that back; its seq in the log. Raises as `change` does."""
        return await self.change(room, React(n, emoji, on), id_)

    async def change(self, room: str, change: Change, id_: str | None = None) -> int:
        """Change a message, with the same id until there is an answer; its seq in the log.

        Raises Refused (with `retry`, it may have happened all the same) and SessionOver.
        """
        chosen = id_ or self.new_id()
        failures = answers = 0
        while True:
            try:
                seq = await self._server.change(room, chosen, change)
            except SessionOver:
                raise
            except ClientError as error:
                answers += isinstance(error, Refused)
                if isinstance(error, Refused) and (not error.retry or answers == FAILED_ANSWERS):
                    raise
            else:
                if room in self._conversations:
                    # Its event is pushed as well; should the push be lost, the gap is known already.
                    self._conversations[room].reaches_soon(seq)
                return seq
            failures += 1
            await asyncio.sleep(backoff(failures, self._random))

    async def send(self, command: Command) -> None:
        """Send a sign (typing, a read marker, whom to watch): lost when there is no live connection."""
        await self.connection.send(command)

    async def events(self) -> AsyncGenerator[LogEvent | Restarted, None]:
        """What happens in the user's rooms from now on, in each room in order, without a gap. Raises SessionOver."""
        queue: asyncio.Queue[LogEvent | Restarted | None] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            while (event := await queue.get()) is not None:
                yield event
        finally:
            self._listeners.discard(queue)
        raise SessionOver(_ENDED)

    async def reached(self, room: str, seq: int) -> None:
        """Wait until the room's log is complete up to `seq`."""
        await self._conversation(room).reached(seq)

    def add(self, room: Room) -> None:
        """Take in a room of the user's, as the server has it now: at the start, created, joined, or heard of."""
        known = self._conversations.get(room.id)
        if known is not None:
            known.joined(room.seq)
            known.reaches(room.seq)
            return
        log_ = RoomLog(room.id, room.seq, room.n)
        audience = Audience(self._seen, self.remove, self._random)
        conversation = Conversation(log_, self.me.id, self._server, self.connection, self._slots, audience)
        self._conversations[room.id] = conversation
        self._start(room.id, conversation.run())
        if self.connection.is_live:
            # Pushes between the server's answer and now found no room here.
            conversation.reaches(room.seq + 1)

    def remove(self, room: str) -> None:
        """The user is no member any more."""
        conversation = self._conversations.pop(room, None)
        if conversation is not None:
            # What is in flight may have been stored before that.
            conversation.close(Refused("not_member", _LOST, retry=True))
            self._tasks.pop(room).cancel()

    # --- whom the connection serves

    def new_id(self) -> str:
        """A new id, of the server's time: ids far from it are refused."""
        return ulid(time.time_ns() // 1_000_000 + self._clock_offset, secrets.randbits(80))

    def cursors(self) -> Mapping[str, int]:
        """The seq each room is complete up to."""
        return {room: it.log.cursor for room, it in self._conversations.items()}

    def down(self, *, unsendable: bool) -> None:
        """The connection is gone: what is in flight is sent again, unless that is what it died of."""
        for conversation in self._conversations.values():
            if unsendable:
                conversation.outbox.refuse_flight(_TOO_LONG)
            conversation.outbox.interrupted()

    def failed(self) -> None:
        """A function that one of the messages in flight went to has died: all of them are sent again after a while."""
        for conversation in self._conversations.values():
            conversation.outbox.failed()

    def receive(self, push: Push) -> None:
        """Something was pushed or answered."""
        match push:
            case AnyEvent():
                self._receive(push.room, [push])
            case Delta():
                self._receive(push.room, push.events)
            case Ack() if push.room in self._conversations:
                self._conversations[push.room].acked(push)
            case Error():
                any(it.outbox.refused(push) for it in self._conversations.values())
            case Limited():
                self._reaches({push.room: push.to})
            case Reset():
                self._reset(push.room)
            case Left():
                self._left(push)
            case Resumed():
                self._clock_offset = push.time - time.time_ns() // 1_000_000
                self._reaches(push.to)
            case Pong():
                self._reaches(push.heads)
            case _:
                pass

    def _receive(self, room: str, events: list[LogEvent]) -> None:
        if room in self._conversations:
            self._conversations[room].receive(events)
        else:
            self._hear_of(room)

    def _reaches(self, heads: Mapping[str, int]) -> None:
        for room, seq in heads.items():
            if room in self._conversations:
                self._conversations[room].reaches(seq)
            else:
                self._hear_of(room)

    def _reset(self, room: str) -> None:
        if room in self._conversations:
            self._conversations[room].reload()
        else:
            self._hear_of(room)

    def _left(self, push: Left) -> None:
        conversation = self._conversations.get(push.room)
        if conversation is not None and not conversation.joined_after(push.seq):
            self.remove(push.room)

    def _hear_of(self, room: str) -> None:
        """Something happened in a room that is not among the known ones: membership was gained elsewhere."""
        if f"?{room}" not in self._tasks:
            self._start(f"?{room}", self._ask_for(room))

    async def _ask_for(self, room: str) -> None:
        # A room that was just left, or no answer: the next event or heartbeat tells of it again.
        with suppress(ClientError):
            self.add(await self._server.room(room))

    def _seen(self, event: LogEvent | Restarted) -> None:
        for queue in self._listeners:
            queue.put_nowait(event)

    def _conversation(self, room: str) -> Conversation:
        if self._over is not None:
            raise self._over
        if room not in self._conversations:
            raise Refused("not_member", _LOST, retry=False)
        return self._conversations[room]

    async def _connect(self) -> None:
        try:
            await self.connection.run()
        except (SessionOver, HandshakeRefused) as error:
            log.warning("not connected any more: %s", error)
            self._end(error)

    def _end(self, error: ClientError) -> None:
        self._over = self._over or error
        for conversation in self._conversations.values():
            conversation.close(error)
        for queue in self._listeners:
            queue.put_nowait(None)

    def _start(self, name: str, work: Coroutine[object, object, None]) -> None:
        task = self._tasks[name] = self._group.create_task(work)
        task.add_done_callback(lambda done: self._tasks.pop(name, None) if self._tasks.get(name) is done else None)
