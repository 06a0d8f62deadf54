"""Password hashing: bcrypt over an HMAC, so that all 128 characters count.

bcrypt reads 72 bytes and stops at NUL (OWASP ASVS 5, 6.2.8 asks for every character): what is hashed is the base 64 of
HMAC-SHA-384(pepper, password), 64 bytes without NUL.
"""

import asyncio
import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from functools import cache
from typing import Final

import bcrypt

from chalicelib.gateways.base import Invoker, SlowHash

_COST = re.compile(r"\$2[aby]\$(\d\d)\$")


@cache
def _common() -> frozenset[str]:
    # Imported when the first password is chosen: it takes 90 ms, which nobody should wait for who only logs in.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415

    return frozenset(FREQUENCY_LISTS["passwords"])


class Bcrypt:
    """Implements gateways.base.SlowHash in this process."""

    async def hash(self, prepared: str, cost: int) -> str:
        """The hash to store."""
        return (await asyncio.to_thread(bcrypt.hashpw, prepared.encode(), bcrypt.gensalt(cost))).decode()

    async def check(self, prepared: str, hashed: str) -> bool:
        """Whether it is the hash's."""
        return await asyncio.to_thread(bcrypt.checkpw, prepared.encode(), hashed.encode())


class InvokedHash:
    """Implements gateways.base.SlowHash by a function of its own, whose concurrency bounds what hashing may use."""

    def __init__(self, invoker: Invoker, function: str) -> None:
        self._invoker = invoker
        self._function = function

    async def hash(self, prepared: str, cost: int) -> str:
        """The hash to store. Raises Unavailable."""
        return str(await self._invoker.ask(self._function, {"prepared": prepared, "cost": cost}))

    async def check(self, prepared: str, hashed: str) -> bool:
        """Whether it is the hash's. Raises Unavailable."""
        return await self._invoker.ask(self._function, {"prepared": prepared, "hashed": hashed}) is True


_HERE: Final = Bcrypt()


class BcryptHasher:
    """Implements gateways.base.PasswordHasher."""

    def __init__(self, peppers: Mapping[str, bytes], cost: int, slow: SlowHash = _HERE) -> None:
        """`peppers` by key id, the one for new hashes first; a hash begins with its id, unless that is empty."""
        self._peppers = peppers
        self._current = next(iter(peppers))
        self._cost = cost
        self._slow = slow
        # Verified for unknown accounts, so that these take as long as known ones: a hash no password has.
        self._nobody = f"$2b${cost:02}${'.' * 53}"

    async def hash(self, password: str) -> str:
        """The hash to store."""
        prepared = self._prepare(password, self._peppers[self._current])
        return self._current + await self._slow.hash(prepared, self._cost)

    async def verify(self, password: str, password_hash: str | None) -> bool:
        """Whether the password is the hash's."""
        kid, mark, rest = (password_hash or self._current + self._nobody).partition("$")
        pepper = self._peppers.get(kid)
        # Where its pepper was thrown away nobody can tell: as slow as any other, and no.
        prepared = self._prepare(password, pepper or self._peppers[self._current])
        matches = await self._slow.check(prepared, mark + rest)
        return matches and pepper is not None and password_hash is not None

    def common(self, password: str) -> bool:
        """Whether it is among the 30,000 most common passwords that zxcvbn ships, case aside."""
        return password.casefold() in _common()

    def outdated(self, password_hash: str) -> bool:
        """Whether the hash was made with a lower cost or another pepper than is set now."""
        kid, mark, rest = password_hash.partition("$")
        match = _COST.match(mark + rest)
        return kid != self._current or match is None or int(match.group(1)) < self._cost

    @staticmethod
    def _prepare(password: str, pepper: bytes) -> str:
        mac = hmac.new(pepper, password.encode("utf-8", "surrogatepass"), hashlib.sha384)
        return base64.b64encode(mac.digest()).decode()
