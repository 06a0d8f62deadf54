"""Time-based codes by pyotp, and their secrets sealed with the pepper, so that a stolen database makes no codes."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Final

import pyotp
from pyotp.utils import strings_equal

_STEP_US: Final = 30 * 1_000_000
_NONCE_BYTES: Final = 16
_ISSUER: Final = "Parley"


class PepperedTotp:
    """Implements gateways.base.Totp."""

    def __init__(self, peppers: Mapping[str, bytes]) -> None:
        """`peppers` by key id, the one to seal with first."""
        self._peppers = peppers
        self._current = next(iter(peppers))

    def make(self) -> str:
        """A new secret: 160 bits, base 32."""
        return pyotp.random_base32()

    def uri(self, secret: str, account: str) -> str:
        """What a QR code for authenticator apps says."""
        return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=_ISSUER)

    def seal(self, secret: str) -> str:
        """The secret for the store: `id.nonce.masked`, masked by an HMAC of the nonce, which is used once."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        masked = _mask(self._peppers[self._current], nonce, base64.b32decode(secret))
        return f"{self._current}.{nonce.hex()}.{masked.hex()}"

    def unseal(self, sealed: str) -> str | None:
        """The secret; None if its pepper is no longer there."""
        kid, nonce, masked = sealed.split(".")
        pepper = self._peppers.get(kid)
        if pepper is None:
            return None
        return base64.b32encode(_mask(pepper, bytes.fromhex(nonce), bytes.fromhex(masked))).decode()

    def outdated(self, sealed: str) -> bool:
        """Whether it was sealed with another pepper than is set now."""
        return sealed.partition(".")[0] != self._current

    def step(self, secret: str, code: str, now: int) -> int | None:
        """The time step whose code it is: this one, the one before or after (RFC 6238, section 5.2)."""
        totp, present = pyotp.TOTP(secret), now // _STEP_US
        # All are compared, so that the time does not tell which.
        found = [step for step in (present - 1, present, present + 1) if strings_equal(totp.generate_otp(step), code)]
        return found[-1] if found else None


def _mask(pepper: bytes, nonce: bytes, secret: bytes) -> bytes:
    stream = hmac.digest(pepper, b"totp" + nonce, hashlib.sha256)
    return bytes(one ^ other for one, other in zip(secret, stream[: len(secret)], strict=True))
