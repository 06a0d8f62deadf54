"""Access: carries what PostgreSQL decided to everything that lets a socket act.

The order is what makes revocation hold: the access document first, so that no new connection gets an old right; then
the connections there are; then the log, whose compare-and-set makes a send that was already checked look again; then
the sockets.
"""

import logging
from collections.abc import Iterable
from typing import Final

from chalicelib.domain.access import Access, AccessChange, ChangeKind
from chalicelib.domain.connections import Connection, ConnectionState
from chalicelib.domain.log import Draft, EventType
from chalicelib.domain.rooms import Room
from chalicelib.errors import Conflict, IdConflict
from chalicelib.gateways.base import Clock
from chalicelib.repositories.base import (
    AccessRepository,
    ConnectionRepository,
    LastSeenRepository,
    OutboxRepository,
    Recipient,
    RoomRepository,
)
from chalicelib.schemas.events import Left, SessionEnded, log_event
from chalicelib.services.concurrency import aside, together
from chalicelib.services.connections import Connections
from chalicelib.services.fan_out import FanOut
from chalicelib.services.log import Check, Log
from chalicelib.services.markers import Markers

SWEEP_AFTER_US: Final = 30 * 1_000_000
"""A row this old was left by a crash: the request that wrote it had 29 s."""

_LAST: Final = 2**63 - 1
"""Above every id of a row."""

_EVENTS: Final = {ChangeKind.JOINED: EventType.MEMBER_JOINED, ChangeKind.LEFT: EventType.MEMBER_LEFT}
_RECORDED: Final = frozenset((ChangeKind.UPDATED, ChangeKind.PLACED))

log = logging.getLogger("parley.access")


class _Renamed(Conflict):
    """The room has another name than the one about to be written down."""


async def _decided(_again: bool) -> None:
    """Membership events depend on nothing in the log: PostgreSQL has decided already."""


