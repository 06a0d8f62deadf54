"""Roles, sanctions, and who is let into a room or put out of it.

Each change is judged inside its transaction, after the users it is about and the room are locked: whoever loses a role
at the same moment has lost it before, or after, and never in between. Locks are taken as in rooms.py.
"""

from datetime import datetime

from chalicelib.domain.access import AccessChange, ChangeKind
from chalicelib.domain.accounts import User
from chalicelib.domain.audit import AuditKind
from chalicelib.domain.permissions import Judge, Standing, UserRole, WorkspaceRole
from chalicelib.domain.rooms import Role
from chalicelib.errors import NotFound
from chalicelib.repositories.postgres.audit import note
from chalicelib.repositories.postgres.connection import Link, Postgres, instant, storable
from chalicelib.repositories.postgres.outbox import lock, record
from chalicelib.repositories.postgres.rooms import lock_room, without_owner
from chalicelib.repositories.postgres.standings import STANDING, standing_in, standing_of


class Roles:
    """RoleRepository on the tables `users`, `memberships` and `sanctions`."""

    def __init__(self, postgres: Postgres) -> None:
        self._postgres = postgres

    async def standing(self, user: str, room: str | None) -> Standing:
        """What the user is in the workspace and to the room."""
        row = await self._postgres.row(STANDING + " where users.id = $1", user, room)
        return Standing(user, WorkspaceRole.GUEST) if row is None else standing_of(row)

    async def of_workspace(self, after: str, limit: int, text: str = "") -> list[UserRole]:
        """Users with their roles by id, those after `after` whose name's key contains the key `text`."""
        if not storable(text):
            return []
        found = await self._postgres.rows(
            "select id, name, role, disabled_at is not null as disabled from users"
            " where id > $1 and deleted_at is null and strpos(name_key, $3) > 0 order by id limit $2",
            after,
            limit,
            text,
        )
        return [UserRole(User(it["id"], it["name"]), WorkspaceRole(it["role"]), it["disabled"]) for it in found]

    async def set_workspace_role(
        self, user: str, role: WorkspaceRole, actor: str, judge: Judge, now: int
    ) -> list[AccessChange]:
        """Give the user this role; the owner who makes another one owner is an admin from then on."""

        async def change(link: Link) -> list[AccessChange]:
            await lock(link, user, actor)
            if not await link.fetchval("select deleted_at is null from users where id = $1", user):
                raise NotFound("There is no such user.")
            by, target = await standing_in(link, actor, None), await standing_in(link, user, None)
            judge(by, target)
            if target.workspace is role:
                return []
            changed = [user]
            if role is WorkspaceRole.OWNER:
                await link.execute("update users set role = 'admin' where role = 'owner'")
                changed.append(actor)
            await link.execute("update users set role = $2 where id = $1", user, role.value)
            await note(link, AuditKind.ROLE_CHANGED, actor=actor, target=user, detail=role.value)
            return [await record(link, it, ChangeKind.REFRESHED, instant(now)) for it in changed]

        return await self._postgres.change(change)

    async def remove(
        self, room: str, user: str, actor: str, judge: Judge, event: str, now: int, *, ban: bool
    ) -> AccessChange | None:
        """End the membership and, with `ban`, let the user in no more; None if there was no membership.

        Where the last owner is put out, who did it owns the room.
        """

        async def change(link: Link) -> AccessChange | None:
            await self._judged(link, room, user, actor, judge)
            banned = ban and await _sanction(link, room, user, "banned", actor, instant(now))
            role = await link.fetchval(
                "delete from memberships where room_id = $1 and user_id = $2 returning role", room, user
            )
            if banned or role is not None:
                kind = AuditKind.BANNED if ban else AuditKind.KICKED
                await note(link, kind, actor=actor, target=user, room=room)
            if role is None:
                return None
            if role == Role.OWNER and await without_owner(link, room):
                await link.execute(
                    "update memberships set role = 'owner' where room_id = $1 and user_id = $2", room, actor
                )
            return await record(link, user, ChangeKind.LEFT, instant(now), room=room, actor=actor, event=event)

        return await self._postgres.change(change)

    async def unban(self, room: str, user: str, actor: str, judge: Judge) -> bool:
        """Let the user come again; False if there was no ban."""

        async def change(link: Link) -> bool:
            await self._judged(link, room, user, actor, judge)
            lifted = await _lift(link, room, user, "banned")
            if lifted:
                await note(link, AuditKind.UNBANNED, actor=actor, target=user, room=room)
            return lifted

        return await self._postgres.change(change)

    async def banned(self, room: str) -> list[User]:
        """Who is banned from the room, by id."""
        found = await self._postgres.rows(
            "select users.id, users.name from sanctions join users on users.id = sanctions.user_id"
            " where sanctions.room_id = $1 and sanctions.kind = 'banned' order by users.id",
            room,
        )
        return [User(row["id"], row["name"]) for row in found]

    async def mute(
        self, room: str, user: str, actor: str, judge: Judge, event: str, now: int, *, on: bool
    ) -> AccessChange | None:
        """Let the member speak no more, or again; None if it was so already."""

        async def change(link: Link) -> AccessChange | None:
            await self._judged(link, room, user, actor, judge)
            changed = (
                await _sanction(link, room, user, "muted", actor, instant(now))
                if on
                else await _lift(link, room, user, "muted")
            )
            if not changed:
                return None
            kind = AuditKind.MUTED if on else AuditKind.UNMUTED
            await note(link, kind, actor=actor, target=user, room=room)
            return await self._placed(link, room, user, actor, event, now)

        return await self._postgres.change(change)

    async def set_role(
        self, room: str, user: str, role: Role, actor: str, judge: Judge, event: str, now: int
    ) -> AccessChange | None:
        """Give the member this role, which lifts a mute unless it is that of a member; None if it is so already."""

        async def change(link: Link) -> AccessChange | None:
            _, target = await self._judged(link, room, user, actor, judge)
            if target.role is role:
                return None
            await self._give(link, room, user, role)
            await note(link, AuditKind.ROOM_ROLE_CHANGED, actor=actor, target=user, room=room, detail=role.value)
            return await self._placed(link, room, user, actor, event, now)

        return await self._postgres.change(change)

    async def transfer(
        self, room: str, user: str, actor: str, judge: Judge, events: tuple[str, str], now: int
    ) -> list[AccessChange]:
        """Make the member an owner and the actor, who was one, a moderator, so that there always is an owner."""

        async def change(link: Link) -> list[AccessChange]:
            by, target = await self._judged(link, room, user, actor, judge)
            given = [(user, Role.OWNER, events[0])] if target.role is not Role.OWNER else []
            if by.role is Role.OWNER and user != actor:
                given.append((actor, Role.MODERATOR, events[1]))
            changes = []
            if given:
                await note(link, AuditKind.ROOM_TRANSFERRED, actor=actor, target=user, room=room)
            for member, role, event in given:
                await self._give(link, room, member, role)
                changes.append(await self._placed(link, room, member, actor, event, now))
            return changes

        return await self._postgres.change(change)

    async def _judged(self, link: Link, room: str, user: str, actor: str, judge: Judge) -> tuple[Standing, Standing]:
        """Lock both users and the room, then judge by what they are then."""
        await lock(link, user, actor)
        await lock_room(link, room)
        by, target = await standing_in(link, actor, room), await standing_in(link, user, room)
        judge(by, target)
        return by, target

    async def _give(self, link: Link, room: str, user: str, role: Role) -> None:
        await link.execute(
            "update memberships set role = $3 where room_id = $1 and user_id = $2", room, user, role.value
        )
        if role is not Role.MEMBER:
            await _lift(link, room, user, "muted")

    async def _placed(self, link: Link, room: str, user: str, actor: str, event: str, now: int) -> AccessChange:
        return await record(link, user, ChangeKind.PLACED, instant(now), room=room, actor=actor, event=event)


async def _sanction(link: Link, room: str, user: str, kind: str, actor: str, at: datetime) -> bool:
    made = await link.fetchval(
        "insert into sanctions (room_id, user_id, kind, actor_id, created_at) values ($1, $2, $3, $4, $5)"
        " on conflict do nothing returning true",
        room,
        user,
        kind,
        actor,
        at,
    )
    return made is not None


async def _lift(link: Link, room: str, user: str, kind: str) -> bool:
    lifted = await link.fetchval(
        "delete from sanctions where room_id = $1 and user_id = $2 and kind = $3 returning true", room, user, kind
    )
    return lifted is not None
