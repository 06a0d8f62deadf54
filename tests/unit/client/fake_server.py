"""A server in memory: room logs, sockets, and a network in between that loses, repeats and delays."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from chalicelib.domain.ids import ulid
from chalicelib.errors import ErrorCode
from chalicelib.limits import DELTA_EVENTS
from chalicelib.schemas.accounts import Me
from chalicelib.schemas.base import Model
from chalicelib.schemas.blocks import Blocks
from chalicelib.schemas.commands import COMMAND, Command, Ping, Resume, SendMessage
from chalicelib.schemas.events import (
    LOG_EVENT,
    Ack,
    Delta,
    Error,
    Left,
    Limited,
    LogEvent,
    Pong,
    Reset,
    Resumed,
    SessionEnded,
)
from chalicelib.schemas.messages import Events, Message, Messages
from chalicelib.schemas.notifications import Notifications, Quiet
from chalicelib.schemas.rooms import Bootstrap, Room
from infra.client import Delete, Edit, HandshakeRefused, Refused, SessionOver, Unreachable
from infra.client.server import Change

PAGE: Final = 20
ROOM: Final = ulid(1, 1)


@dataclass(frozen=True, slots=True)
class Fate:
    """What the network does to a frame: it arrives that many times, each that many seconds later."""

    times: int = 1
    seconds: float = 0.0


ARRIVES: Final = Fate()
LOST: Final = Fate(times=0)


class FakeWire:
    """A Wire to the fake server."""

    def __init__(self, server: "FakeServer", user: str) -> None:
        self.user = user
        self.live = False
        self.close_code: int | None = None
        self.sent: list[Command] = []
        self._server = server
        self._incoming: asyncio.Queue[str | None] = asyncio.Queue()
        self._open = True

    async def send(self, frame: str) -> None:
        command = COMMAND.validate_json(frame)
        self.sent.append(command)
        if self._open:
            self._server.network.carry(lambda: self._server.take(self, command) if self._open else None)

    async def frames(self) -> AsyncIterator[str]:
        while (frame := await self._incoming.get()) is not None:
            yield frame

    def abort(self) -> None:
        self.close(self.close_code)

    def close(self, code: int | None) -> None:
        """The server's side of it ends too."""
        if self._open:
            self._open = False
            self.close_code = code
            self._server.wires.discard(self)
            self._incoming.put_nowait(None)

    def push(self, push: Model) -> None:
        """A frame for the client, as far as the network lets it through."""
        self.arrive(push.model_dump_json(by_alias=True))

    def arrive(self, frame: str) -> None:
        """The same, of any text."""
        self._server.network.carry(lambda: self._incoming.put_nowait(frame) if self._open else None)


@dataclass(slots=True)
class Network:
    """Decides over every frame."""

    fate: Callable[[], Fate] = lambda: ARRIVES

    def carry(self, arrive: Callable[[], None]) -> None:
        fate = self.fate()
        for _ in range(fate.times):
            asyncio.get_running_loop().call_later(fate.seconds, arrive)


@dataclass(slots=True)
class FakeServer:
    """Everybody's server; `of` is one user's session with it."""

    logs: dict[str, list[LogEvent]] = field(default_factory=lambda: {ROOM: []})
    members: dict[str, set[str]] = field(default_factory=lambda: {ROOM: set()})
    #: Events up to this seq are no longer kept.
    expired: dict[str, int] = field(default_factory=dict)
    network: Network = field(default_factory=Network)
    wires: set[FakeWire] = field(default_factory=set)
    refusals: list[Error] = field(default_factory=list)
    #: REST requests that get no answer, and handshakes that are refused with these statuses.
    unanswered: int = 0
    handshakes: list[int] = field(default_factory=list)
    ended: set[str] = field(default_factory=set)
    requests: list[str] = field(default_factory=list)

    def of(self, user: str) -> "FakeSession":
        self.members[ROOM].add(user)
        return FakeSession(self, user)

    def append(self, room: str, sender: str, id_: str, type_: str, **body: object) -> LogEvent:
        """The log's next event, pushed to everybody else; one that is there already is not appended again."""
        log = self.logs[room]
        known = next((it for it in log if (it.sender, it.id) == (sender, id_)), None)
        if known is not None:
            return known
        n = (log[-1].n if log else 0) + (type_ == "message.created")
        place = {"room": room, "seq": len(log) + 1, "n": n, "ts": len(log) + 1, "id": id_, "sender": sender}
        event = LOG_EVENT.validate_python({"type": type_, **place, **body})
        log.append(event)
        return event

    def tell(self, event: LogEvent, besides: FakeWire | None = None) -> None:
        for wire in self.wires:
            if wire.live and wire is not besides and wire.user in self.members[event.room]:
                wire.push(event)

    def take(self, wire: FakeWire, command: Command) -> None:
        """What the functions do with a frame."""
        if wire.user in self.ended:
            wire.push(SessionEnded())
        elif isinstance(command, Resume):
            wire.live = True
            for answer in self._resume(wire.user, command):
                wire.push(answer)
        elif not wire.live:
            wire.push(Error(id=command.id, code=ErrorCode.NOT_LIVE, message="Resume first.", retry=False))
        elif isinstance(command, SendMessage):
            self._say(wire, command)
        elif isinstance(command, Ping):
            heads = {room: len(self.logs[room]) for room in self._rooms(wire.user)}
            wire.push(Pong(id=command.id, since=0, heads=heads))

    def cut(self, code: int | None = 1006) -> None:
        """Close all sockets."""
        for wire in list(self.wires):
            wire.close(code)

    def _say(self, wire: FakeWire, command: SendMessage) -> None:
        if self.refusals:
            wire.push(self.refusals.pop(0).model_copy(update={"id": command.id}))
            return
        body: dict[str, object] = {"text": command.text, "reply_to": command.reply_to, "mentions": []}
        event = self.append(command.room, wire.user, command.id, "message.created", **body)
        wire.push(Ack(id=event.id, room=event.room, seq=event.seq, n=event.n, ts=event.ts))
        self.tell(event, besides=wire)

    def _resume(self, user: str, command: Resume) -> Iterable[Model]:
        rooms = self._rooms(user)
        yield from (Left(room=it, seq=len(self.logs[it])) for it in command.rooms if it not in rooms)
        for room in rooms:
            log, known = self.logs[room], command.rooms.get(room)
            if known is None or known == len(log):
                continue
            if known > len(log) or known < self.expired.get(room, 0):
                yield Reset(room=room, seq=len(log))
            elif len(log) - known > DELTA_EVENTS:
                yield Limited(room=room, from_=known, to=len(log))
            else:
                yield Delta(room=room, from_=known, to=len(log), events=log[known:])
        yield Resumed(id=command.id, to={room: len(self.logs[room]) for room in rooms}, time=0)

    def _rooms(self, user: str) -> list[str]:
        return sorted(room for room, members in self.members.items() if user in members)


