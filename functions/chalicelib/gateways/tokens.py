"""Access tokens: JSON Web Tokens with a fixed algorithm, type, audience and key id (OWASP ASVS 5, chapter 9)."""

from collections.abc import Mapping
from typing import Final

import jwt

from chalicelib.errors import Unauthenticated

_ALGORITHM: Final = "HS256"
_TYPE: Final = "at+jwt"
_AUDIENCE: Final = "parley"


class JwtTokens:
    """Implements gateways.base.AccessTokens."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._keys = keys
        self._issuing = next(iter(keys))

    def issue(self, user: str, session: str, now: int, seconds: int) -> str:
        """A token for the session."""
        claims = {"sub": user, "sid": session, "aud": _AUDIENCE, "exp": now // 1_000_000 + seconds}
        headers = {"typ": _TYPE, "kid": self._issuing}
        return jwt.encode(claims, self._keys[self._issuing], _ALGORITHM, headers)

    def read(self, token: str, now: int) -> tuple[str, str]:
        """The token's user and session. Raises Unauthenticated."""
        refused = Unauthenticated("The access token is not valid. Refresh it.")
        try:
            header = jwt.get_unverified_header(token)
            key = self._keys.get(str(header.get("kid")))
            if key is None or header.get("typ") != _TYPE:
                raise refused
            claims = jwt.decode(
                token,
                key,
                algorithms=[_ALGORITHM],
                audience=_AUDIENCE,
                # The expiry is checked below, by the injected clock.
                options={"require": ["exp", "sub", "sid", "aud"], "verify_exp": False},
            )
        except jwt.InvalidTokenError as error:
            raise refused from error
        expires = claims["exp"]
        if not isinstance(expires, int) or now >= expires * 1_000_000:
            raise refused
        return str(claims["sub"]), str(claims["sid"])
