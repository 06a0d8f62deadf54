"""Codes of an authenticator app, beside the password."""

from typing import Annotated

from pydantic import Field, StringConstraints

from chalicelib.schemas.base import Model
from chalicelib.schemas.credentials import CurrentPassword

Code = Annotated[
    str, StringConstraints(min_length=1, max_length=40), Field(description="Of the app, or a recovery code.")
]


class SecondFactorState(Model):
    """Whether a log-in asks for a code."""

    on: bool
    codes_left: Annotated[int, Field(description="Recovery codes that were not used.")]


class BeginSecondFactor(Model):
    """`password` is the user's."""

    password: CurrentPassword


class SecondFactorSetup(Model):
    """What the authenticator app needs: `uri` in a QR code, or `secret` by hand."""

    secret: str
    uri: str


class ConfirmSecondFactor(Model):
    """A code of the app proves that it has the secret."""

    code: Code


class RecoveryCodes(Model):
    """Each lets its user in once without the app. They are told now and never again."""

    codes: list[str]


class TurnOffSecondFactor(Model):
    """Both the password and a code are needed."""

    password: CurrentPassword
    code: Code
