"""The ends of rooms, in memory."""

from collections.abc import Callable
from dataclasses import replace

from chalicelib.domain.access import AccessChange, ChangeKind
from chalicelib.domain.audit import AuditKind
from chalicelib.domain.permissions import Judge
from chalicelib.domain.rooms import Visibility
from tests.fakes.server import FakeServer
from tests.fakes.tables import Tables


class FakeEndings:
    """EndingRepository."""

    def __init__(self, server: FakeServer, tables: Tables) -> None:
        self._server = server
        self._tables = tables

    async def archive(
        self, room: str, actor: str, judge: Judge, event: str, now: int, *, on: bool
    ) -> list[AccessChange]:
        await self._server.reached("endings.archive")
        self._judge(judge, room, actor)
        row = self._tables.rooms[room]
        if row.room.archived is on:
            return []
        self._tables.rooms[room] = replace(row, room=replace(row.room, archived=on))
        kind = AuditKind.ROOM_ARCHIVED if on else AuditKind.ROOM_REOPENED
        self._tables.note(kind, actor=actor, room=room)
        others = sorted(self._tables.members_of(room).keys() - {actor})
        rows = [self._tables.record(it, ChangeKind.REFRESHED, now) for it in others]
        return [*rows, self._tables.record(actor, ChangeKind.UPDATED, now, room=room, actor=actor, event=event)]

    async def delete(
        self, room: str, actor: str, judge: Judge, new_id: Callable[[], str], now: int
    ) -> list[AccessChange]:
        await self._server.reached("endings.delete")
        self._judge(judge, room, actor)
        members = sorted(self._tables.members_of(room), key=lambda it: (it == actor, it))
        tables = self._tables
        for member in members:
            del tables.memberships[room, member]
        tables.muted = {it for it in tables.muted if it[0] != room}
        tables.banned = {it for it in tables.banned if it[0] != room}
        tables.invite_links = {digest: it for digest, it in tables.invite_links.items() if it.room != room}
        tables.reports = {id_: it for id_, it in tables.reports.items() if it.room != room}
        row = tables.rooms[room]
        nameless = replace(row.room, name="", topic="", visibility=Visibility.PRIVATE)
        tables.rooms[room] = replace(row, room=nameless)
        tables.deleted_rooms[room] = now
        tables.note(AuditKind.ROOM_DELETED, actor=actor, room=room)
        return [tables.record(it, ChangeKind.LEFT, now, room=room, actor=actor, event=new_id()) for it in members]

    async def deleted(self, before: int, limit: int) -> list[tuple[str, int]]:
        await self._server.reached("endings.deleted")
        waiting = {it.change.room for it in self._tables.outbox.values()}
        found = [(room, at) for room, at in self._tables.deleted_rooms.items() if at < before and room not in waiting]
        return sorted(found, key=lambda it: it[1])[:limit]

    async def forget(self, room: str) -> None:
        await self._server.reached("endings.forget")
        if self._tables.deleted_rooms.pop(room, None) is not None:
            del self._tables.rooms[room]

    def _judge(self, judge: Judge, room: str, actor: str) -> None:
        standing = self._tables.standing(actor, room)
        judge(standing, standing)
