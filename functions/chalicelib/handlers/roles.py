"""REST: roles in the workspace and in rooms, and moderation."""

from chalicelib.domain.permissions import WorkspaceRole
from chalicelib.domain.rooms import Role
from chalicelib.handlers.rest import Call, Rest, path_id
from chalicelib.handlers.users import shown
from chalicelib.schemas.roles import ListRoles, Mute, SetRole, SetWorkspaceRole, Transfer, UserRole, UserRoles
from chalicelib.schemas.users import Users

roles = Rest(__name__)


@roles.operation("GET", "/roles", query=ListRoles, answer=UserRoles)
async def list_roles(call: Call, query: ListRoles) -> UserRoles:
    """All users with their roles in the workspace, by id."""
    found, more = await call.app.roles.of_workspace(call.user, query.after or "", query.q or "")
    users = [UserRole(user=shown(it.user), role=it.workspace.value, disabled=it.disabled) for it in found]
    return UserRoles(users=users, more=more)


@roles.operation("POST", "/users/{user}/role", body=SetWorkspaceRole, status=204)
async def set_workspace_role(call: Call, user: str, body: SetWorkspaceRole) -> None:
    """Give a user another role in the workspace."""
    await call.app.roles.set_workspace_role(call.user, path_id(user), WorkspaceRole(body.role))


@roles.operation("POST", "/rooms/{room}/members/{user}/role", body=SetRole, status=204)
async def set_role(call: Call, room: str, user: str, body: SetRole) -> None:
    """Give a member another role in the room."""
    await call.app.roles.set_role(call.user, path_id(room), path_id(user), Role(body.role))


@roles.operation("POST", "/rooms/{room}/members/{user}", status=204)
async def add_member(call: Call, room: str, user: str) -> None:
    """Make a user a member of a room, public or private."""
    await call.app.roles.add(call.user, path_id(room), path_id(user))


@roles.operation("POST", "/rooms/{room}/members/{user}/kick", status=204)
async def kick(call: Call, room: str, user: str) -> None:
    """Put a member out; nothing the member sends gets in once this returned."""
    await call.app.roles.kick(call.user, path_id(room), path_id(user))


@roles.operation("POST", "/rooms/{room}/members/{user}/mute", body=Mute, status=204)
async def mute(call: Call, room: str, user: str, body: Mute) -> None:
    """Let a member read and not speak, or speak again."""
    await call.app.roles.mute(call.user, path_id(room), path_id(user), on=body.on)


@roles.operation("GET", "/rooms/{room}/bans", answer=Users)
async def list_bans(call: Call, room: str) -> Users:
    """Who is banned from a room."""
    return Users(users=[shown(it) for it in await call.app.roles.banned(call.user, path_id(room))])


@roles.operation("POST", "/rooms/{room}/bans/{user}", status=204)
async def ban(call: Call, room: str, user: str) -> None:
    """Put a user out of a room, or keep one out, until the ban is lifted."""
    await call.app.roles.ban(call.user, path_id(room), path_id(user))


@roles.operation("POST", "/rooms/{room}/bans/{user}/lift", status=204)
async def unban(call: Call, room: str, user: str) -> None:
    """Let a user come again."""
    await call.app.roles.unban(call.user, path_id(room), path_id(user))


@roles.operation("POST", "/rooms/{room}/transfer", body=Transfer, status=204)
async def transfer(call: Call, room: str, body: Transfer) -> None:
    """Hand a room on to another member."""
    await call.app.roles.transfer(call.user, path_id(room), body.user)
