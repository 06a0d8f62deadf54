"""Invite links."""

from typing import Annotated

from pydantic import Field, StringConstraints

from chalicelib.limits import INVITE_SECONDS, INVITE_USES
from chalicelib.schemas.base import Id, Micros, Model


class MakeInviteLink(Model):
    """A link into the room that ends after so many seconds, or so many new members."""

    expires_in: Annotated[int, Field(ge=60, le=INVITE_SECONDS, description="Seconds.")] = 7 * 24 * 3600
    uses: Annotated[int, Field(ge=1, le=INVITE_USES)] = 10


class InviteLink(Model):
    """A link, without its secret."""

    id: Id
    created_by: Id
    created_at: Micros
    expires_at: Micros
    uses_left: int


class InviteLinks(Model):
    """A room's links that can be used."""

    invites: list[InviteLink]


class MadeInviteLink(Model):
    """A new link. Its secret is told this once."""

    invite: InviteLink
    token: str


class AcceptInviteLink(Model):
    """A link's secret: whoever has it may come in."""

    token: Annotated[str, StringConstraints(min_length=16, max_length=100, pattern=r"^[A-Za-z0-9_-]+$")]
