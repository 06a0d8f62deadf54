"""Connections: who may open a socket, who a frame comes from, and how a socket ends."""

from dataclasses import dataclass
from typing import Final

from chalicelib.domain.connections import (
    CONNECTIONS_PER_USER,
    LEASE_US,
    PENDING_US,
    RATE_WINDOW_US,
    Connection,
    ConnectionState,
    over_rate,
)
from chalicelib.domain.digests import digest
from chalicelib.errors import NotLive, RateLimited, Unauthenticated
from chalicelib.gateways.base import Callbacks, Clock, Ids
from chalicelib.limits import TICKET_SECONDS
from chalicelib.log_context import learn
from chalicelib.repositories.base import AccessRepository, ConnectionRepository, Pass, TicketRepository
from chalicelib.services.concurrency import aside
from chalicelib.services.presence import Presence
from chalicelib.services.rates import Rates

TOUCH_US: Final = 5 * 1_000_000
"""A connection's lease and frame count are written at most this often."""

_TRACKED: Final = 10_000


@dataclass(slots=True)
class _Unwritten:
    frames: int
    since: float


class Connections:
    """Opens, authenticates and closes connections."""

    def __init__(
        self,
        connections: ConnectionRepository,
        access: AccessRepository,
        tickets: TicketRepository,
        callbacks: Callbacks,
        presence: Presence,
        rates: Rates,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._connections = connections
        self._access = access
        self._tickets = tickets
        self._callbacks = callbacks
        self._presence = presence
        self._rates = rates
        self._clock = clock
        self._ids = ids
        self._unwritten: dict[str, _Unwritten] = {}

    async def issue_ticket(self, granted: Pass) -> str:
        """A ticket that opens one socket for the session, once, within TICKET_SECONDS.

        Raises RateLimited where the user has CONNECTIONS_PER_USER already; `open` sees to it that none has more.
        """
        if await self._open_of(granted.user) >= CONNECTIONS_PER_USER:
            raise _too_many()
        ticket = self._ids.secret()
        expires_at = self._clock.now() + TICKET_SECONDS * 1_000_000
        await self._tickets.add(digest(ticket), granted, expires_at)
        return ticket

    async def open(self, connection: str, ticket: str) -> None:
        """Admit a socket that is connecting. Raises Unauthenticated and RateLimited.

        The connection is stored before access is read: a change of access that is applied meanwhile then finds
        the connection, or is found by it. So no order of ticket, kick and connect leaves an old right behind.
        """
        now = self._clock.now()
        granted = await self._tickets.consume(digest(ticket), now)
        if granted is None:
            raise Unauthenticated("The ticket was used before or has run out. Ask for a new one.")
        learn(user=granted.user)
        await self._connections.add(
            Connection(
                id=connection,
                user=granted.user,
                session=granted.session,
                state=ConnectionState.PENDING,
                version=-1,
                rooms=frozenset(),
                session_expires=granted.session_expires,
                lease_until=now + LEASE_US,
                opened_at=now,
            )
        )
        access = await self._access.get(granted.user)
        if access is None or granted.session not in access.sessions:
            await self._connections.remove(connection)
            raise Unauthenticated("The session has ended. Log in again.")
        # Counted once it is stored: of several at once beyond the limit all are refused, so that none gets past it.
        if await self._open_of(granted.user) > CONNECTIONS_PER_USER:
            await self._connections.remove(connection)
            raise _too_many()
        await self._connections.grant(connection, access)

    async def authenticate(self, connection: str, *, pending: bool = False) -> Connection:
        """The connection a frame came from, allowed to act; `pending` admits one that has not resumed yet.

        Raises NotLive, Unauthenticated (the session is over: close the socket) and RateLimited.
        """
        found = self._alive(await self._connections.get(connection))
        learn(user=found.user)
        if found.state is ConnectionState.PENDING and not pending:
            raise NotLive("Resume first: that makes the connection live.")
        if over_rate(found, self._count(connection), self._clock.now()):
            raise RateLimited("Too many frames. Wait a minute.")
        self._rates.count(found.user)
        return found

    async def reread(self, connection: Connection) -> Connection:
        """The connection as it is now, in the middle of an operation. Raises NotLive and Unauthenticated."""
        return self._alive(await self._connections.get(connection.id))

    async def touch(self, connection: Connection) -> None:
        """Renew the lease and write the frame count, at most every few seconds."""
        now = self._clock.now()
        if now - (connection.lease_until - LEASE_US) < TOUCH_US:
            return
        unwritten = self._unwritten.pop(connection.id, None)
        await self._connections.touch(connection.id, now, now + LEASE_US, unwritten.frames if unwritten else 0)

    async def go_live(self, connection: Connection) -> Connection:
        """Let the connection take part in fan-out from now on; done by every resume, of effect once.

        Returns it as it is then: rooms may have been granted meanwhile. Raises NotLive and Unauthenticated.
        """
        now = self._clock.now()
        if await self._connections.go_live(connection.id, now, now + LEASE_US):
            await aside("presence", self._presence.came(connection.user))
        return await self.reread(connection)

    async def closed(self, connection: str, seen: int | None = None) -> None:
        """Forget a connection whose socket is closed: just now, or some time after its user was last `seen`."""
        self._unwritten.pop(connection, None)
        gone = await self._connections.remove(connection)
        if gone is not None and gone.state is ConnectionState.LIVE:
            at = self._clock.now() if seen is None else seen
            await aside("presence", self._presence.went(gone.user, at))

    async def end(self, connection: str) -> None:
        """Close the socket and forget the connection; its frames are refused from here on."""
        await self.closed(connection)
        await self._callbacks.close(connection)

    async def _open_of(self, user: str) -> int:
        now = self._clock.now()
        return await self._connections.count_of_user(user, now, now - PENDING_US)

    def _alive(self, found: Connection | None) -> Connection:
        if found is None:
            raise NotLive("This connection is no longer known. Open a new one.")
        if self._clock.now() >= found.session_expires:
            raise Unauthenticated("The session has ended. Log in again.")
        return found

    def _count(self, connection: str) -> int:
        if len(self._unwritten) > _TRACKED:
            self._unwritten.clear()
        monotonic = self._clock.monotonic()
        unwritten = self._unwritten.setdefault(connection, _Unwritten(0, monotonic))
        if monotonic - unwritten.since >= RATE_WINDOW_US / 1_000_000:
            # Refused frames are not written down, so a window that is over must end here.
            unwritten.frames, unwritten.since = 0, monotonic
        unwritten.frames += 1
        return unwritten.frames


def _too_many() -> RateLimited:
    return RateLimited(
        f"You have {CONNECTIONS_PER_USER} connections open, which is the most. Close some pages, then try again."
    )
