"""Whom the caller has blocked."""

from typing import Annotated

from pydantic import Field

from chalicelib.limits import BLOCKED_USERS
from chalicelib.schemas.base import Id, Model


class Block(Model):
    """Whether the caller wants nothing of the user."""

    on: bool


class Blocks(Model):
    """Everybody the caller has blocked, and which state of it this is: the higher version is the later one."""

    version: int
    users: Annotated[list[Id], Field(max_length=BLOCKED_USERS)]
