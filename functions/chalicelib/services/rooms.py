"""Rooms and direct messages: making, finding, joining and leaving them."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.accounts import Account, User, key
from chalicelib.domain.log import EMPTY, End, EventType, refuse_stale
from chalicelib.domain.permissions import Operation, Standing, WorkspaceRole, require
from chalicelib.domain.rooms import (
    ListedRoom,
    Member,
    MyRoom,
    Room,
    RoomKind,
    Visibility,
    WorkspaceRoom,
    clean_line,
    dm_key,
)
from chalicelib.errors import BadRequest, IdConflict, NotFound, NotMember
from chalicelib.gateways.base import Clock, Ids
from chalicelib.limits import PAGE_MAX
from chalicelib.repositories.base import Head, HeadRepository, RoomRepository, UserRepository
from chalicelib.services.access import AccessChanges
from chalicelib.services.log import Log
from chalicelib.services.markers import Markers, Unread
from chalicelib.services.permissions import Permissions


@dataclass(frozen=True, slots=True)
class RoomWithEnd:
    """A room as its member has it, where its log stood, and what the member has not read."""

    mine: MyRoom
    end: End
    unread: Unread


@dataclass(frozen=True, slots=True)
class FirstScreen:
    """All a client needs before it opens its socket."""

    account: Account
    role: WorkspaceRole
    rooms: list[RoomWithEnd]
    users: list[User]


class Rooms:
    """Use cases around rooms."""

    def __init__(
        self,
        rooms: RoomRepository,
        users: UserRepository,
        heads: HeadRepository,
        access: AccessChanges,
        markers: Markers,
        permissions: Permissions,
        room_log: Log,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._rooms = rooms
        self._users = users
        self._heads = heads
        self._access = access
        self._markers = markers
        self._permissions = permissions
        self._log = room_log
        self._clock = clock
        self._ids = ids

    async def create(self, user: str, id_: str, name: str, topic: str, visibility: Visibility) -> RoomWithEnd:
        """Make a room with the user as owner; the same id again gives the same room.

        Raises Forbidden, Conflict and BadRequest.
        """
        await self._permissions.require(user, None, Operation.CREATE_ROOM)
        cleaned = clean_line(name, "name")
        if not cleaned:
            raise BadRequest("A room needs a name.", {"fields": ["name"]})
        room = Room(id_, RoomKind.ROOM, cleaned, clean_line(topic, "topic"), visibility, self._clock.now())
        change = await self._rooms.create(room, user, self._ids.ulid())
        if change is not None:
            await self._access.apply([change])
        return await self.mine(user, id_)

    async def of_user(self, user: str) -> list[RoomWithEnd]:
        """The user's rooms with their heads."""
        return await self._seen_by(user, await self._rooms.of_user(user))

    async def mine(self, user: str, room: str) -> RoomWithEnd:
        """The room as the user, a member, has it. Raises NotMember."""
        found = await self._rooms.mine(room, user)
        if found is None:
            raise NotMember("You are not a member of this room.")
        return (await self._seen_by(user, [found]))[0]

    async def browse(self, user: str, text: str, after: str) -> tuple[list[ListedRoom], bool]:
        """A page of public rooms by name, and whether there are more. Raises Forbidden."""
        await self._permissions.require(user, None, Operation.BROWSE_ROOMS)
        found = await self._rooms.browse(user, key(text), key(after), PAGE_MAX + 1)
        return found[:PAGE_MAX], len(found) > PAGE_MAX

    async def of_workspace(self, user: str, text: str, before: str | None) -> tuple[list[WorkspaceRoom], bool]:
        """The latest rooms with an id below `before` but direct messages, and whether there are more. Raises Forbidden.

        A text finds no room whose name the user may not know.
        """
        await self._permissions.require(user, None, Operation.LIST_ALL_ROOMS)
        found = await self._rooms.of_workspace(user, key(text), before, PAGE_MAX + 1)
        page = found[:PAGE_MAX]
        heads = {it.room: it for it in await self._heads.many([it.room.id for it in page if it.named])}
        return [_administered(it, heads.get(it.room.id)) for it in page], len(found) > PAGE_MAX

    async def join(self, user: str, room: str) -> RoomWithEnd:
        """Join a public room; joining again changes nothing. Raises Forbidden, and NotFound for one that is not public.

        Where nobody is left in a room, whoever comes next owns it.
        """
        found = await self._rooms.get(room)
        if found is None or found.visibility is not Visibility.PUBLIC:
            if await self._rooms.mine(room, user) is None:
                raise NotFound("There is no public room with this id.")
            return await self.mine(user, room)
        change = await self._rooms.join(room, user, user, self._ids.ulid(), self._clock.now(), _may_join)
        if change is not None:
            await self._access.apply([change])
        return await self.mine(user, room)

    async def leave(self, user: str, room: str) -> None:
        """Leave a room; once this returned, nothing the user sends gets in. Raises NotMember, Forbidden, Conflict."""
        await self._permissions.require(user, room, Operation.LEAVE)
        change = await self._rooms.leave(room, user, user, self._ids.ulid(), self._clock.now())
        if change is not None:
            await self._access.apply([change])

    async def update(self, user: str, room: str, id_: str, name: str | None, topic: str | None) -> RoomWithEnd:
        """Give the room another name or topic; what is None stays. Raises NotMember, Forbidden, Conflict, BadRequest,
        StaleId, IdConflict.

        Repeating it with its id changes nothing, whatever came after it. The log, in the end, has what the room is
        called, whoever dies in the middle and however many change it at once.
        """
        await self._permissions.require(user, room, Operation.UPDATE_ROOM)
        cleaned = None if name is None else clean_line(name, "name")
        if cleaned == "":
            raise BadRequest("A room needs a name.", {"fields": ["name"]})
        subject = None if topic is None else clean_line(topic, "topic")
        event = await self._log.known(room, user, id_)
        if event is None:
            refuse_stale(id_, self._clock.now())
        elif event.type is not EventType.ROOM_UPDATED:
            raise IdConflict("This id was used before for something else. Take a new one.")
        else:
            # It has happened: the log is told last.
            return await self.mine(user, room)
        change = await self._rooms.rename(room, cleaned, subject, user, id_, self._clock.now())
        if change is not None:
            await self._access.apply([change])
        return await self.mine(user, room)

    async def members(self, user: str, room: str) -> list[Member]:
        """All members. Raises NotMember."""
        await self._permissions.require(user, room, Operation.LIST_MEMBERS)
        return await self._rooms.members(room)

    async def open_dm(self, user: str, other: str) -> RoomWithEnd:
        """The direct message of the two: one per pair, whoever opens it. Raises Forbidden, BadRequest, NotFound."""
        await self._permissions.require(user, None, Operation.OPEN_DM)
        if user == other:
            raise BadRequest("A direct message needs somebody else.", {"fields": ["user"]})
        if await self._users.account(other) is None:
            raise NotFound("There is no user with this id.")
        room = Room(self._ids.ulid(), RoomKind.DM, "", "", Visibility.PRIVATE, self._clock.now())
        events = (self._ids.ulid(), self._ids.ulid())
        opened, changes = await self._rooms.open_dm(room, dm_key(user, other), (user, other), events)
        await self._access.apply(changes)
        return await self.mine(user, opened.id)

    async def first_screen(self, account: Account) -> FirstScreen:
        """The account, its rooms, and everybody in them."""
        return FirstScreen(
            account,
            await self._permissions.role(account.id),
            await self.of_user(account.id),
            await self._users.sharing_rooms(account.id),
        )

    async def _seen_by(self, user: str, rooms: Sequence[MyRoom]) -> list[RoomWithEnd]:
        """The rooms with where they stand and what the user has not read in them."""
        found = {head.room: head for head in await self._heads.many([it.room.id for it in rooms])}
        heads = {it.room.id: found.get(it.room.id, Head(it.room.id, EMPTY, EMPTY, 0)) for it in rooms}
        unread = await self._markers.unread(user, heads)
        return [RoomWithEnd(it, heads[it.room.id].end, unread[it.room.id]) for it in rooms]


def _administered(listed: ListedRoom, head: Head | None) -> WorkspaceRoom:
    room = listed.room
    return WorkspaceRoom(
        id=room.id,
        name=room.name if listed.named else None,
        visibility=room.visibility,
        members=listed.members,
        joined=listed.joined,
        archived=room.archived,
        created_at=room.created_at,
        active_at=head.end.ts if head else None,
    )


def _may_join(_by: Standing, who: Standing) -> None:
    # Looked at again: the room may have been deleted since it was found.
    if who.room is None or (who.room.visibility is not Visibility.PUBLIC and who.role is None):
        raise NotFound("There is no public room with this id.")
    require(Operation.JOIN, who)
