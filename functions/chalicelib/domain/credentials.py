"""One-time tokens: links that prove who reads an email address."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from chalicelib.limits import EMAIL_TOKEN_MINUTES, RESET_TOKEN_MINUTES

_MINUTE_US: Final = 60 * 1_000_000
TOKENS_PER_HOUR: Final = 3
"""So many of a purpose a user is sent at most: nobody's mailbox can be filled through Parley."""

HOUR_US: Final = 60 * _MINUTE_US


class Purpose(StrEnum):
    """What a token is good for, and nothing else."""

    RESET = "reset"
    EMAIL = "email"


LIFETIME_US: Final = {
    Purpose.RESET: RESET_TOKEN_MINUTES * _MINUTE_US,
    Purpose.EMAIL: EMAIL_TOKEN_MINUTES * _MINUTE_US,
}


@dataclass(frozen=True, slots=True)
class OneTimeToken:
    """A token as it is stored: by digest. `email` is the address it was sent to; times in microseconds."""

    digest: str
    user: str
    purpose: Purpose
    email: str
    created_at: int

    @property
    def expires_at(self) -> int:
        """From when on it is good for nothing."""
        return self.created_at + LIFETIME_US[self.purpose]
