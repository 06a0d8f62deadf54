"""One room as a client holds it: its log, what is being said in it, and how the log is kept complete."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random
from typing import Final

from chalicelib.domain.messages import clean_text, mentioned
from chalicelib.errors import ErrorCode
from chalicelib.schemas.commands import SendMessage
from chalicelib.schemas.events import Ack, LogEvent, MessageCreated
from infra.client.backoff import backoff
from infra.client.errors import ClientError, Refused
from infra.client.outbox import Line, Outbox
from infra.client.room_log import LogBrokenError, Restarted, RoomLog
from infra.client.server import Server

GAP_SECONDS: Final = 0.25
"""Pushes overtake each other often; only a gap that stays is worth a request."""

ATTEMPTS: Final = 4
"""Then the next heartbeat or resume tells again what is missing."""

_LOST: Final = frozenset((ErrorCode.NOT_MEMBER, ErrorCode.NOT_FOUND))

log = logging.getLogger("parley.client")


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is told: of what became visible in a room, in order, and of a room that is the user's no more."""

    seen: Callable[[LogEvent | Restarted], None]
    lost: Callable[[str], None]
    random: Random


class Conversation:
    """Keeps one room's log complete, and says things in it."""

    def __init__(
        self, room: RoomLog, user: str, server: Server, line: Line, slots: asyncio.Semaphore, audience: Audience
    ) -> None:
        self.log = room
        self.outbox = Outbox(line, audience.random)
        self._me = user
        self._server = server
        self._slots = slots
        self._seen = audience.seen
        self._lost = audience.lost
        self._random = audience.random
        self._target = 0
        self._stale = False
        self._wanted = asyncio.Event()
        self._advanced = asyncio.Event()
        self._gap: asyncio.TimerHandle | None = None
        self._joined_at = room.cursor

    def receive(self, events: Iterable[LogEvent]) -> None:
        """Take in events, in whatever order and however often they come."""
        try:
            visible = self.log.merge(events)
        except LogBrokenError:
            log.warning("the log of room %s is broken after %d", self.log.room, self.log.cursor)
            self.reload()
            return
        self._show(visible)

    def acked(self, ack: Ack) -> None:
        """The sender is not pushed its own message: the ack tells where it is in the log."""
        said = self.outbox.settle(ack)
        if said is not None:
            self.receive([_event(said, ack, self._me)])

    def reaches(self, seq: int) -> None:
        """The log is known to reach `seq`: fetch what is missing up to there."""
        if seq > self.log.cursor:
            self._target = max(self._target, seq)
            self._wanted.set()

    def reaches_soon(self, seq: int) -> None:
        """The same, where the events are probably on their way."""
        if seq > self.log.cursor:
            asyncio.get_running_loop().call_later(GAP_SECONDS, self.reaches, seq)

    def reload(self) -> None:
        """What is known is worthless: go on after the newest page."""
        self._stale = True
        self._wanted.set()

    def joined_after(self, seq: int) -> bool:
        """Whether the user is known to be a member again after this seq: a `left` that is late says nothing then."""
        return self._joined_at > seq

    def joined(self, seq: int) -> None:
        """The server says that the user is a member, as of this seq."""
        self._joined_at = max(self._joined_at, seq)

    async def reached(self, seq: int) -> None:
        """Wait until the log is complete up to `seq`."""
        while self.log.cursor < seq:
            await self._advanced.wait()

    async def run(self) -> None:
        """Send what is said and fetch what is missing, for ever."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.outbox.run())
            while True:
                await self._wanted.wait()
                self._wanted.clear()
                await self._catch_up()

    def close(self, error: ClientError) -> None:
        """Nothing will be said here any more."""
        self.outbox.fail(error)
        if self._gap is not None:
            self._gap.cancel()

    def _show(self, visible: list[LogEvent]) -> None:
        for event in visible:
            if isinstance(event, MessageCreated) and event.sender == self._me:
                # Its ack may have been lost.
                self.outbox.settle(Ack(id=event.id, room=event.room, seq=event.seq, n=event.n, ts=event.ts))
            if event.type == "member.joined" and event.user == self._me:
                self.joined(event.seq)
            self._seen(event)
        self._advance()
        self._watch_gap()

    def _advance(self) -> None:
        self._advanced.set()
        self._advanced = asyncio.Event()

    def _watch_gap(self) -> None:
        if self.log.held and self._gap is None:
            self._gap = asyncio.get_running_loop().call_later(GAP_SECONDS, self._gap_stayed)

    def _gap_stayed(self) -> None:
        self._gap = None
        self.reaches(self.log.reach)

    async def _catch_up(self) -> None:
        failures = 0
        while self._behind() and failures < ATTEMPTS:
            try:
                async with self._slots:
                    if not await self._step():
                        break
            except ClientError as error:
                if isinstance(error, Refused) and error.code in _LOST:
                    self._lost(self.log.room)
                    break
                failures += 1
                await asyncio.sleep(backoff(failures, self._random))
        self._target = 0

    def _behind(self) -> bool:
        return self._stale or self._target > self.log.cursor

    async def _step(self) -> bool:
        """Fetch one page of what is missing; false when that brought nothing."""
        if self._stale:
            page = await self._server.newest(self.log.room)
            self._stale = False
            visible = self.log.restart(page)
            self._seen(Restarted(self.log.room, page))
            self._show(visible)
            return True
        cursor = self.log.cursor
        events = await self._server.log_after(self.log.room, cursor)
        if events.reset:
            self._stale = True
            return True
        self.receive(events.events)
        return self.log.cursor > cursor or self._stale


def _event(said: SendMessage, ack: Ack, sender: str) -> MessageCreated:
    """The event an ack stands for, as far as its sender can tell: who of the mentioned is a member the server knows."""
    text = clean_text(said.text)
    return MessageCreated(
        type="message.created",
        room=ack.room,
        seq=ack.seq,
        n=ack.n,
        ts=ack.ts,
        id=ack.id,
        sender=sender,
        text=text,
        reply_to=said.reply_to,
        mentions=mentioned(text),
    )
