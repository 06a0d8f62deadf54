"""The provider of the tests does what they rely on."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import pytest_asyncio
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.identities.provider import CLIENT_ID, CLIENT_SECRET, Provider, running

REDIRECT: Final = "http://localhost:8000/api/auth/provider/callback"
VERIFIER: Final = "v" * 43
CHALLENGE: Final = urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@pytest_asyncio.fixture
async def provider() -> AsyncIterator[Provider]:
    async with running(REDIRECT) as provider:
        yield provider


async def fetch(url: str) -> dict[str, Any]:
    async with aiohttp.ClientSession() as client, client.get(url) as answer:
        assert answer.status == 200
        found: dict[str, Any] = await answer.json()
        return found


async def discover(provider: Provider) -> dict[str, Any]:
    return await fetch(f"{provider.issuer}/.well-known/openid-configuration")


async def come_back(provider: Provider, login: str, **more: str) -> dict[str, str]:
    """What the provider adds to the address it sends the person back to."""
    request = {
        "client_id": CLIENT_ID,
        "redirect_uri": REDIRECT,
        "response_type": "code",
        "scope": "openid email profile",
        "state": "some state",
        "nonce": "some nonce",
        **more,
    }
    start = (await discover(provider))["authorization_endpoint"]
    back = await provider.sign_in(f"{start}?{urlencode(request)}", login)
    return {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}


async def exchange(provider: Provider, code: str, verifier: str) -> tuple[int, dict[str, Any]]:
    """Status and content of the token endpoint's answer."""
    endpoint = (await discover(provider))["token_endpoint"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT, "code_verifier": verifier}
    client = aiohttp.encode_basic_auth(CLIENT_ID, CLIENT_SECRET.replace(" ", "+"))
    request = aiohttp.request("POST", endpoint, data=form, headers={"Authorization": client})
    async with request as answer:
        return answer.status, await answer.json()


async def claims_of(provider: Provider, login: str) -> dict[str, Any]:
    """The claims of the ID token somebody signs in with, its signature verified."""
    back = await come_back(provider, login, code_challenge=CHALLENGE, code_challenge_method="S256")
    assert (back["state"], back["iss"]) == ("some state", provider.issuer)
    status, tokens = await exchange(provider, back["code"], VERIFIER)
    assert status == 200, tokens
    keys = KeySet.import_key_set(await fetch((await discover(provider))["jwks_uri"]))  # type: ignore[arg-type]  # JSON
    return jwt.decode(tokens["id_token"], keys, algorithms=["RS256"]).claims


async def test_an_id_token_names_who_signed_in_and_whether_the_email_is_verified(provider: Provider) -> None:
    claims = await claims_of(provider, "ada@example.org")
    assert (claims["iss"], claims["aud"], claims["nonce"]) == (provider.issuer, CLIENT_ID, "some nonce")
    assert (claims["email"], claims["email_verified"]) == ("ada@example.org", True)
    unverified = await claims_of(provider, "unverified:ada@example.org")
    assert (unverified["email"], unverified["email_verified"]) == ("ada@example.org", False)


async def test_a_request_without_pkce_is_refused(provider: Provider) -> None:
    back = await come_back(provider, "ada@example.org")
    assert back["error"] == "invalid_request"
    assert "code" not in back


async def test_a_code_is_worth_nothing_without_its_verifier_and_the_second_time(provider: Provider) -> None:
    proof = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    stolen = await come_back(provider, "ada@example.org", **proof)
    status, answer = await exchange(provider, stolen["code"], "w" * 43)
    assert (status, answer["error"]) == (400, "invalid_grant")
    used = await come_back(provider, "ada@example.org", **proof)
    assert (await exchange(provider, used["code"], VERIFIER))[0] == 200
    assert (await exchange(provider, used["code"], VERIFIER))[0] == 400


async def test_after_its_key_was_replaced_only_the_new_one_is_published_and_signs(provider: Provider) -> None:
    published = (await discover(provider))["jwks_uri"]
    before = {key["kid"] for key in (await fetch(published))["keys"]}
    await provider.replace_key()
    assert before.isdisjoint(key["kid"] for key in (await fetch(published))["keys"])
    assert (await claims_of(provider, "ada@example.org"))["sub"] == "ada@example.org"
