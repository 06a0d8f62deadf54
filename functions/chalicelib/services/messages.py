"""Messages: saying, editing, deleting, reacting. Each is an event appended to the room's log, then fanned out."""

from collections.abc import Mapping

from chalicelib.domain.connections import Connection
from chalicelib.domain.log import Draft, Event, EventType, refuse_stale
from chalicelib.domain.messages import Version, clean_emoji, clean_text, mentioned
from chalicelib.domain.permissions import Operation, require
from chalicelib.errors import NotFound
from chalicelib.gateways.base import Clock, Delivery, Metrics
from chalicelib.metrics import SEND_TO_ACK
from chalicelib.repositories.base import AccessRepository
from chalicelib.schemas.events import Ack, log_event
from chalicelib.services.concurrency import aside, both, together
from chalicelib.services.connections import Connections
from chalicelib.services.fan_out import FanOut
from chalicelib.services.flush import FlushTrigger
from chalicelib.services.history import History
from chalicelib.services.log import Appended, Approach, Check, Log
from chalicelib.services.permissions import Permissions
from chalicelib.services.presence import require_voice


class Sending:
    """The message path: append, ack, fan out."""

    def __init__(
        self,
        room_log: Log,
        connections: Connections,
        access: AccessRepository,
        fan_out: FanOut,
        flush_trigger: FlushTrigger,
        metrics: Metrics,
        clock: Clock,
    ) -> None:
        self._log = room_log
        self._connections = connections
        self._access = access
        self._fan_out = fan_out
        self._flush_trigger = flush_trigger
        self._metrics = metrics
        self._clock = clock

    async def receive(self, connection: str, room: str, id_: str, text: str, reply_to: int | None = None) -> Connection:
        """`send`, for a frame of this connection, which is returned. Raises what `authenticate` and `send` do.

        Who it is and how far the log has come are read at the same time: a message waits for one of them only.
        """
        sender, approach = await both(self._connections.authenticate(connection), self._log.approach(room))
        await self.send(sender, room, id_, text, reply_to, approach)
        return sender

    async def send(
        self,
        connection: Connection,
        room: str,
        id_: str,
        text: str,
        reply_to: int | None = None,
        approach: Approach | None = None,
    ) -> Event:
        """Say `text` in the room as the connection's user, under the id the client chose for it.

        The sender is acked once the message is durable; a resend gets the original ack, whatever has happened since.
        `approach` was begun before the connection was read, or together with it.
        Raises NotMember, NotLive, NotFound (of the message it answers), IdConflict, StaleId, BadRequest, Unavailable.
        """
        begun = self._clock.monotonic()
        cleaned = clean_text(text)
        body = dict(await text_body(self._access, room, connection.user, cleaned))
        if reply_to is not None:
            body["reply_to"] = reply_to
        draft = Draft(room, id_, connection.user, EventType.MESSAGE_CREATED, body)

        async def may_speak(again: bool) -> None:
            refuse_stale(id_, self._clock.now())
            current = await self._connections.reread(connection) if again else connection
            require_voice(current, room)
            if reply_to is not None and not await self._log.reaches(room, reply_to):
                raise NotFound("There is no message with the number this answers.")

        appended = await self._log.append(draft, may_speak, approach)
        event = appended.event
        ack = Ack(id=event.id, room=event.room, seq=event.seq, n=event.n, ts=event.ts)
        # A resend is fanned out again: the first attempt may have died before it was. Receivers drop what they have.
        await together(
            aside("ack", self._ack(connection, ack, begun)),
            aside("fan-out", self._fan_out.to_room(room, log_event(event), seq=event.seq, besides=connection.id)),
            aside("raising the head", self._log.raise_head(appended)),
            aside("renewing the lease", self._connections.touch(connection)),
            aside("flush by count", self._flush_trigger.after(event)),
        )
        return event

    async def _ack(self, connection: Connection, ack: Ack, begun: float) -> None:
        if await self._fan_out.to_connection(connection.id, ack) is Delivery.DELIVERED:
            self._metrics.record(SEND_TO_ACK, (self._clock.monotonic() - begun) * 1_000)


