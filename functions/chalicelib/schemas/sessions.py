"""Sessions as their own user sees them."""

from typing import Annotated

from pydantic import Field

from chalicelib.schemas.base import Id, Micros, Model


class OpenSession(Model):
    """A log-in that is still good for something."""

    id: Id
    agent: Annotated[str, Field(description="The User-Agent of the program that refreshed it last.")]
    address: Annotated[str, Field(description="The network address it was refreshed from last.")]
    created_at: Micros
    used_at: Annotated[
        int, Field(ge=0, description="When it was refreshed last, in microseconds; clients in use do every 10 minutes.")
    ]
    expires_at: Annotated[int, Field(ge=0, description="When it ends unless it is used before, in microseconds.")]
    current: Annotated[bool, Field(description="Whether the request came with it.")]


class OpenSessions(Model):
    """The caller's sessions, the one used last first."""

    sessions: list[OpenSession]
