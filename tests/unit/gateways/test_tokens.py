"""Access tokens, and the many that are none."""

import jwt
import pytest

from chalicelib.errors import Unauthenticated
from chalicelib.gateways.tokens import JwtTokens

KEY = b"k" * 32
NOW = 1_800_000_000_000_000
tokens = JwtTokens({"new": KEY, "old": b"o" * 32})
CLAIMS = {"sub": "ada", "sid": "s", "aud": "parley", "exp": NOW // 1_000_000 + 600}


def test_a_token_stands_for_its_user_and_session_until_it_expires() -> None:
    token = tokens.issue("ada", "s", NOW, 600)
    assert tokens.read(token, NOW + 599_999_999) == ("ada", "s")
    with pytest.raises(Unauthenticated):
        tokens.read(token, NOW + 600_000_000)


def test_tokens_of_the_key_before_are_still_taken() -> None:
    before = JwtTokens({"old": b"o" * 32})
    assert tokens.read(before.issue("ada", "s", NOW, 600), NOW) == ("ada", "s")


@pytest.mark.parametrize(
    "forged",
    [
        jwt.encode(CLAIMS, "", "none", {"typ": "at+jwt", "kid": "new"}),
        jwt.encode(CLAIMS, b"x" * 32, "HS256", {"typ": "at+jwt", "kid": "new"}),
        jwt.encode(CLAIMS, KEY, "HS256", {"typ": "at+jwt", "kid": "unknown"}),
        jwt.encode(CLAIMS, KEY, "HS256", {"typ": "at+jwt"}),
        jwt.encode(CLAIMS, KEY, "HS256", {"typ": "JWT", "kid": "new"}),
        jwt.encode(CLAIMS, b"k" * 64, "HS512", {"typ": "at+jwt", "kid": "new"}),
        jwt.encode({**CLAIMS, "aud": "another"}, KEY, "HS256", {"typ": "at+jwt", "kid": "new"}),
        *(
            jwt.encode({k: v for k, v in CLAIMS.items() if k != gone}, KEY, "HS256", {"typ": "at+jwt", "kid": "new"})
            for gone in CLAIMS
        ),
        jwt.encode({**CLAIMS, "exp": "tomorrow"}, KEY, "HS256", {"typ": "at+jwt", "kid": "new"}),
        "",
        "a.b.c",
        "no token at all",
    ],
)
def test_nothing_else_is_taken(forged: str) -> None:
    with pytest.raises(Unauthenticated):
        tokens.read(forged, NOW)
