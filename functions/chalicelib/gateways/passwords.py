"""Password hashing: bcrypt over an HMAC, so that all 128 characters count.

bcrypt reads 72 bytes and stops at NUL (OWASP ASVS 5, 6.2.8 asks for every character): what is hashed is the base 64 of
HMAC-SHA-384(pepper, password), 64 bytes without NUL.
"""

import asyncio
import base64
import hashlib
import hmac
import re
from functools import cache

import bcrypt

_COST = re.compile(r"\$2[aby]\$(\d\d)\$")


@cache
def _common() -> frozenset[str]:
    # Imported when the first password is chosen: it takes 90 ms, which nobody should wait for who only logs in.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415

    return frozenset(FREQUENCY_LISTS["passwords"])


class BcryptHasher:
    """Implements gateways.base.PasswordHasher."""

    def __init__(self, pepper: bytes, cost: int) -> None:
        self._pepper = pepper
        self._cost = cost
        # Verified for unknown accounts, so that these take as long as known ones: a hash no password has.
        self._nobody = f"$2b${cost:02}${'.' * 53}"

    async def hash(self, password: str) -> str:
        """The hash to store."""
        prepared = self._prepare(password)
        return (await asyncio.to_thread(bcrypt.hashpw, prepared, bcrypt.gensalt(self._cost))).decode()

    async def verify(self, password: str, password_hash: str | None) -> bool:
        """Whether the password is the hash's."""
        stored = (password_hash or self._nobody).encode()
        matches = await asyncio.to_thread(bcrypt.checkpw, self._prepare(password), stored)
        return matches and password_hash is not None

    def common(self, password: str) -> bool:
        """Whether it is among the 30,000 most common passwords that zxcvbn ships, case aside."""
        return password.casefold() in _common()

    def outdated(self, password_hash: str) -> bool:
        """Whether the hash was made with a lower cost than is set now."""
        match = _COST.match(password_hash)
        return match is None or int(match.group(1)) < self._cost

    def _prepare(self, password: str) -> bytes:
        mac = hmac.new(self._pepper, password.encode("utf-8", "surrogatepass"), hashlib.sha384)
        return base64.b64encode(mac.digest())
