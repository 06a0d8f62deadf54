"""ULIDs: 48 bits of milliseconds and 80 of randomness, in Crockford's base 32 (github.com/ulid/spec)."""

import re
from typing import Final

ULID_PATTERN: Final = r"^[0-7][0-9A-HJKMNP-TV-Z]{25}$"
_ULID: Final = re.compile(ULID_PATTERN)
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RANDOM_BITS: Final = 80


def ulid(milliseconds: int, randomness: int) -> str:
    """The 26 characters for a time since 1970 and an 80 bit number."""
    value = (milliseconds << _RANDOM_BITS) | randomness
    return "".join(_ALPHABET[(value >> shift) & 31] for shift in range(125, -1, -5))


def is_ulid(text: str) -> bool:
    """Whether the text could be an id."""
    return _ULID.fullmatch(text) is not None


def ulid_milliseconds(text: str) -> int:
    """The time a ULID carries, in milliseconds since 1970; the text must match ULID_PATTERN."""
    value = 0
    for character in text[:10]:
        value = value << 5 | _ALPHABET.index(character)
    return value
