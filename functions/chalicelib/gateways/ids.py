"""Identifiers and secrets from the system's random source."""

import secrets

from chalicelib.domain.ids import ulid
from chalicelib.gateways.base import Clock


class RandomIds:
    """Implements gateways.base.Ids."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def ulid(self) -> str:
        """A new ULID of now."""
        return ulid(self._clock.now() // 1_000, secrets.randbits(80))

    def secret(self) -> str:
        """256 random bits, URL-safe base 64 without padding (OWASP ASVS 5, 7.2.3 asks for 128)."""
        return secrets.token_urlsafe(32)
