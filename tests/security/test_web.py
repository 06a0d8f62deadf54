"""What a browser is told and what it sends by itself. Numbers of requirements are those of OWASP ASVS 5."""

from pathlib import Path
from typing import Final

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin, Subprotocol

from chalicelib.handlers.rest import HEADERS as REST_HEADERS
from infra.run.gateway import HEADERS as PAGE_HEADERS
from tests.client import PASSWORD, Person
from tests.system import System

COOKIE: Final = "__Host-refresh"


async def logged_in(parley: System) -> tuple[Person, str]:
    """A person, and the refresh cookie as a browser would send it."""
    person = await parley.person()
    answer = await parley.somebody().call("POST", "/auth/login", {"login": person.name, "password": PASSWORD})
    assert answer.status == 200
    return person, answer.headers["Set-Cookie"]


async def test_15_the_refresh_cookie_is_bound_to_the_host_and_read_by_no_script(parley: System) -> None:
    _, cookie = await logged_in(parley)
    first, *attributes = cookie.split("; ")
    assert first.startswith(f"{COOKIE}=")
    assert {"Path=/", "Secure", "HttpOnly", "SameSite=Strict"} <= set(attributes)
    assert not [it for it in attributes if it.startswith("Domain")]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"Content-Type": "multipart/form-data; boundary=x"}, 415),
    ],
)
@pytest.mark.parametrize("path", ["/auth/refresh", "/auth/logout"])
async def test_15_a_request_that_another_site_could_forge_does_nothing(
    parley: System, path: str, headers: dict[str, str], status: int
) -> None:
    _, cookie = await logged_in(parley)
    sent = {"Cookie": cookie.partition(";")[0]}
    forged = await parley.somebody().call("POST", path, {}, headers={**sent, **headers})
    assert forged.status == status
    assert "Set-Cookie" not in forged.headers
    own = await parley.somebody().call("POST", path, {}, headers={**sent, "Origin": parley.url})
    assert own.status < 300


async def test_16_only_the_pages_of_the_exact_origins_open_sockets(parley: System) -> None:
    person = await parley.person()
    strange = (
        None,
        "null",
        f"{parley.url}.evil.example",
        f"http://evil.{parley.url.removeprefix('http://')}",
        parley.url.replace("http", "https"),
        f"{parley.url}0",
        f"{parley.url}/",
    )
    ticket = await person.ticket()
    for origin in strange:
        protocols = [Subprotocol("parley.v1"), Subprotocol(f"ticket.{ticket}")]
        with pytest.raises(InvalidStatus, match=str(parley.refusal(403))):
            await connect(
                person.address.socket, origin=None if origin is None else Origin(origin), subprotocols=protocols
            )
    # None of them has used the ticket up.
    await (await person.open(ticket)).close()


async def test_27_every_answer_of_the_api_says_what_a_browser_may_do_with_it(parley: System) -> None:
    person = await parley.person()
    answers = (
        await person.call("GET", "/me"),
        await person.call("POST", "/rooms", {}),
        await parley.somebody().call("GET", "/me"),
        await person.call("POST", "/rooms", headers={"Content-Type": "text/plain"}, data=b"{}"),
    )
    assert [it.status for it in answers] == [200, 400, 401, 415]
    for answer in answers:
        assert {name: answer.headers.get(name) for name in REST_HEADERS} == REST_HEADERS
        assert not [name for name in answer.headers if name.startswith("Access-Control-")]
    assert REST_HEADERS["Cache-Control"] == "no-store"


async def test_27_no_other_origin_is_let_in_by_a_preflight(parley: System) -> None:
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    async with parley.http.options(f"{parley.url}/api/auth/refresh", headers=asked) as answer:
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "Access-Control-Allow-Credentials" not in answer.headers


def test_27_pages_run_no_script_and_style_but_their_own_files_and_are_framed_nowhere() -> None:
    policy = dict(it.strip().split(" ", 1) for it in PAGE_HEADERS["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert "unsafe" not in PAGE_HEADERS["Content-Security-Policy"]
    assert PAGE_HEADERS["X-Content-Type-Options"] == "nosniff"
    assert PAGE_HEADERS["Referrer-Policy"] == "no-referrer"
    assert PAGE_HEADERS["Cross-Origin-Opener-Policy"] == "same-origin"


def test_27_cloudfront_sends_what_the_local_gateway_does_and_hsts() -> None:
    template = (Path(__file__).parents[2] / "template.yaml").read_text()
    headers = " ".join(template.partition("ResponseHeadersPolicyConfig:")[2].partition("WebRoutes:")[0].split())
    local = " ws://localhost:{port} ws://127.0.0.1:{port}"
    for name, value in PAGE_HEADERS.items():
        if name != "X-Content-Type-Options":
            assert value.replace(local, "") in headers, name
    assert "ContentTypeOptions: {Override: true}" in headers
    assert "StrictTransportSecurity: {AccessControlMaxAgeSec: 31536000" in headers
