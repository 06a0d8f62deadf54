"""Signing in with a real identity provider, as a browser does, over the handlers and real stores."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

import asyncpg
import pyotp
import pytest
from chalice.test import Client, HTTPResponse

import app
from chalicelib import bootstrap, runtime
from chalicelib.bootstrap import Parley, RealStores, RealWorld
from chalicelib.config import Config, ProviderSettings, load
from chalicelib.domain.identities import PENDING_SECONDS
from chalicelib.domain.invites import Registration
from chalicelib.gateways.ids import RandomIds
from tests.fakes.gateways import FakeClock
from tests.identities.provider import CLIENT_ID, CLIENT_SECRET, Provider, running
from tests.parley import DEVICE, ORIGIN, PASSWORD

ROOT: Final = Path(__file__).parents[2]
CALLBACK: Final = f"{ORIGIN}/api/auth/identity/callback"


@dataclass(slots=True)
class Browser:
    """What a browser remembers, and its requests to Parley's REST API."""

    client: Client
    cookies: dict[str, str] = field(default_factory=dict)
    access: str | None = None

    def call(self, method: str, path: str, body: bytes = b"") -> HTTPResponse:
        headers = {
            "Content-Type": "application/json",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        if self.access is not None:
            headers["Authorization"] = f"Bearer {self.access}"
        answer = self.client.http.request(method, path, headers=headers, body=body)
        lines: str | list[str] = answer.headers.get("Set-Cookie", [])
        for line in [lines] if isinstance(lines, str) else lines:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
                if morsel["max-age"] == "0":
                    del self.cookies[name]
        return answer

    def refresh(self) -> dict[str, Any]:
        """What the web app does when it opens: the account that is logged in then."""
        answer = self.call("POST", "/auth/refresh", b"{}")
        assert answer.status_code == 200, answer.body
        self.access = answer.json_body["access_token"]
        me: dict[str, Any] = answer.json_body["me"]
        return me


@dataclass(slots=True)
class Scene:
    """A Parley on real stores, and the provider it knows."""

    provider: Provider
    parley: Parley
    client: Client
    clock: FakeClock

    def browser(self) -> Browser:
        return Browser(self.client)

    def email(self) -> str:
        """An email nobody has."""
        return f"{self.parley.world.ids.ulid().lower()}@example.org"

    def set(self, **settings: object) -> None:
        """Go on with other settings, in a new execution environment."""
        config = replace(self.parley.config, **settings)  # type: ignore[arg-type]  # as the caller says
        self.parley = parley_on(config, self.parley.stores, self.clock)

    def depart(self, browser: Browser, query: str = "") -> str:
        """Where Parley sends a browser that begins to sign in."""
        answer = browser.call("GET", f"/auth/identity/start{query}")
        assert answer.status_code == 302
        return str(answer.headers["Location"])

    def come_back(self, browser: Browser, login: str, query: str = "") -> str:
        """The query with which the provider sends back who signs in there as `login`."""
        address = self.depart(browser, query)
        return urlsplit(runtime.run(self.provider.sign_in(address, login))).query

    def arrive(self, browser: Browser, query: str) -> str:
        """Where Parley sends a browser that comes back so."""
        answer = browser.call("GET", f"/auth/identity/callback?{query}")
        assert answer.status_code == 302, answer.body
        return str(answer.headers["Location"])

    def sign_in(self, browser: Browser, login: str, query: str = "") -> str:
        return self.arrive(browser, self.come_back(browser, login, query))

    def register(self, email: str) -> None:
        """An account with a password, which the provider knows nothing of."""
        name = email.partition("@")[0]
        runtime.run(self.parley.accounts.register(name, email, PASSWORD, DEVICE))

    def promote(self, user: str) -> None:
        """Make an administrator of somebody."""

        async def change() -> None:
            link = await asyncpg.connect(self.parley.config.postgres_url)
            try:
                await link.execute("update users set role = 'admin' where id = $1", user)
            finally:
                await link.close()

        runtime.run(change())

    def log_in(self, browser: Browser, email: str) -> None:
        tokens = runtime.run(self.parley.accounts.log_in(email, PASSWORD, DEVICE))
        browser.access = tokens.access


class World(RealWorld):
    """The real one with a clock that moves when told to."""

    def __init__(self, config: Config, clock: FakeClock) -> None:
        super().__init__(config)
        self.clock = clock
        self.ids = RandomIds(clock)


def parley_on(config: Config, stores: bootstrap.Stores, clock: FakeClock) -> Parley:
    """Services of a new execution environment, which the handlers use from now on."""
    parley = Parley(config, stores, World(config, clock))
    bootstrap.install(parley)
    return parley


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    context = running(CALLBACK)
    yield runtime.run(context.__aenter__())
    runtime.run(context.__aexit__(None, None, None))


@pytest.fixture
def scene(
    provider: Provider, stores_without_cassandra: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Scene]:
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    settings = {
        "PASSWORD_PEPPER": "70" * 32,
        "TOKEN_KEYS": f"k:{'6b' * 32}",
        "ALLOWED_ORIGINS": ORIGIN,
        "WEBSOCKET_API_ID": "none",
        "BCRYPT_COST": "4",
        "IDENTITY_ISSUER": provider.issuer,
        "IDENTITY_CLIENT_ID": CLIENT_ID,
        "IDENTITY_CLIENT_SECRET": CLIENT_SECRET,
        "IDENTITY_NAME": "Example",
    }
    config = load({**stores_without_cassandra, **settings})
    stores, clock = RealStores(config), FakeClock(time.time_ns() // 1_000)
    with Client(app.app, stage_name="dev", project_dir=str(ROOT / "functions")) as client:
        yield Scene(provider, parley_on(config, stores, clock), client, clock)
    runtime.run(stores.close())


def test_who_comes_for_the_first_time_gets_an_account_and_has_the_same_one_later(scene: Scene) -> None:
    browser, email = scene.browser(), scene.email()
    assert scene.sign_in(browser, email) == "/"
    assert set(browser.cookies) == {"__Host-refresh"}
    me = browser.refresh()
    assert me["email"] == email
    assert me["name"] == email.split("@")[0]
    again = scene.browser()
    assert scene.sign_in(again, email) == "/"
    assert again.refresh()["id"] == me["id"]
    listed = browser.call("GET", "/me/identities").json_body
    assert [it["email"] for it in listed["identities"]] == [email]
    assert browser.call("GET", "/me/export").json_body["identities"] == listed["identities"]


def test_a_name_that_is_taken_gets_a_number(scene: Scene) -> None:
    email = scene.email()
    name = email.split("@")[0]
    runtime.run(scene.parley.accounts.register(name, scene.email(), PASSWORD, DEVICE))
    browser = scene.browser()
    scene.sign_in(browser, email)
    assert browser.refresh()["name"] == f"{name} 2"


def test_the_browser_is_sent_with_pkce_a_state_and_a_nonce_that_it_cannot_read(scene: Scene) -> None:
    browser = scene.browser()
    sent = {name: value[0] for name, value in parse_qs(urlsplit(scene.depart(browser)).query).items()}
    assert (sent["code_challenge_method"], sent["response_type"], sent["redirect_uri"]) == ("S256", "code", CALLBACK)
    assert sent["state"] not in browser.cookies["__Host-identity"]
    other = parse_qs(urlsplit(scene.depart(browser)).query)
    assert all(sent[it] != other[it][0] for it in ("state", "nonce", "code_challenge"))


def test_an_answer_counts_once_in_the_browser_that_asked_for_it(scene: Scene) -> None:
    browser = scene.browser()
    back = scene.come_back(browser, scene.email())
    kept = dict(browser.cookies)
    assert scene.arrive(scene.browser(), back) == "/?identity=expired"  # another browser
    assert scene.arrive(browser, back) == "/"
    browser.cookies.clear()
    assert scene.arrive(browser, back) == "/?identity=expired"
    browser.cookies |= kept
    assert scene.arrive(browser, back) == "/?identity=failed"  # the code was used
    assert browser.cookies == {}


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"state": "another"}, "expired"),
        ({"iss": "https://evil.example.org"}, "failed"),
        ({"code": "another"}, "failed"),
        ({"error": "access_denied"}, "cancelled"),
        ({"error": "server_error"}, "failed"),
    ],
)
def test_an_answer_that_was_changed_on_the_way_lets_nobody_in(scene: Scene, changed: dict[str, str], why: str) -> None:
    browser = scene.browser()
    back = {name: it[0] for name, it in parse_qs(scene.come_back(browser, scene.email())).items()}
    assert scene.arrive(browser, urlencode({**back, **changed})) == f"/?identity={why}"
    assert browser.cookies == {}


