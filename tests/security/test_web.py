"""What a browser is told and what it sends by itself. Numbers of requirements are those of OWASP ASVS 5."""

from typing import Final

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin, Subprotocol

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
