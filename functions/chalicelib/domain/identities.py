"""Identities: accounts of people at an identity provider (OpenID Connect Core 1.0) that let them in here."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from chalicelib.domain.accounts import clean_name
from chalicelib.errors import BadRequest
from chalicelib.limits import NAME_LENGTH

PENDING_SECONDS: Final = 600
"""How long somebody may take at the provider, and for what is asked afterwards."""

NAME_ATTEMPTS: Final = 20
"""So many numbers are tried behind a name that is taken."""


class Refused(StrEnum):
    """Why somebody who comes back from the provider is not let in: the web app has a sentence for each."""

    CANCELLED = "cancelled"
    EXPIRED = "expired"
    FAILED = "failed"
    UNAVAILABLE = "unavailable"
    UNVERIFIED = "unverified"
    CLOSED = "closed"
    INVITE = "invite"
    OTHER_EMAIL = "other_email"


class NotLetIn(Exception):
    """Somebody came back from the provider and is not let in."""

    def __init__(self, why: Refused) -> None:
        super().__init__(why.value)
        self.why = why


class Step(StrEnum):
    """What is still to come of a sign-in that has begun."""

    PROVIDER = "provider"
    """Coming back from the provider."""
    CODE = "code"
    """The code of the second factor."""
    LINK = "link"
    """The consent of the account's user."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What the provider says of somebody. `email` is empty where it says none."""

    issuer: str
    subject: str
    email: str
    verified: bool
    """Whether the provider has made sure that the email is theirs."""
    name: str


@dataclass(frozen=True, slots=True)
class Identity:
    """An account at a provider that lets its user in; one of an issuer a user. `created_at` in microseconds."""

    id: str
    user: str
    issuer: str
    subject: str
    email: str
    """The address it had there when it was connected."""
    created_at: int


def names(profile: Profile) -> list[str]:
    """What to call a new account, the best first: the name at the provider, and others for where that is taken."""
    first = next(filter(None, map(_name, (profile.name, profile.email.split("@")[0]))), _NAMELESS)
    return [first, *(f"{first} {number}" for number in range(2, NAME_ATTEMPTS + 2))]


def _name(text: str) -> str | None:
    try:
        return clean_name(text.split("@", maxsplit=1)[0][: NAME_LENGTH - len(f" {NAME_ATTEMPTS + 1}")])
    except BadRequest:
        return None


_NAMELESS: Final = "Newcomer"
