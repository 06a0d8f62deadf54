"""The caller's own profile."""

from typing import Annotated

from pydantic import Field, StringConstraints

from chalicelib.limits import PALETTE, STATUS_LENGTH
from chalicelib.schemas.accounts import Name
from chalicelib.schemas.base import Model


class ChangeProfile(Model):
    """What is left out stays as it is."""

    name: Name | None = None
    colour: Annotated[
        int | None, Field(ge=-1, lt=PALETTE, description="A place in the palette of avatars; -1 goes back to none.")
    ] = None
    status: Annotated[str, StringConstraints(max_length=STATUS_LENGTH)] | None = None
