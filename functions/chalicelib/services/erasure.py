"""Erasure: deleting an account, and what its user may take along before."""

from chalicelib.domain.permissions import WorkspaceRole
from chalicelib.domain.rooms import MyRoom, RoomKind
from chalicelib.errors import Conflict, Forbidden
from chalicelib.gateways.base import Clock, Ids
from chalicelib.repositories.base import LastSeenRepository, RoleRepository, RoomRepository, UserRepository
from chalicelib.services.access import AccessChanges
from chalicelib.services.passwords import Passwords


class Erasure:
    """Deletes accounts. Messages stay, as those of a deleted user; all else that is personal goes."""

    def __init__(
        self,
        users: UserRepository,
        rooms: RoomRepository,
        roles: RoleRepository,
        last_seen: LastSeenRepository,
        access: AccessChanges,
        passwords: Passwords,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._users = users
        self._rooms = rooms
        self._roles = roles
        self._last_seen = last_seen
        self._access = access
        self._passwords = passwords
        self._clock = clock
        self._ids = ids

    async def delete(self, user: str, password: str) -> None:
        """Delete the account; nothing of it works once this returned. Raises BadCredentials, and Forbidden.

        The user leaves all rooms first; where nobody else owns one, who has been in it longest does from then on. A
        crash on the way leaves an account that is in fewer rooms and can be deleted again. Once the row is anonymised
        the rest is in the outbox, and the sweep finishes it.
        """
        await self._passwords.require(user, password)
        await self._refuse_owner(user)
        for mine in await self._rooms.of_user(user):
            if mine.room.kind is RoomKind.ROOM:
                await self._leave(user, mine)
        await self._access.apply(await self._users.delete(user, self._clock.now()))

    async def last_seen(self, user: str) -> int | None:
        """When the user's last connection ended, in microseconds."""
        return (await self._last_seen.of([user])).get(user)

    async def _refuse_owner(self, user: str) -> None:
        owns = (await self._roles.standing(user, None)).workspace is WorkspaceRole.OWNER
        if owns and len(await self._roles.of_workspace("", 2)) > 1:
            raise Forbidden("You own this workspace. Make somebody else its owner first.")

    async def _leave(self, user: str, mine: MyRoom) -> None:
        event = self._ids.ulid()
        try:
            change = await self._rooms.leave(mine.room.id, user, user, event, self._clock.now())
        except Conflict:
            await self._users.pass_rooms_on(user)
            change = await self._rooms.leave(mine.room.id, user, user, event, self._clock.now())
        if change is not None:
            await self._access.apply([change])
