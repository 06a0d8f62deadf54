"""An identity provider by OpenID Connect Core 1.0: the code flow with PKCE (RFC 7636), by authlib and joserfc."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from chalicelib.config import ProviderSettings
from chalicelib.domain.identities import NotLetIn, Profile, Refused
from chalicelib.gateways.base import Clock
from chalicelib.gateways.fetch import FetchError, basic, fetch

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures that are taken: asymmetric ones, so that nobody signs with what everybody may read (RFC 8725, 3.1)."""

_SCOPE: Final = "openid email profile"
_LEEWAY_SECONDS: Final = 60
_FRESH_SECONDS: Final = 3_600
_WHOLE_SECONDS: Final = 10.0
"""For one answer of the provider, however slowly it comes."""


@dataclass(frozen=True, slots=True)
class _Keys:
    keys: KeySet
    fetched_at: float


class OpenIdProvider:
    """Implements gateways.base.IdentityProvider. What the provider publishes of itself is kept for an hour."""

    def __init__(self, settings: ProviderSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._metadata: tuple[dict[str, Any], float] | None = None
        self._keys: _Keys | None = None

    async def address(self, redirect_uri: str, state: str, nonce: str, verifier: str) -> str:
        """Where the browser is sent to. Raises NotLetIn."""
        metadata = await self._discover()
        uri: str = prepare_grant_uri(
            metadata["authorization_endpoint"],
            self._settings.client_id,
            "code",
            redirect_uri,
            _SCOPE,
            state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
        return uri

    async def profile(self, code: str, redirect_uri: str, nonce: str, verifier: str) -> Profile:
        """Exchange the code, and read whose it is. Raises NotLetIn."""
        metadata = await self._discover()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        headers = {}
        supported = metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if "client_secret_basic" in supported:
            headers["Authorization"] = basic(self._settings.client_id, self._settings.client_secret)
        else:
            form |= {"client_id": self._settings.client_id, "client_secret": self._settings.client_secret}
        tokens = await self._fetch(metadata["token_endpoint"], form, headers)
        return await self._read(metadata, tokens, nonce)

    async def answers_as(self, issuer: str | None) -> bool:
        """Whether an answer with this `iss` is the provider's: none is no answer of one that promises it."""
        if issuer is not None:
            return issuer == self._settings.issuer
        return not (await self._discover()).get("authorization_response_iss_parameter_supported", False)

    async def _read(self, metadata: Mapping[str, Any], tokens: Mapping[str, Any], nonce: str) -> Profile:
        token = tokens.get("id_token")
        if not isinstance(token, str):
            raise NotLetIn(Refused.FAILED)
        try:
            decoded = await self._decode(str(metadata["jwks_uri"]), token)
            claims = CodeIDToken(
                decoded.claims,
                decoded.header,
                options={
                    "iss": {"essential": True, "value": self._settings.issuer},
                    "aud": {"essential": True, "value": self._settings.client_id},
                    "sub": {"essential": True},
                },
                params={
                    "nonce": nonce,
                    "client_id": self._settings.client_id,
                    "access_token": tokens.get("access_token"),
                },
            )
            claims.validate(now=self._clock.now() // 1_000_000, leeway=_LEEWAY_SECONDS)
        except (JoseError, ValueError, TypeError) as error:
            raise NotLetIn(Refused.FAILED) from error
        return _profile(claims)

    async def _decode(self, address: str, token: str) -> jwt.Token:
        keys = await self._published(address, _FRESH_SECONDS)
        try:
            return jwt.decode(token, keys, algorithms=list(ALGORITHMS))
        except InvalidKeyIdError:
            # The provider may have replaced its keys: once more with those of now. The token comes from the provider
            # itself, so no stranger can make us fetch them.
            return jwt.decode(token, await self._published(address, 0), algorithms=list(ALGORITHMS))

    async def _published(self, address: str, seconds: float) -> KeySet:
        """The provider's keys, at most so many seconds old. Raises NotLetIn and ValueError."""
        now = self._clock.monotonic()
        if self._keys is None or now - self._keys.fetched_at >= seconds:
            found = await self._fetch(address)
            self._keys = _Keys(KeySet.import_key_set(found), now)  # type: ignore[arg-type]  # JSON, checked there
        return self._keys.keys

    async def _discover(self) -> dict[str, Any]:
        """What the provider says of itself (OpenID Connect Discovery 1.0, section 4). Raises NotLetIn."""
        now = self._clock.monotonic()
        if self._metadata is None or now - self._metadata[1] >= _FRESH_SECONDS:
            found = await self._fetch(f"{self._settings.issuer.rstrip('/')}/.well-known/openid-configuration")
            needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            if found.get("issuer") != self._settings.issuer or not all(isinstance(found.get(it), str) for it in needed):
                raise NotLetIn(Refused.UNAVAILABLE)
            self._metadata = found, now
        return self._metadata[0]

    async def _fetch(
        self, address: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        try:
            async with asyncio.timeout(_WHOLE_SECONDS):
                status, answer = await asyncio.to_thread(fetch, address, form, headers or {})
        except (FetchError, TimeoutError) as error:
            raise NotLetIn(Refused.UNAVAILABLE) from error
        if status != _OK:
            raise NotLetIn(Refused.FAILED if form is not None and status < _BROKEN else Refused.UNAVAILABLE)
        return answer


_OK: Final = 200
_BROKEN: Final = 500


def _profile(claims: Mapping[str, Any]) -> Profile:
    name = claims.get("name") or claims.get("preferred_username") or ""
    email = claims.get("email") or ""
    return Profile(
        issuer=str(claims["iss"]),
        subject=str(claims["sub"]),
        email=str(email),
        # Nothing but true is true: some providers send a text.
        verified=claims.get("email_verified") is True,
        name=str(name),
    )
