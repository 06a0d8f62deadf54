"""Passwords and email addresses, and the links that prove who reads one."""

from typing import Annotated

from pydantic import StringConstraints

from chalicelib.limits import PASSWORD_MAX
from chalicelib.schemas.accounts import Email, Password
from chalicelib.schemas.base import Model

Token = Annotated[str, StringConstraints(min_length=1, max_length=100)]
CurrentPassword = Annotated[str, StringConstraints(min_length=1, max_length=PASSWORD_MAX)]


class AskReset(Model):
    """Asks for a link to a new password. The answer does not tell whether the address has an account."""

    email: Email


class ResetPassword(Model):
    """`token` is from the fragment of the link."""

    token: Token
    password: Password


class ChangePassword(Model):
    """`current` is the password as it is."""

    current: CurrentPassword
    password: Password


class ChangeEmail(Model):
    """The new address counts once its link was opened; `password` is the user's."""

    email: Email
    password: CurrentPassword


class ConfirmEmail(Model):
    """`token` is from the fragment of the link."""

    token: Token