class AccessChanges:
    """Applies outbox rows. Applying one twice, or two in any order, ends in the same state."""

    def __init__(
        self,
        outbox: OutboxRepository,
        rooms: RoomRepository,
        access: AccessRepository,
        connections: ConnectionRepository,
        opener: Connections,
        markers: Markers,
        room_log: Log,
        fan_out: FanOut,
        clock: Clock,
        last_seen: LastSeenRepository,
    ) -> None:
        self._outbox = outbox
        self._rooms = rooms
        self._access = access
        self._connections = connections
        self._opener = opener
        self._markers = markers
        self._log = room_log
        self._fan_out = fan_out
        self._clock = clock
        self._last_seen = last_seen

    async def apply(self, changes: Iterable[AccessChange]) -> None:
        """Apply rows one after the other and mark each as done. Returns when no later operation can slip by.

        What a crash or a slower request has left of the same membership comes first: the log must end with what
        PostgreSQL has, and who comes and goes again may do so faster than a sweep.
        """
        for change in changes:
            earlier = await self._outbox.before(change) if change.room is not None else []
            for row in (*earlier, change):
                await self._apply(row)
                await self._outbox.done(row)

    async def carry_out(self, change: AccessChange | None, user: str, room: str) -> None:
        """Apply the change of this membership, or where there is none what an earlier attempt at it left: what returns
        has happened.
        """
        if change is None:
            await self.settle(user, room)
        else:
            await self.apply([change])

    async def settle(self, user: str, room: str) -> None:
        """Apply what is left of earlier changes of this membership: a request that is repeated may rely on it."""
        last = AccessChange(_LAST, user, ChangeKind.REFRESHED, room, None, None)
        for row in await self._outbox.before(last):
            await self.apply([row])

    async def ensure(self, user: str) -> None:
        """Bring the user's access document up to date with PostgreSQL, if it is behind or missing."""
        await self._refresh(await self._outbox.snapshot(user, self._clock.now()))

    async def sweep(self, limit: int) -> int:
        """Apply what crashed requests left behind; returns how many rows that were."""
        rows = await self._outbox.older_than(self._clock.now() - SWEEP_AFTER_US, limit)
        for row in rows:
            # One at a time: a row that cannot be applied now must not hold up those behind it.
            await aside("applying a change of access", self.apply([row]))
        return len(rows)

    async def _refresh(self, access: Access) -> list[Connection]:
        await self._access.replace(access)
        return await self._connections.grant_all(access)

    async def _apply(self, change: AccessChange) -> None:
        access = await self._outbox.snapshot(change.user, self._clock.now())
        connections = await self._refresh(access)
        if change.kind is ChangeKind.SESSION:
            await self._end_sockets(connections, access)
        elif change.kind is ChangeKind.ERASED:
            await self._end_sockets(connections, access)
            await self._erase(change.user)
        elif change.kind in _RECORDED:
            await self._record_room(change)
        elif change.kind is ChangeKind.REFRESHED:
            return
        else:
            await self._record(change, connections)

    async def _erase(self, user: str) -> None:
        """Forget what is personal. The access document stays, empty: it keeps an older one from coming back."""
        await self._last_seen.forget(user)
        await self._markers.forget(user)

    async def _record(self, change: AccessChange, connections: list[Connection]) -> None:
        if change.room is None or change.event is None:
            log.error("outbox row %d names no room or event", change.id)
            return
        draft = Draft(
            room=change.room,
            id=change.event,
            sender=change.actor or change.user,
            type=_EVENTS[change.kind],
            body={"user": change.user},
        )
        appended = await self._log.append(draft, _decided)
        event = appended.event
        if change.kind is ChangeKind.JOINED:
            await aside(
                "marking what was said before as read", self._markers.admitted(change.user, change.room, event.n)
            )
        await aside("fan-out", self._fan_out.to_room(change.room, log_event(event), seq=event.seq))
        if change.kind is ChangeKind.LEFT:
            # Live ones only: a connection that is still in its $connect answers 410, and would be taken for gone.
            # Its first resume tells it.
            live = (it for it in connections if it.state is ConnectionState.LIVE and change.room not in it.rooms)
            recipients = [Recipient(it.id, it.user) for it in live]
            await self._fan_out.deliver(recipients, Left(room=change.room, seq=event.seq))
        await aside("raising the head", self._log.raise_head(appended))

    async def _record_room(self, change: AccessChange) -> None:
        """Append what the room is now, which may be what a later change made of it, and whose place in it changed.

        By then access says so already: what somebody appends after it has been checked against that.
        """
        if change.room is None or change.event is None:
            log.error("outbox row %d names no room or event", change.id)
            return
        while (room := await self._rooms.get(change.room)) is not None:
            body: dict[str, object] = {"name": room.name, "topic": room.topic}
            if room.archived:
                body["archived"] = True
            if change.kind is ChangeKind.PLACED:
                body["user"] = change.user
            draft = Draft(room.id, change.event, change.actor or change.user, EventType.ROOM_UPDATED, body)
            try:
                appended = await self._log.append(draft, self._called(room))
            except _Renamed:
                continue
            except IdConflict:
                return  # It was applied before, and the room has another name since.
            event = appended.event
            await aside("fan-out", self._fan_out.to_room(room.id, log_event(event), seq=event.seq))
            await aside("raising the head", self._log.raise_head(appended))
            return

    def _called(self, room: Room) -> Check:
        """Whether the room is still called so: what the log says last must be what PostgreSQL has."""

        async def check(_again: bool) -> None:
            current = await self._rooms.get(room.id)
            if current != room:
                raise _Renamed("Somebody else has changed the room at the same moment.")

        return check

    async def _end_sockets(self, connections: list[Connection], access: Access) -> None:
        async def end(connection: Connection) -> None:
            await self._fan_out.to_connection(connection.id, SessionEnded())
            await self._opener.end(connection.id)

        await together(*(end(it) for it in connections if it.session not in access.sessions))
