"""Roles and moderation: who is what, who is put out, kept out, silenced, and who hands a room on."""

from collections.abc import Callable

from chalicelib.domain.accounts import User, key
from chalicelib.domain.permissions import (
    Judge,
    Operation,
    Place,
    Standing,
    UserRole,
    WorkspaceRole,
    may_give,
    require,
    require_rank,
)
from chalicelib.domain.rooms import Role
from chalicelib.errors import Conflict, Forbidden, NotFound
from chalicelib.gateways.base import Clock, Ids
from chalicelib.limits import PAGE_MAX
from chalicelib.repositories.base import RoleRepository, RoomRepository, UserRepository
from chalicelib.schemas.events import WorkspaceRoleUpdated
from chalicelib.services.access import AccessChanges
from chalicelib.services.concurrency import aside
from chalicelib.services.fan_out import FanOut
from chalicelib.services.permissions import Permissions


class Roles:
    """Use cases around roles. All raise NotMember and Forbidden, judged where the change is made."""

    def __init__(
        self,
        roles: RoleRepository,
        rooms: RoomRepository,
        users: UserRepository,
        permissions: Permissions,
        access: AccessChanges,
        fan_out: FanOut,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._fan_out = fan_out
        self._roles = roles
        self._rooms = rooms
        self._users = users
        self._permissions = permissions
        self._access = access
        self._clock = clock
        self._ids = ids

    async def of_workspace(self, user: str, after: str, text: str = "") -> tuple[list[UserRole], bool]:
        """A page of users with their roles, by id, those whose name contains the text, and whether there are more."""
        await self._permissions.require(user, None, Operation.LIST_ROLES)
        found = await self._roles.of_workspace(after, PAGE_MAX + 1, key(text))
        return found[:PAGE_MAX], len(found) > PAGE_MAX

    async def set_workspace_role(self, actor: str, user: str, role: WorkspaceRole) -> None:
        """Give a user another role in the workspace. An owner who makes another one owner is an admin from then on.

        The devices of both know at once. Raises NotFound.
        """
        await self._known(user)

        def judge(by: Standing, target: Standing) -> None:
            require(Operation.SET_WORKSPACE_ROLE, by)
            may_give(role, by, target)

        changes = await self._roles.set_workspace_role(user, role, actor, judge, self._clock.now())
        await self._access.apply(changes)
        for changed in {user, actor} if role is WorkspaceRole.OWNER else {user}:
            await aside("telling of a role in the workspace", self._tell(changed))

    async def _tell(self, user: str) -> None:
        # As it is by now: of two changes at once the last one stays.
        push = WorkspaceRoleUpdated(role=(await self._permissions.role(user)).value)
        await self._fan_out.to_user(user, push)

    async def add(self, actor: str, room: str, user: str) -> None:
        """Make a user a member, of a public or a private room. Raises NotFound, and Conflict for who is banned."""
        await self._known(user)

        def judge(by: Standing, target: Standing) -> None:
            require(Operation.ADD_MEMBER, by)
            if target.place is Place.BANNED:
                raise Conflict("This user is banned from the room. Lift the ban first.")

        change = await self._rooms.join(room, user, actor, self._ids.ulid(), self._clock.now(), judge)
        await self._access.carry_out(change, user, room)

    async def kick(self, actor: str, room: str, user: str) -> None:
        """Put a member out; once this returned, nothing the user sends gets in. Who is no member stays none."""
        judge = _downwards(Operation.KICK)
        change = await self._roles.remove(room, user, actor, judge, self._ids.ulid(), self._clock.now(), ban=False)
        await self._access.carry_out(change, user, room)

    async def ban(self, actor: str, room: str, user: str) -> None:
        """Put a user out and let nobody in by that name until the ban is lifted. Raises NotFound."""
        await self._known(user)
        judge = _downwards(Operation.BAN)
        change = await self._roles.remove(room, user, actor, judge, self._ids.ulid(), self._clock.now(), ban=True)
        await self._access.carry_out(change, user, room)

    async def unban(self, actor: str, room: str, user: str) -> None:
        """Let the user come again."""
        await self._roles.unban(room, user, actor, _downwards(Operation.BAN))

    async def banned(self, actor: str, room: str) -> list[User]:
        """Who is banned from the room."""
        await self._permissions.require(actor, room, Operation.LIST_BANS)
        return await self._roles.banned(room)

    async def mute(self, actor: str, room: str, user: str, *, on: bool) -> None:
        """Let a member read and not speak, or speak again. Raises NotFound."""
        judge = _downwards(Operation.MUTE, _member)
        change = await self._roles.mute(room, user, actor, judge, self._ids.ulid(), self._clock.now(), on=on)
        await self._access.carry_out(change, user, room)

    async def set_role(self, actor: str, room: str, user: str, role: Role) -> None:
        """Give a member another role in the room. Raises NotFound."""
        judge = _downwards(Operation.SET_ROLE, _member)
        change = await self._roles.set_role(room, user, role, actor, judge, self._ids.ulid(), self._clock.now())
        await self._access.carry_out(change, user, room)

    async def transfer(self, actor: str, room: str, user: str) -> None:
        """Hand the room on: the member owns it, and the actor, where an owner of it, moderates it. Raises NotFound."""

        def judge(by: Standing, target: Standing) -> None:
            require(Operation.TRANSFER, by)
            _member(target)
            if by.user == target.user:
                raise Forbidden("A room is handed on to somebody else.")

        events = (self._ids.ulid(), self._ids.ulid())
        changes = await self._roles.transfer(room, user, actor, judge, events, self._clock.now())
        await self._access.apply(changes)

    async def _known(self, user: str) -> None:
        if all(it.deleted for it in await self._users.by_ids([user])):
            raise NotFound("There is no user with this id.")


def _downwards(operation: Operation, *conditions: Callable[[Standing], None]) -> Judge:
    """The table must allow it, and the actor must be above the one it is done to."""

    def judge(by: Standing, target: Standing) -> None:
        require(operation, by)
        for condition in conditions:
            condition(target)
        require_rank(operation, by, target)

    return judge


def _member(target: Standing) -> None:
    if target.role is None:
        raise NotFound("This room has no such member.")
