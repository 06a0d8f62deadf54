"""Users as others see them."""

from typing import Annotated

from pydantic import Field, StringConstraints

from chalicelib.limits import PAGE_MAX
from chalicelib.schemas.base import Id, Model


class User(Model):
    """What anybody in the workspace may know of a user."""

    id: Id
    name: str
    colour: Annotated[
        int | None, Field(description="The place of the avatar's colour in the palette; null: any, by the id.")
    ] = None
    status: str = ""
    deleted: Annotated[bool, Field(description="Whether the account was deleted; the name then says so.")] = False


class Users(Model):
    """A list of users."""

    users: list[User]


class FindUsers(Model):
    """Query: users whose name contains `q`, or those with the given ids (comma-separated), not both."""

    q: Annotated[str, StringConstraints(max_length=100)] | None = None
    ids: Annotated[
        str | None,
        Field(description=f"Up to {PAGE_MAX} user ids, comma-separated.", max_length=27 * PAGE_MAX),
    ] = None