def test_an_answer_without_the_issuers_name_is_refused_where_it_was_promised(scene: Scene) -> None:
    browser = scene.browser()
    back = {name: it[0] for name, it in parse_qs(scene.come_back(browser, scene.email())).items() if name != "iss"}
    assert scene.arrive(browser, urlencode(back)) == "/?identity=failed"


def test_a_token_that_was_made_for_another_request_is_refused(scene: Scene) -> None:
    browser = scene.browser()
    address = urlsplit(scene.depart(browser))
    asked = {name: it[0] for name, it in parse_qs(address.query).items()}
    other = address._replace(query=urlencode({**asked, "nonce": "another"})).geturl()
    back = urlsplit(runtime.run(scene.provider.sign_in(other, scene.email()))).query
    assert scene.arrive(browser, back) == "/?identity=failed"


def test_who_takes_too_long_begins_again(scene: Scene) -> None:
    browser = scene.browser()
    back = scene.come_back(browser, scene.email())
    scene.clock.advance(PENDING_SECONDS)
    assert scene.arrive(browser, back) == "/?identity=expired"


def test_a_key_that_the_provider_replaced_is_fetched_anew(scene: Scene) -> None:
    email = scene.email()
    scene.sign_in(scene.browser(), email)
    runtime.run(scene.provider.replace_key())
    assert scene.sign_in(scene.browser(), email) == "/"


