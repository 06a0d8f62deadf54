"""Second factors: time-based codes (RFC 6238) and the recovery codes for when the device is lost."""

import base64
import hashlib
from dataclasses import dataclass
from typing import Final

FREE_ATTEMPTS: Final = 5
"""Wrong codes in a row before the next attempt has to wait."""

WAIT_SECONDS: Final = 60
"""The first wait; each further wrong code doubles it, up to WAIT_MAX_SECONDS."""

WAIT_MAX_SECONDS: Final = 900
RECOVERY_CODES: Final = 10
_GROUP: Final = 4


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """A user's second factor as it is stored: `sealed` is its secret, `confirmed` whether a code was ever shown."""

    sealed: str
    confirmed: bool
    codes_left: int


def recovery_code(secret: str) -> str:
    """A code of 80 bits that people can write down, made of a random secret: xxxx-xxxx-xxxx-xxxx."""
    text = base64.b32encode(hashlib.sha256(secret.encode()).digest()).decode().lower()[: 4 * _GROUP]
    return "-".join(text[start : start + _GROUP] for start in range(0, len(text), _GROUP))


def clean_code(code: str) -> str:
    """A code as it is compared: without the spaces people write, in lower case."""
    return "".join(code.split()).lower()
