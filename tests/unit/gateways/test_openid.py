"""What an identity provider may answer, and what of it is believed."""

import json
import threading
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from chalicelib.config import ProviderSettings, is_safe
from chalicelib.domain.identities import NotLetIn, Profile, Refused
from chalicelib.gateways.fetch import FetchError, basic, fetch
from chalicelib.gateways.openid import OpenIdProvider
from tests.fakes.gateways import FakeClock

KEY = RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})
SECRET = "s" * 32


@dataclass(slots=True)
class Site:
    """A server on this machine that answers what it was told to, by path."""

    address: str
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def says(self, path: str, answer: object, status: int = 200) -> None:
        self.answers[path] = status, answer if isinstance(answer, bytes) else json.dumps(answer).encode()


@pytest.fixture
def site() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked.append(self.path)
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            status, content = found.answers.get(self.path, (404, b"{}"))
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", content.decode())
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Site(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass(slots=True)
class Scene:
    site: Site
    provider: OpenIdProvider
    clock: FakeClock

    def claims(self, **changed: object) -> dict[str, Any]:
        now = self.clock.now() // 1_000_000
        claims: dict[str, Any] = {
            "iss": self.site.address,
            "aud": "parley",
            "sub": "7",
            "exp": now + 60,
            "iat": now,
            "nonce": "nonce",
            "email": "ada@example.org",
            "email_verified": True,
            "name": "Ada",
        }
        return {name: value for name, value in {**claims, **changed}.items() if value is not None}

    def grants(self, token: str) -> None:
        self.site.says("/token", {"id_token": token, "access_token": "a", "token_type": "Bearer"})

    async def profile(self) -> Profile:
        return await self.provider.profile("code", "https://chat.example/back", "nonce", "verifier")


@pytest.fixture
def scene(site: Site) -> Scene:
    at = site.address
    site.says(
        "/.well-known/openid-configuration",
        {
            "issuer": at,
            "authorization_endpoint": f"{at}/authorize",
            "token_endpoint": f"{at}/token",
            "jwks_uri": f"{at}/keys",
        },
    )
    site.says("/keys", {"keys": [KEY.as_dict(private=False)]})
    clock = FakeClock()
    return Scene(site, OpenIdProvider(ProviderSettings(at, "parley", SECRET, "Example"), clock), clock)


def signed(claims: dict[str, Any], key: RSAKey = KEY, kid: str = "1") -> str:
    return jwt.encode({"alg": "RS256", "kid": kid}, claims, key)


async def test_a_token_that_is_signed_and_made_for_us_tells_who_it_is(scene: Scene) -> None:
    scene.grants(signed(scene.claims()))
    assert await scene.profile() == Profile(scene.site.address, "7", "ada@example.org", verified=True, name="Ada")


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://evil.example.org"},
        {"iss": None},
        {"aud": "another"},
        {"aud": None},
        {"aud": ["parley", "another"], "azp": "another"},
        {"sub": None},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": 1},
        {"exp": None},
        {"at_hash": "wrong"},
    ],
)
async def test_a_token_with_a_claim_that_is_not_right_is_refused(scene: Scene, changed: dict[str, object]) -> None:
    scene.grants(signed(scene.claims(**changed)))
    with pytest.raises(NotLetIn) as refused:
        await scene.profile()
    assert refused.value.why is Refused.FAILED


async def test_only_signatures_of_a_published_key_count(scene: Scene) -> None:
    other = RSAKey.generate_key(2048)
    parts = (json.dumps(it).encode() for it in ({"alg": "none"}, scene.claims()))
    unsigned = ".".join(urlsafe_b64encode(it).rstrip(b"=").decode() for it in parts) + "."
    shared = jwt.encode({"alg": "HS256", "kid": "1"}, scene.claims(), OctKey.import_key(SECRET))
    for token in (unsigned, shared, signed(scene.claims(), other), signed(scene.claims(), other, "2"), "no token"):
        scene.grants(token)
        with pytest.raises(NotLetIn) as refused:
            await scene.profile()
        assert refused.value.why is Refused.FAILED


async def test_an_unknown_key_id_makes_the_keys_be_fetched_once_more(scene: Scene) -> None:
    scene.grants(signed(scene.claims()))
    await scene.profile()
    new = RSAKey.generate_key(2048, {"kid": "2", "use": "sig", "alg": "RS256"})
    scene.grants(signed(scene.claims(), new, "2"))
    with pytest.raises(NotLetIn):
        await scene.profile()
    assert scene.site.asked.count("/keys") == 2
    scene.site.says("/keys", {"keys": [new.as_dict(private=False)]})
    await scene.profile()
    await scene.profile()
    assert scene.site.asked.count("/keys") == 3
    assert scene.site.asked.count("/.well-known/openid-configuration") == 1


@pytest.mark.parametrize("verified", [False, "true", 1, None])
async def test_only_true_says_that_an_email_is_verified(scene: Scene, verified: object) -> None:
    scene.grants(signed(scene.claims(email_verified=verified)))
    assert not (await scene.profile()).verified


async def test_a_document_of_another_issuer_is_not_believed(scene: Scene) -> None:
    scene.site.says("/.well-known/openid-configuration", {"issuer": "https://evil.example.org"})
    with pytest.raises(NotLetIn) as refused:
        await scene.provider.address("https://chat.example/back", "state", "nonce", "verifier")
    assert refused.value.why is Refused.UNAVAILABLE


def test_redirects_and_what_is_no_small_json_object_are_refused(site: Site) -> None:
    site.says("/moved", f"{site.address}/there".encode(), 302)
    site.says("/there", {})
    site.says("/list", [])
    site.says("/text", b"<html>")
    site.says("/deep", b"[" * 100_000)
    site.says("/large", {"a": "x" * 300_000})
    for path in ("/moved", "/list", "/text", "/deep", "/large"):
        with pytest.raises(FetchError):
            fetch(f"{site.address}{path}", None, {})
    assert "/there" not in site.asked


def test_only_https_is_asked_but_on_this_machine() -> None:
    assert is_safe("https://id.example.org/keys")
    assert is_safe("http://localhost:1/keys")
    for address in ("http://id.example.org/keys", "file:///etc/passwd", "https:///keys", "keys"):
        assert not is_safe(address)
        with pytest.raises(FetchError):
            fetch(address, None, {})


def test_a_clients_name_and_secret_are_encoded_before_they_are_joined() -> None:
    assert basic("a:b", "c d") == "Basic YSUzQWI6Yytk"
