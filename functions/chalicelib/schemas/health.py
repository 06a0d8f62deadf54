"""Whether the stores answer."""

from typing import Literal

from chalicelib.schemas.base import Model


class Health(Model):
    """`ok` when every store answered."""

    status: Literal["ok", "degraded"]
    stores: dict[str, bool]
