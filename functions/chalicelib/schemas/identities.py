"""Signing in with an identity provider."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints

from chalicelib.schemas.base import Id, Micros, Model
from chalicelib.schemas.second_factors import Code

Text = Annotated[str, StringConstraints(max_length=4_096)]


class Depart(Model):
    """Query: an invitation's token, where registering needs one; or whether to connect an account there is."""

    invite: Annotated[str | None, StringConstraints(max_length=100)] = None
    connect: Literal["yes"] | None = None


class Arrive(Model):
    """Query, as the provider makes it (RFC 6749, section 4.1.2; RFC 9207): what else it adds is not looked at."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    state: Text = ""
    code: Text | None = None
    iss: Text | None = None
    error: Text | None = None


class EnterCode(Model):
    """The code of the second factor, after the provider."""

    code: Code


class Identity(Model):
    """An account at the provider that lets its user in."""

    id: Id
    email: Annotated[str, Field(description="What it was there when it was connected.")]
    created_at: Micros


class Identities(Model):
    """The caller's, and the one that waits for the caller's consent."""

    provider: Annotated[str | None, Field(description="What the provider is called; null where there is none.")]
    identities: list[Identity]
    asked: Annotated[str | None, Field(description="The email of the account there that is to be connected.")]