class Changing:
    """What can be done to a message there is, over REST: it needs the history to be checked."""

    def __init__(
        self,
        room_log: Log,
        history: History,
        permissions: Permissions,
        access: AccessRepository,
        fan_out: FanOut,
        flush_trigger: FlushTrigger,
        clock: Clock,
    ) -> None:
        self._log = room_log
        self._history = history
        self._permissions = permissions
        self._access = access
        self._fan_out = fan_out
        self._flush_trigger = flush_trigger
        self._clock = clock

    async def edit(self, user: str, room: str, n: int, id_: str, text: str) -> Event:
        """Give the user's own message another text. Raises NotMember, NotFound, Forbidden, BadRequest, IdConflict."""
        body = {"target": n, **await text_body(self._access, room, user, clean_text(text))}

        async def may_edit(_again: bool) -> None:
            await self._present(user, room, n, id_, Operation.EDIT_OWN, Operation.EDIT_OTHERS)

        return await self._append(Draft(room, id_, user, EventType.MESSAGE_EDITED, body), may_edit)

    async def delete(self, user: str, room: str, n: int, id_: str) -> Event:
        """Delete the user's own message, or anybody's in a room the user moderates. Raises as `edit` does."""

        async def may_delete(_again: bool) -> None:
            await self._present(user, room, n, id_, Operation.DELETE_OWN, Operation.DELETE_OTHERS)

        return await self._append(Draft(room, id_, user, EventType.MESSAGE_DELETED, {"target": n}), may_delete)

    async def react(self, user: str, room: str, n: int, id_: str, emoji: str, *, on: bool) -> Event:
        """Add the user's reaction or take it back; either is harmless when it is so already. Raises as `edit` does."""
        body = {"target": n, "emoji": clean_emoji(emoji)}
        kind = EventType.REACTION_ADDED if on else EventType.REACTION_REMOVED

        async def may_react(_again: bool) -> None:
            await self._present(user, room, n, id_, Operation.REACT, Operation.REACT)

        return await self._append(Draft(room, id_, user, kind, body), may_react)

    async def versions(self, user: str, room: str, n: int) -> list[Version]:
        """The texts a message had. Raises NotMember, NotFound and Forbidden."""
        standing = await self._permissions.require(user, room, Operation.READ)
        own = (await self._history.message(room, n)).sender == user
        require(Operation.READ_OWN_VERSIONS if own else Operation.READ_OTHERS_VERSIONS, standing)
        return await self._history.versions(room, n)

    async def _present(self, user: str, room: str, n: int, id_: str, own: Operation, others: Operation) -> None:
        """Refuse unless there is such a message and the user may do this to it, or to those of others.

        All of it is read before every attempt: the log's end was learnt before.
        """
        refuse_stale(id_, self._clock.now())
        standing = await self._permissions.require(user, room, Operation.READ)
        message = await self._history.message(room, n)
        if message.deleted_at is not None:
            raise NotFound("The message has been deleted.")
        require(own if message.sender == user else others, standing)

    async def _append(self, draft: Draft, check: Check) -> Event:
        appended: Appended = await self._log.append(draft, check)
        event = appended.event
        await together(
            aside("fan-out", self._fan_out.to_room(event.room, log_event(event), seq=event.seq)),
            aside("raising the head", self._log.raise_head(appended)),
            aside("flush by count", self._flush_trigger.after(event)),
        )
        return event


async def text_body(access: AccessRepository, room: str, author: str, text: str) -> Mapping[str, object]:
    """The body of an event that carries a text: with the members it mentions, if it mentions any.

    Who has blocked the author is not mentioned, whatever the text says.
    """
    ids = mentioned(text)
    members = await access.sharing(ids, [room], by=author) if ids else set()
    mentions = [it for it in ids if it in members]
    return {"text": text, "mentions": mentions} if mentions else {"text": text}