def test_an_account_of_the_same_email_is_connected_only_with_its_users_consent(scene: Scene) -> None:
    email, browser = scene.email(), scene.browser()
    scene.register(email)
    assert scene.sign_in(browser, email) == "/?identity=connect"
    assert set(browser.cookies) == {"__Host-identity"}  # nobody is logged in
    other = scene.email()
    scene.register(other)
    scene.log_in(browser, other)
    assert browser.call("GET", "/me/identities").json_body["asked"] is None
    assert browser.call("POST", "/me/identities", b"{}").status_code == 403
    scene.log_in(browser, email)
    listed = browser.call("GET", "/me/identities").json_body
    assert (listed["asked"], listed["provider"], listed["identities"]) == (email, "Example", [])
    assert browser.call("POST", "/me/identities", b"{}").status_code == 204
    assert browser.cookies == {}
    assert scene.sign_in(browser, email) == "/"
    listed = browser.call("GET", "/me/identities").json_body
    (identity,) = listed["identities"]
    assert browser.call("POST", f"/me/identities/{identity['id']}/disconnect", b"{}").status_code == 204
    assert scene.sign_in(browser, email) == "/?identity=connect"
    assert browser.call("POST", "/me/identities/decline", b"{}").status_code == 204
    assert "__Host-identity" not in browser.cookies


def test_connecting_never_makes_an_account(scene: Scene) -> None:
    assert scene.sign_in(scene.browser(), scene.email(), "?connect=yes") == "/?identity=other_email"


def test_an_email_that_nobody_verified_is_refused(scene: Scene) -> None:
    email = scene.email()
    scene.register(email)
    for login in (f"unverified:{email}", f"unverified:{scene.email()}"):
        browser = scene.browser()
        assert scene.sign_in(browser, login) == "/?identity=unverified"
        assert browser.cookies == {}


