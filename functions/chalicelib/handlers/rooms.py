"""REST: rooms, direct messages, their members, and the first screen."""

from chalicelib.domain.permissions import Operation
from chalicelib.domain.rooms import Visibility
from chalicelib.handlers.accounts import own_account
from chalicelib.handlers.rest import Call, Rest, path_id
from chalicelib.handlers.users import shown
from chalicelib.schemas.rooms import (
    Bootstrap,
    BrowseRooms,
    CreateRoom,
    ListAllRooms,
    Member,
    Members,
    OpenDirectMessage,
    PublicRoom,
    PublicRooms,
    Room,
    RoomPresence,
    Rooms,
    UpdateRoom,
    WorkspaceRoom,
    WorkspaceRooms,
)
from chalicelib.services.blocks import shown_blocks
from chalicelib.services.notifications import shown_settings
from chalicelib.services.rooms import RoomWithEnd

rooms = Rest(__name__)


@rooms.operation("GET", "/bootstrap", answer=Bootstrap)
async def first_screen(call: Call) -> Bootstrap:
    """All the first screen needs, in one answer."""
    screen = await call.app.rooms.first_screen(await call.app.accounts.me(call.caller))
    return Bootstrap(
        me=own_account(screen.account),
        workspace_role=screen.role.value,
        notifications=shown_settings(await call.app.notifications.of_user(call.user)),
        blocks=shown_blocks(await call.app.blocks.of_user(call.user)),
        rooms=[shown_room(it) for it in screen.rooms],
        users=[shown(it) for it in screen.users],
    )


@rooms.operation("GET", "/rooms", answer=Rooms)
async def list_rooms(call: Call) -> Rooms:
    """The caller's rooms."""
    return Rooms(rooms=[shown_room(it) for it in await call.app.rooms.of_user(call.user)])


@rooms.operation("POST", "/rooms", body=CreateRoom, answer=Room, status=201)
async def create_room(call: Call, body: CreateRoom) -> Room:
    """Make a room with the caller as its owner."""
    visibility = Visibility(body.visibility)
    return shown_room(await call.app.rooms.create(call.user, body.id, body.name, body.topic, visibility))


@rooms.operation("GET", "/rooms/public", query=BrowseRooms, answer=PublicRooms)
async def browse_rooms(call: Call, query: BrowseRooms) -> PublicRooms:
    """Public rooms by name."""
    found, more = await call.app.rooms.browse(call.user, query.q or "", query.after or "")
    return PublicRooms(
        rooms=[
            PublicRoom(id=it.room.id, name=it.room.name, topic=it.room.topic, members=it.members, joined=it.joined)
            for it in found
        ],
        more=more,
    )


@rooms.operation("GET", "/rooms/all", query=ListAllRooms, answer=WorkspaceRooms)
async def list_all_rooms(call: Call, query: ListAllRooms) -> WorkspaceRooms:
    """All rooms but direct messages, those made last first: for owners and admins of the workspace."""
    found, more = await call.app.rooms.of_workspace(call.user, query.q or "", query.before)
    return WorkspaceRooms(
        rooms=[
            WorkspaceRoom(
                id=it.id,
                name=it.name,
                visibility=it.visibility.value,
                members=it.members,
                joined=it.joined,
                archived=it.archived,
                created_at=it.created_at,
                active_at=it.active_at,
            )
            for it in found
        ],
        more=more,
    )


@rooms.operation("GET", "/rooms/{room}", answer=Room)
async def show_room(call: Call, room: str) -> Room:
    """A room as the caller, a member, has it."""
    return shown_room(await call.app.rooms.mine(call.user, path_id(room)))


@rooms.operation("PATCH", "/rooms/{room}", body=UpdateRoom, answer=Room)
async def update_room(call: Call, room: str, body: UpdateRoom) -> Room:
    """Give a room the caller owns another name or topic."""
    return shown_room(await call.app.rooms.update(call.user, path_id(room), body.id, body.name, body.topic))


@rooms.operation("POST", "/rooms/{room}/join", answer=Room)
async def join_room(call: Call, room: str) -> Room:
    """Join a public room."""
    return shown_room(await call.app.rooms.join(call.user, path_id(room)))


@rooms.operation("POST", "/rooms/{room}/leave", status=204)
async def leave_room(call: Call, room: str) -> None:
    """Leave a room; nothing the caller sends gets in once this returned."""
    await call.app.rooms.leave(call.user, path_id(room))


@rooms.operation("GET", "/rooms/{room}/members", answer=Members)
async def list_members(call: Call, room: str) -> Members:
    """All members of a room."""
    members = await call.app.rooms.members(call.user, path_id(room))
    return Members(
        members=[
            Member(user=shown(it.user), role=it.role.value, muted=it.muted, joined_at=it.joined_at) for it in members
        ]
    )


@rooms.operation("GET", "/rooms/{room}/presence", answer=RoomPresence)
async def show_presence(call: Call, room: str) -> RoomPresence:
    """Who of a room is online, and who types."""
    await call.app.permissions.require(call.user, path_id(room), Operation.LIST_MEMBERS)
    presence = await call.app.presence.in_room(room)
    return RoomPresence(online=sorted(presence.online), away=sorted(presence.away), typing=sorted(presence.typing))


@rooms.operation("POST", "/dms", body=OpenDirectMessage, answer=Room)
async def open_direct_message(call: Call, body: OpenDirectMessage) -> Room:
    """The direct message with a user: one per pair, whoever opens it."""
    return shown_room(await call.app.rooms.open_dm(call.user, body.user))


def shown_room(found: RoomWithEnd) -> Room:
    """A room as its member has it."""
    mine = found.mine
    return Room(
        id=mine.room.id,
        kind=mine.room.kind.value,
        name=mine.room.name,
        topic=mine.room.topic,
        visibility=mine.room.visibility.value,
        role=mine.role.value,
        muted=mine.muted,
        archived=mine.room.archived,
        blocked=mine.blocked,
        peer=mine.peer,
        created_at=mine.room.created_at,
        seq=found.end.seq,
        n=found.end.n,
        read_n=found.unread.marker.n,
        read_version=found.unread.marker.version,
        mentions=found.unread.mentions,
    )
