"""Accounts: what a name, an email and a password may be, and how two are told to be the same."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from chalicelib.errors import BadRequest
from chalicelib.limits import PASSWORD_MAX, PASSWORD_MIN

_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_UNSEEN: Final = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}

_MOVERS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
"""Unicode's bidirectional formatting characters (UAX 9, section 2)."""


@dataclass(frozen=True, slots=True)
class User:
    """A user as others see it."""

    id: str
    name: str
    colour: int | None = None
    """The place of the avatar's colour in the palette; None leaves it to whoever shows it."""
    status: str = ""
    deleted: bool = False


DELETED: Final = "Deleted user"
"""What an account is called that was deleted."""

DISABLED: Final = "This account is disabled. Ask whoever runs this Parley to enable it again."
"""What its user is told, who has proved to be that by then."""


@dataclass(frozen=True, slots=True)
class Account:
    """A user with what only the user and the log-in may know."""

    id: str
    name: str
    email: str
    password_hash: str
    """Empty where the user has no password, and comes in by an identity provider only."""
    colour: int | None = None
    status: str = ""


def clean_name(name: str) -> str:
    """The name as it is shown: normalised, single spaces.

    Raises BadRequest for one that shows nothing, has invisible characters, or could be taken for an email.
    """
    cleaned = " ".join(unicodedata.normalize("NFKC", name).split())
    if not cleaned or any(unicodedata.category(character) in _UNSEEN for character in cleaned):
        raise BadRequest("A name needs visible characters only.", {"fields": ["name"]})
    if "@" in cleaned:
        raise BadRequest("A name cannot have an @: that tells it from an email.", {"fields": ["name"]})
    return cleaned


def clean_status(status: str) -> str:
    """The status as it is shown: one line. Raises BadRequest for one with invisible characters."""
    cleaned = " ".join(unicodedata.normalize("NFC", status).split())
    # Emoji are made with joiners and selectors, so of the unseen characters only those that move text are refused.
    if any(unicodedata.category(it) in _UNSEEN - {"Cf"} or it in _MOVERS for it in cleaned):
        raise BadRequest("A status needs visible characters only.", {"fields": ["status"]})
    return cleaned


def clean_email(email: str) -> str:
    """The email as it is written to. Raises BadRequest for what cannot be one."""
    cleaned = email.strip()
    if not _EMAIL.fullmatch(cleaned) or "\0" in cleaned:
        raise BadRequest("This is not an email address.", {"fields": ["email"]})
    return cleaned


def key(text: str) -> str:
    """What two names or emails share when they count as the same (case and form aside)."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def check_password(password: str) -> None:
    """Raise BadRequest unless the length is allowed (OWASP ASVS 5, 6.2.1 and 6.2.9: no other rule)."""
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
        raise BadRequest(f"A password has {PASSWORD_MIN} to {PASSWORD_MAX} characters.", {"fields": ["password"]})