def test_where_registration_is_closed_nobody_new_comes_in_and_the_known_still_do(scene: Scene) -> None:
    email = scene.email()
    scene.sign_in(scene.browser(), email)
    scene.set(registration=Registration.CLOSED)
    assert scene.sign_in(scene.browser(), scene.email()) == "/?identity=closed"
    assert scene.sign_in(scene.browser(), email) == "/"


def test_where_invitations_are_needed_one_lets_somebody_new_in(scene: Scene) -> None:
    inviting = scene.browser()
    scene.sign_in(inviting, scene.email())
    user = inviting.refresh()["id"]
    scene.promote(user)
    scene.set(registration=Registration.INVITE)
    token = runtime.run(scene.parley.invites.create(user, 1, 1)).token
    assert scene.sign_in(scene.browser(), scene.email()) == "/?identity=invite"
    assert scene.sign_in(scene.browser(), scene.email(), f"?invite={token}") == "/"
    assert scene.sign_in(scene.browser(), scene.email(), f"?invite={token}") == "/?identity=invite"


def test_who_has_a_second_factor_is_asked_for_its_code(scene: Scene) -> None:
    email, browser = scene.email(), scene.browser()
    scene.register(email)
    scene.sign_in(browser, email)
    scene.log_in(browser, email)
    assert browser.call("POST", "/me/identities", b"{}").status_code == 204
    user = browser.call("GET", "/me").json_body["id"]
    begun = runtime.run(scene.parley.second_factors.begin(user, "Ada", PASSWORD))
    code = pyotp.TOTP(begun.secret).at(scene.clock.now() // 1_000_000)
    codes = runtime.run(scene.parley.second_factors.confirm(user, code))
    late = scene.browser()
    assert scene.sign_in(late, email) == "/?identity=code"
    assert set(late.cookies) == {"__Host-identity"}
    assert late.call("POST", "/auth/identity/code", b'{"code": "wrong"}').status_code == 401
    granted = late.call("POST", "/auth/identity/code", f'{{"code": "{codes[0]}"}}'.encode())
    assert granted.json_body["me"]["id"] == user
    assert set(late.cookies) == {"__Host-refresh"}
    assert late.refresh()["id"] == user
    assert late.call("POST", "/auth/identity/code", b'{"code": "wrong"}').json_body["error"]["code"] == (
        "unauthenticated"
    )


def test_who_has_no_password_is_told_to_set_one_where_one_is_asked_for(scene: Scene) -> None:
    browser, email = scene.browser(), scene.email()
    scene.sign_in(browser, email)
    browser.refresh()
    refused = browser.call("POST", "/me/delete", b'{"password": "any password"}')
    assert refused.status_code == 409
    assert "no password yet" in refused.json_body["error"]["message"]
    (identity,) = browser.call("GET", "/me/identities").json_body["identities"]
    assert browser.call("POST", f"/me/identities/{identity['id']}/disconnect", b"{}").status_code == 409
    login = f'{{"login": "{email}", "password": "any password"}}'.encode()
    assert browser.call("POST", "/auth/login", login).status_code == 401


def test_without_a_provider_nothing_of_it_is_offered(scene: Scene) -> None:
    assert scene.browser().call("GET", "/auth/registration").json_body["provider"] == "Example"
    scene.set(provider=None)
    browser = scene.browser()
    assert browser.call("GET", "/auth/registration").json_body["provider"] is None
    assert browser.call("GET", "/auth/identity/start").status_code == 404
    assert scene.arrive(browser, "state=s&code=c") == "/?identity=expired"


def test_a_provider_that_does_not_answer_is_said_to_be_away(scene: Scene) -> None:
    away = ProviderSettings("http://127.0.0.1:9", CLIENT_ID, CLIENT_SECRET, "Example")
    scene.set(provider=away)
    assert scene.depart(scene.browser()) == "/?identity=unavailable"
