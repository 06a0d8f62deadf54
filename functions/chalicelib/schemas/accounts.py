"""Registering, logging in, and what the caller's own account looks like."""

from typing import Annotated

from pydantic import Field, StringConstraints

from chalicelib.limits import EMAIL_LENGTH, NAME_LENGTH, PASSWORD_MAX, PASSWORD_MIN
from chalicelib.schemas.base import Id, Model

Name = Annotated[str, StringConstraints(min_length=1, max_length=NAME_LENGTH)]
Email = Annotated[str, StringConstraints(min_length=3, max_length=EMAIL_LENGTH)]
Password = Annotated[str, StringConstraints(min_length=PASSWORD_MIN, max_length=PASSWORD_MAX)]


class Register(Model):
    """A new account. Name and email must not be in use, compared without regard to case."""

    name: Name
    email: Email
    password: Password
    invite: Annotated[
        str | None, StringConstraints(max_length=100), Field(description="An invitation's token, where one is needed.")
    ] = None


class LogIn(Model):
    """`login` is the name or the email."""

    login: Annotated[str, StringConstraints(min_length=1, max_length=EMAIL_LENGTH)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=PASSWORD_MAX)]
    code: Annotated[
        str | None,
        StringConstraints(max_length=40),
        Field(description="Of the authenticator app, or a recovery code, where the answer without it asks for one."),
    ] = None


class Me(Model):
    """The caller's own account."""

    id: Id
    name: str
    email: str
    colour: int | None = None
    status: str = ""


class Granted(Model):
    """A session's access token; its refresh token travels in an HttpOnly cookie."""

    access_token: str
    expires_in: Annotated[int, Field(description="Seconds.")]
    me: Me


class Ticket(Model):
    """Opens one socket, once: offered as the subprotocol `ticket.<ticket>` beside `parley.v1`."""

    ticket: str
    expires_in: Annotated[int, Field(description="Seconds.")]
