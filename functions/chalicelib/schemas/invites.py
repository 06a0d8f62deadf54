"""Registering by invitation."""

from typing import Annotated, Literal

from pydantic import Field

from chalicelib.schemas.base import Id, Micros, Model


class RegistrationRule(Model):
    """Who may register: anybody, who has an invitation, or nobody."""

    registration: Literal["open", "invite", "closed"]
    provider: Annotated[
        str | None, Field(description="What the identity provider is called with which people can sign in, if any.")
    ] = None


class CreateInvite(Model):
    """Lets `uses` people register within so many hours."""

    hours: Annotated[int, Field(ge=1, le=24 * 30)] = 24 * 7
    uses: Annotated[int, Field(ge=1, le=100)] = 1


class Invite(Model):
    """An invitation as those who may invite see it."""

    id: Id
    created_by: Id
    created_at: Micros
    expires_at: Micros
    uses_left: int


class NewInvite(Model):
    """An invitation that was just made. Its token is told now and never again: keep it in a URL's fragment."""

    invite: Invite
    token: str


class Invites(Model):
    """Invitations that still let somebody in, the newest first."""

    invites: list[Invite]
