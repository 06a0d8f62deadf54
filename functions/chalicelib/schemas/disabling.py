"""Disabling accounts."""

from chalicelib.schemas.base import Model


class Disable(Model):
    """Whether nobody may sign in to the account."""

    on: bool
