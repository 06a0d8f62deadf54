"""Rooms and memberships, in memory."""

from dataclasses import replace

from chalicelib.domain.access import AccessChange, ChangeKind
from chalicelib.domain.accounts import DELETED, User, key
from chalicelib.domain.permissions import Judge
from chalicelib.domain.rooms import ListedRoom, Member, MyRoom, Role, Room, RoomKind, Visibility
from chalicelib.errors import Conflict, Forbidden
from tests.fakes.server import FakeServer
from tests.fakes.tables import MembershipRow, RoomRow, Tables
from tests.fakes.users import shown


class FakeRooms:
    """RoomRepository."""

    def __init__(self, server: FakeServer, tables: Tables) -> None:
        self._server = server
        self._tables = tables

    async def create(self, room: Room, owner: str, event: str) -> AccessChange | None:
        await self._server.reached("rooms.create")
        if (there := self._tables.rooms.get(room.id)) is not None:
            if there.created_by == owner:
                return None
            raise Conflict("This id belongs to another room.", {"field": "id"})
        if room.visibility is Visibility.PUBLIC and key(room.name) in {key(it.name) for it in self._public()}:
            raise Conflict("A public room has this name already.", {"field": "name"})
        self._tables.rooms[room.id] = RoomRow(room, owner, None)
        return self._admit(room.id, owner, Role.OWNER, owner, event, room.created_at)

    async def rename(
        self, room: str, name: str | None, topic: str | None, actor: str, event: str, now: int
    ) -> AccessChange | None:
        await self._server.reached("rooms.rename")
        if (room, actor, event) in self._tables.room_changes:
            return None
        row = self._tables.rooms[room]
        others = {key(it.name) for it in self._public() if it.id != room}
        if row.room.visibility is Visibility.PUBLIC and name is not None and key(name) in others:
            raise Conflict("A public room has this name already.", {"field": "name"})
        self._tables.room_changes[room, actor, event] = now
        called = replace(
            row.room,
            name=row.room.name if name is None else name,
            topic=row.room.topic if topic is None else topic,
        )
        self._tables.rooms[room] = replace(row, room=called)
        return self._tables.record(actor, ChangeKind.UPDATED, now, room=room, actor=actor, event=event)

    async def forget_changes(self, before: int) -> None:
        await self._server.reached("rooms.forget_changes")
        changes = self._tables.room_changes
        self._tables.room_changes = {it: made for it, made in changes.items() if made >= before}

    async def get(self, room: str) -> Room | None:
        await self._server.reached("rooms.get")
        row = self._tables.rooms.get(room)
        return None if row is None else row.room

    async def mine(self, room: str, user: str) -> MyRoom | None:
        await self._server.reached("rooms.mine")
        return self._mine(room, user) if (room, user) in self._tables.memberships else None

    async def of_user(self, user: str) -> list[MyRoom]:
        await self._server.reached("rooms.of_user")
        return [self._mine(room, user) for room in sorted(self._tables.rooms_of(user))]

    async def browse(self, user: str, text: str, after: str, limit: int) -> list[ListedRoom]:
        await self._server.reached("rooms.browse")
        found = [it for it in self._public() if text in key(it.name) and key(it.name) > after]
        return [self._listed(room, user) for room in sorted(found, key=lambda it: key(it.name))[:limit]]

    async def of_workspace(self, user: str, text: str, before: str | None, limit: int) -> list[ListedRoom]:
        await self._server.reached("rooms.of_workspace")
        there = [it.room for it in self._tables.rooms.values() if it.room.id not in self._tables.deleted_rooms]
        found = [
            self._listed(room, user)
            for room in sorted(there, key=lambda it: it.id, reverse=True)
            if room.kind is RoomKind.ROOM and (before is None or room.id < before)
        ]
        if text:
            found = [it for it in found if it.named and text in key(it.room.name)]
        return found[:limit]

    async def members(self, room: str) -> list[Member]:
        await self._server.reached("rooms.members")
        members = [
            Member(self._user(user), row.role, row.joined_at, (room, user) in self._tables.muted)
            for user, row in self._tables.members_of(room).items()
        ]
        return sorted(members, key=lambda it: key(it.user.name))

    async def join(
        self, room: str, user: str, actor: str, event: str, now: int, judge: Judge | None = None
    ) -> AccessChange | None:
        await self._server.reached("rooms.join")
        if judge is not None:
            judge(self._tables.standing(actor, room), self._tables.standing(user, room))
        if (user, actor) in self._tables.blocks:
            raise Forbidden("You cannot add this user to a room.")
        role = Role.MEMBER if self._tables.members_of(room) else Role.OWNER
        return self._admit(room, user, role, actor, event, now)

    async def leave(self, room: str, user: str, actor: str, event: str, now: int) -> AccessChange | None:
        await self._server.reached("rooms.leave")
        others = self._tables.members_of(room)
        mine = others.pop(user, None)
        if mine is None:
            return None
        if mine.role is Role.OWNER and others and all(it.role is not Role.OWNER for it in others.values()):
            raise Conflict("You are the last owner of this room.")
        del self._tables.memberships[room, user]
        return self._tables.record(user, ChangeKind.LEFT, now, room=room, actor=actor, event=event)

    async def open_dm(
        self, room: Room, key: str, users: tuple[str, str], events: tuple[str, str]
    ) -> tuple[Room, list[AccessChange]]:
        await self._server.reached("rooms.open_dm")
        if key not in self._tables.dms and not self._tables.blocks.isdisjoint((users, users[::-1])):
            raise Forbidden("You cannot write to this user: one of you has blocked the other.")
        opened = self._tables.dms.setdefault(key, room.id)
        self._tables.rooms.setdefault(opened, RoomRow(room, users[0], users))
        changes = [
            self._admit(opened, user, Role.MEMBER, users[0], event, room.created_at)
            for user, event in zip(users, events, strict=True)
        ]
        return self._tables.rooms[opened].room, [change for change in changes if change is not None]

    def _user(self, user: str) -> User:
        if user in self._tables.deleted:
            return User(user, DELETED, deleted=True)
        return shown(self._tables.users[user])

    def _admit(self, room: str, user: str, role: Role, actor: str, event: str, now: int) -> AccessChange | None:
        if (room, user) in self._tables.memberships:
            return None
        self._tables.memberships[room, user] = MembershipRow(role, now)
        return self._tables.record(user, ChangeKind.JOINED, now, room=room, actor=actor, event=event)

    def _mine(self, room: str, user: str) -> MyRoom:
        row = self._tables.rooms[room]
        peer = next((it for it in row.dm_users if it != user), user) if row.dm_users else None
        role, muted = self._tables.memberships[room, user].role, (room, user) in self._tables.muted
        return MyRoom(row.room, role, peer, muted, self._tables.between_blocked(row))

    def _listed(self, room: Room, user: str) -> ListedRoom:
        members = self._tables.members_of(room.id)
        return ListedRoom(room, len(members), user in members)

    def _public(self) -> list[Room]:
        return [it.room for it in self._tables.rooms.values() if it.room.visibility is Visibility.PUBLIC]
