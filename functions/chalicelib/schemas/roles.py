"""Roles in the workspace and in rooms, and moderation."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from chalicelib.limits import PAGE_MAX
from chalicelib.schemas.base import Id, Model
from chalicelib.schemas.users import User

WorkspaceRole = Literal["owner", "admin", "member", "guest"]


class ListRoles(Model):
    """Query: users by id, those after the id `after` whose name contains `q`."""

    after: Id | None = None
    q: Annotated[str, StringConstraints(max_length=100)] | None = None


class UserRole(Model):
    """A user with the role in the workspace."""

    user: User
    role: WorkspaceRole
    disabled: Annotated[bool, Field(description="Nobody can sign in to the account.")] = False


class UserRoles(Model):
    """One page of users with their roles; `more` tells that others follow the last one."""

    users: Annotated[list[UserRole], Field(max_length=PAGE_MAX)]
    more: bool


class SetWorkspaceRole(Model):
    """Another role in the workspace. Who makes somebody its owner is an admin from then on."""

    role: WorkspaceRole


class SetRole(Model):
    """Another role in the room."""

    role: Literal["owner", "moderator", "member"]


class Mute(Model):
    """Whether the member may not speak in the room."""

    on: bool


class Transfer(Model):
    """Who owns the room from now on; the caller moderates it then."""

    user: Id