class FakeSession:
    """One user's Server."""

    def __init__(self, server: FakeServer, user: str) -> None:
        self.server = server
        self.user = user

    async def ticket(self) -> str:
        self._answer("ticket")
        return "ticket"

    async def open(self, ticket: str) -> FakeWire:
        if self.server.handshakes:
            raise HandshakeRefused(self.server.handshakes.pop(0))
        wire = FakeWire(self.server, self.user)
        self.server.wires.add(wire)
        return wire

    async def bootstrap(self) -> Bootstrap:
        rooms = [self._shown(it) for it, members in self.server.members.items() if self.user in members]
        me = Me(id=self.user, name="", email="")
        chosen = Notifications(version=0, quiet=Quiet(), rooms={})
        return Bootstrap(
            workspace_role="member",
            me=me,
            notifications=chosen,
            blocks=Blocks(version=0, users=[]),
            rooms=rooms,
            users=[],
        )

    async def room(self, room: str) -> Room:
        self._answer(f"room {room}")
        if self.user not in self.server.members[room]:
            raise Refused(ErrorCode.NOT_MEMBER, "You are not a member of this room.", retry=False)
        return self._shown(room)

    async def log_after(self, room: str, seq: int) -> Events:
        self._answer(f"log after {seq}")
        log = self.server.logs[room]
        if seq < self.server.expired.get(room, 0) or seq > len(log):
            return Events(events=[], seq=len(log), reset=True)
        return Events(events=log[seq : seq + PAGE], seq=len(log), reset=False)

    async def newest(self, room: str) -> Messages:
        self._answer("newest")
        log = self.server.logs[room]
        said = [it for it in log if it.type == "message.created"][-PAGE:]
        rows = [_row(it) for it in said]
        return Messages(messages=rows, as_of=len(log), n=log[-1].n if log else 0)

    async def change(self, room: str, id_: str, change: Change) -> int:
        self._answer("change")
        match change:
            case Edit(n, text):
                body: dict[str, object] = {"target": n, "text": text, "mentions": []}
                event = self.server.append(room, self.user, id_, "message.edited", **body)
            case Delete(n):
                event = self.server.append(room, self.user, id_, "message.deleted", target=n)
            case _:
                event = self.server.append(room, self.user, id_, "reaction.added", target=change.n, emoji=change.emoji)
        self.server.tell(event)
        return event.seq

    def _answer(self, request: str) -> None:
        self.server.requests.append(request)
        if self.user in self.server.ended:
            raise SessionOver("The session has ended.")
        if self.server.unanswered:
            self.server.unanswered -= 1
            raise Unreachable("no answer")

    def _shown(self, room: str) -> Room:
        log = self.server.logs[room]
        return Room(
            id=room,
            kind="room",
            name="",
            topic="",
            visibility="public",
            role="member",
            muted=False,
            archived=False,
            blocked=False,
            peer=None,
            created_at=0,
            seq=len(log),
            n=log[-1].n if log else 0,
            read_n=0,
            read_version=0,
            mentions=0,
        )


def _row(event: LogEvent) -> Message:
    return Message(
        room=event.room,
        n=event.n,
        seq=event.seq,
        ts=event.ts,
        id=event.id,
        sender=event.sender,
        text=getattr(event, "text", ""),
        reply_to=None,
        mentions=[],
        edited_at=None,
        deleted_at=None,
        reactions=[],
    )
