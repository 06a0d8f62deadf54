"""Presence and typing: signs that may be lost. Who is online follows from live connections, nothing else."""

from collections.abc import Iterable, Sequence

from chalicelib.domain.connections import Connection
from chalicelib.domain.presence import RoomPresence
from chalicelib.errors import NotMember
from chalicelib.gateways.base import Clock
from chalicelib.limits import TYPING_SECONDS
from chalicelib.repositories.base import AccessRepository, ConnectionRepository
from chalicelib.schemas.events import Presence as PresencePush
from chalicelib.schemas.events import Typing as TypingPush
from chalicelib.services.fan_out import FanOut


class Presence:
    """Tells who is online, now and when it changes, and passes typing signs on."""

    def __init__(
        self, connections: ConnectionRepository, access: AccessRepository, fan_out: FanOut, clock: Clock
    ) -> None:
        self._connections = connections
        self._access = access
        self._fan_out = fan_out
        self._clock = clock

    async def came(self, user: str) -> None:
        """The user has a live connection now."""
        await self._tell(user, online=True)

    async def went(self, user: str) -> None:
        """A connection of the user ended; a sign only if it was the last."""
        if not await self._connections.online([user], self._clock.now()):
            await self._tell(user, online=False)

    async def watch(self, connection: Connection, users: Sequence[str]) -> PresencePush:
        """Watch these users, as far as they share a room with the caller; their presence now."""
        visible = await self._access.sharing(users, connection.rooms)
        await self._connections.watch(connection.id, sorted(visible))
        online = await self._connections.online(visible, self._clock.now())
        return PresencePush(users={user: "online" if user in online else "offline" for user in sorted(visible)})

    async def in_room(self, room: str) -> RoomPresence:
        """Who of the room is online and who types; the caller's membership is checked before."""
        now = self._clock.now()
        return RoomPresence(
            online=frozenset(await self._connections.online_in_room(room, now)),
            typing=frozenset(await self._connections.typing_in_room(room, now)),
        )

    async def set_typing(self, connection: Connection, room: str, *, on: bool) -> None:
        """Show or hide the caller's typing sign to the others in the room. Raises NotMember."""
        require_room(connection.rooms, room)
        until = self._clock.now() + TYPING_SECONDS * 1_000_000 if on else 0
        await self._connections.set_typing(connection.id, room, until)
        push = TypingPush(room=room, user=connection.user, on=on)
        await self._fan_out.to_room(room, push, besides=connection.id)

    async def _tell(self, user: str, *, online: bool) -> None:
        access = await self._access.get(user)
        if access is None or not access.rooms:
            return
        watchers = await self._connections.watching(user, access.rooms)
        push = PresencePush(users={user: "online" if online else "offline"})
        await self._fan_out.deliver(watchers, push)


def require_room(rooms: Iterable[str], room: str) -> None:
    """Raise NotMember unless the room is among those the caller has."""
    if room not in rooms:
        raise NotMember("You are not a member of this room.")
