"""Connections, in memory."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from chalicelib.domain.access import Access
from chalicelib.domain.connections import RATE_WINDOW_US, Connection, ConnectionState
from chalicelib.repositories.base import Recipient
from tests.fakes.server import FakeServer


@dataclass(slots=True)
class _Stored:
    connection: Connection
    watching: list[str] = field(default_factory=list)
    typing: dict[str, int] = field(default_factory=dict)


class FakeConnections:
    """ConnectionRepository."""

    def __init__(self, server: FakeServer) -> None:
        self._server = server
        self._stored: dict[str, _Stored] = {}

    async def add(self, connection: Connection) -> None:
        await self._server.reached("connections.add")
        self._stored.setdefault(connection.id, _Stored(connection))

    async def get(self, connection: str) -> Connection | None:
        await self._server.reached("connections.get")
        stored = self._stored.get(connection)
        return None if stored is None else stored.connection

    async def grant(self, connection: str, access: Access) -> None:
        await self._server.reached("connections.grant")
        self._grant(self._stored.get(connection), access)

    async def grant_all(self, access: Access) -> list[Connection]:
        await self._server.reached("connections.grant_all")
        theirs = [it for it in self._stored.values() if it.connection.user == access.user]
        for stored in theirs:
            self._grant(stored, access)
        return [it.connection for it in theirs]

    async def go_live(self, connection: str, now: int, lease_until: int) -> bool:
        await self._server.reached("connections.go_live")
        stored = self._stored.get(connection)
        if stored is None or stored.connection.state is not ConnectionState.PENDING:
            return False
        stored.connection = replace(
            stored.connection,
            state=ConnectionState.LIVE,
            lease_until=lease_until,
            window_start=now,
            window_frames=0,
        )
        return True

    async def live_in_room(self, room: str, low: str = "", high: str = "") -> list[Recipient]:
        await self._server.reached("connections.live_in_room")
        found = self._recipients(lambda it: room in it.connection.rooms)
        return sorted(
            (it for it in found if low <= it.connection and (not high or it.connection < high)),
            key=lambda it: it.connection,
        )

    async def live_of_user(self, user: str) -> list[Recipient]:
        await self._server.reached("connections.live_of_user")
        return self._recipients(lambda it: it.connection.user == user)

    async def count_of_user(self, user: str, now: int, pending_since: int) -> int:
        await self._server.reached("connections.count_of_user")
        theirs = [it.connection for it in self._stored.values() if it.connection.user == user]
        return sum(
            it.lease_until > now if it.state is ConnectionState.LIVE else it.opened_at >= pending_since for it in theirs
        )

    async def touch(self, connection: str, now: int, lease_until: int, frames: int) -> None:
        await self._server.reached("connections.touch")
        if (stored := self._stored.get(connection)) is None:
            return
        current = stored.connection
        over = now - current.window_start >= RATE_WINDOW_US
        stored.connection = replace(
            current,
            lease_until=max(current.lease_until, lease_until),
            window_start=now if over else current.window_start,
            window_frames=frames if over else current.window_frames + frames,
        )

    async def watch(self, connection: str, users: Sequence[str]) -> None:
        await self._server.reached("connections.watch")
        if (stored := self._stored.get(connection)) is not None:
            stored.watching = list(users)

    async def watching(self, user: str, rooms: Iterable[str]) -> list[Recipient]:
        await self._server.reached("connections.watching")
        wanted = set(rooms)
        return self._recipients(lambda it: user in it.watching and bool(wanted & it.connection.rooms))

    async def present(self, users: Iterable[str], now: int) -> dict[str, bool]:
        await self._server.reached("connections.present")
        wanted = set(users)
        return self._present(lambda it: it.connection.user in wanted and it.connection.lease_until > now)

    async def set_idle(self, connection: str, *, idle: bool) -> None:
        await self._server.reached("connections.set_idle")
        if (stored := self._stored.get(connection)) is not None:
            stored.connection = replace(stored.connection, idle=idle)

    async def set_typing(self, connection: str, room: str, until: int) -> None:
        await self._server.reached("connections.set_typing")
        if (stored := self._stored.get(connection)) is not None:
            stored.typing[room] = until

    async def typing_in_room(self, room: str, now: int) -> set[str]:
        await self._server.reached("connections.typing_in_room")
        return self._users(lambda it: room in it.connection.rooms and it.typing.get(room, 0) > now)

    async def present_in_room(self, room: str, now: int) -> dict[str, bool]:
        await self._server.reached("connections.present_in_room")
        return self._present(lambda it: room in it.connection.rooms and it.connection.lease_until > now)

    async def remove(self, connection: str) -> Connection | None:
        await self._server.reached("connections.remove")
        stored = self._stored.pop(connection, None)
        return None if stored is None else stored.connection

    async def lapsed(self, now: int, pending_since: int, limit: int) -> list[Connection]:
        await self._server.reached("connections.lapsed")
        found = [it.connection for it in self._stored.values()]
        live = [it for it in found if it.state is ConnectionState.LIVE and it.lease_until <= now]
        pending = [it for it in found if it.state is ConnectionState.PENDING and it.opened_at < pending_since]
        return [*live, *pending][:limit]

    def _grant(self, stored: _Stored | None, access: Access) -> None:
        if stored is not None and stored.connection.version <= access.version:
            stored.connection = replace(
                stored.connection, rooms=access.rooms, version=access.version, silenced=access.silenced
            )

    def _live(self, wanted: Callable[[_Stored], bool]) -> list[Connection]:
        return [
            it.connection for it in self._stored.values() if it.connection.state is ConnectionState.LIVE and wanted(it)
        ]

    def _recipients(self, wanted: Callable[[_Stored], bool]) -> list[Recipient]:
        return [Recipient(it.id, it.user) for it in self._live(wanted)]

    def _present(self, wanted: Callable[[_Stored], bool]) -> dict[str, bool]:
        found = self._live(wanted)
        return {user: any(not it.idle for it in found if it.user == user) for user in {it.user for it in found}}

    def _users(self, wanted: Callable[[_Stored], bool]) -> set[str]:
        return {it.user for it in self._live(wanted)}
