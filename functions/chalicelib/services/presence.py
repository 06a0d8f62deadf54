"""Presence and typing: signs that may be lost. Who is online follows from live connections, nothing else."""

from collections.abc import Iterable, Sequence

from chalicelib.domain.connections import Connection
from chalicelib.domain.presence import PresenceState, RoomPresence
from chalicelib.errors import Forbidden, NotMember
from chalicelib.gateways.base import Clock
from chalicelib.limits import TYPING_SECONDS
from chalicelib.repositories.base import AccessRepository, ConnectionRepository, LastSeenRepository
from chalicelib.schemas.events import Presence as PresencePush
from chalicelib.schemas.events import Typing as TypingPush
from chalicelib.services.fan_out import FanOut


class Presence:
    """Tells who is online, now and when it changes, and passes typing signs on."""

    def __init__(
        self,
        connections: ConnectionRepository,
        access: AccessRepository,
        last_seen: LastSeenRepository,
        fan_out: FanOut,
        clock: Clock,
    ) -> None:
        self._connections = connections
        self._access = access
        self._last_seen = last_seen
        self._fan_out = fan_out
        self._clock = clock

    async def came(self, user: str) -> None:
        """The user has a live connection now."""
        await self._tell(user)

    async def went(self, user: str, seen: int) -> None:
        """A connection of the user ended, who was there until `seen` (microseconds) if it was the last."""
        if not await self._connections.present([user], self._clock.now()):
            await self._last_seen.note(user, seen)
        await self._tell(user)

    async def set_idle(self, connection: Connection, *, idle: bool) -> None:
        """Nobody has touched the connection's device for a while, or somebody did again."""
        if connection.idle is not idle:
            await self._connections.set_idle(connection.id, idle=idle)
            await self._tell(connection.user)

    async def watch(self, connection: Connection, users: Sequence[str]) -> PresencePush:
        """Watch these users, as far as they share a room with the caller; their presence now."""
        visible = await self._access.sharing(users, connection.rooms)
        await self._connections.watch(connection.id, sorted(visible))
        return await self._now(sorted(visible))

    async def in_room(self, room: str) -> RoomPresence:
        """Who of the room is online and who types; the caller's membership is checked before."""
        now = self._clock.now()
        present = await self._connections.present_in_room(room, now)
        return RoomPresence(
            online=frozenset(present),
            away=frozenset(user for user in present if not present[user]),
            typing=frozenset(await self._connections.typing_in_room(room, now)),
        )

    async def set_typing(self, connection: Connection, room: str, *, on: bool) -> None:
        """Show or hide the caller's typing sign to the others in the room, or to those of many who have the caller on
        screen. Raises NotMember and Forbidden.
        """
        require_voice(connection, room)
        until = self._clock.now() + TYPING_SECONDS * 1_000_000 if on else 0
        await self._connections.set_typing(connection.id, room, until)
        push = TypingPush(room=room, user=connection.user, on=on)
        await self._fan_out.sign(room, connection.user, push, besides=connection.id)

    async def _now(self, users: Sequence[str]) -> PresencePush:
        """How the users are, and when those who are offline were last seen."""
        present = await self._connections.present(users, self._clock.now())
        states = {user: _state(present.get(user)) for user in users}
        absent = [user for user in users if states[user] is PresenceState.OFFLINE]
        seen = await self._last_seen.of(absent) if absent else {}
        return PresencePush(users={user: states[user].value for user in users}, last_seen=seen)

    async def _tell(self, user: str) -> None:
        access = await self._access.get(user)
        if access is None or not access.rooms:
            return
        watchers = await self._connections.watching(user, access.rooms)
        if watchers:
            await self._fan_out.deliver(watchers, await self._now([user]))


def _state(active: bool | None) -> PresenceState:
    """The state of a user with a device that is not idle, with idle ones only, or (None) with none."""
    if active is None:
        return PresenceState.OFFLINE
    return PresenceState.ONLINE if active else PresenceState.AWAY


def require_voice(connection: Connection, room: str) -> None:
    """Raise NotMember unless the connection has the room, and Forbidden where its user may not speak there."""
    require_room(connection.rooms, room)
    if room in connection.silenced:
        raise Forbidden(
            "You cannot speak here: you are muted, the room is archived, or one of you two has blocked the other."
        )


def require_room(rooms: Iterable[str], room: str) -> None:
    """Raise NotMember unless the room is among those the caller has."""
    if room not in rooms:
        raise NotMember("You are not a member of this room.")
