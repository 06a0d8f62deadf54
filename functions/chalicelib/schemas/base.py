"""What all wire models share: closed, immutable, strict (a number is never taken for a text)."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from chalicelib.domain.ids import ULID_PATTERN

NUMBER_MAX: Final = 2**53 - 1
"""The largest whole number that JavaScript tells from its neighbours; the stores take 64 bits."""

Id = Annotated[str, StringConstraints(pattern=ULID_PATTERN), Field(description="A ULID.")]
Seq = Annotated[int, Field(ge=0, description="Position in a room's log; 0 is before its first event.")]
Micros = Annotated[int, Field(ge=0, description="Microseconds since 1970-01-01 UTC.")]


class Model(BaseModel):
    """Base of every wire model: unknown fields are refused, so a forged one never passes silently."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, validate_by_name=True, validate_by_alias=True)


class Empty(Model):
    """`{}`: the request says all by being made."""
