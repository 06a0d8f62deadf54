"""Tokens and sessions. Numbers of requirements are those of OWASP ASVS 5."""

import asyncio
import base64
import hashlib
import hmac
import json
from contextlib import suppress
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from chalicelib.domain.sessions import ABSOLUTE_US, GRACE_US, IDLE_US
from chalicelib.errors import NotFound, NotLive, Unauthenticated
from chalicelib.gateways.tokens import JwtTokens
from chalicelib.limits import TICKET_SECONDS
from tests.parley import DEVICE, PASSWORD, World
from tests.system import System

KEYS = {"2": b"two" * 16, "1": b"one" * 16}
NOW = 1_767_225_600_000_000


async def test_09_tokens_are_new_at_every_log_in_long_and_stored_as_digests(world: World) -> None:
    ada = await world.person("Ada")
    again = await world.app.accounts.log_in("Ada", PASSWORD, DEVICE)
    assert again.refresh is not None
    secrets = [token.partition(".")[2] for token in (ada.refresh, again.refresh)]
    assert secrets[0] != secrets[1]
    for secret in secrets:
        assert len(base64.urlsafe_b64decode(secret + "=" * (-len(secret) % 4))) * 8 >= 128
        stored = str([await world.stores.sessions.of_user(ada.id, world.clock.now())])
        assert secret not in stored


async def test_10_a_session_ends_when_idle_and_rotation_never_extends_its_absolute_end(world: World) -> None:
    ada = await world.person("Ada")
    began, token = world.clock.now(), ada.refresh
    while world.clock.now() + IDLE_US - 1 < began + ABSOLUTE_US:
        world.clock.advance((IDLE_US - 1_000_000) / 1e6)
        token = (await world.app.accounts.refresh(token, DEVICE)).refresh or ""
    world.clock.set(began + ABSOLUTE_US)
    with pytest.raises(Unauthenticated):
        await world.app.accounts.refresh(token, DEVICE)


async def test_11_the_token_just_replaced_is_tolerated_briefly_and_ends_nothing(world: World) -> None:
    ada = await world.person("Ada")
    newer = (await world.app.accounts.refresh(ada.refresh, DEVICE)).refresh
    world.clock.advance(GRACE_US / 1e6)
    assert (await world.app.accounts.refresh(ada.refresh, DEVICE)).refresh is None
    assert newer is not None
    assert (await world.app.accounts.refresh(newer, DEVICE)).refresh is not None


async def test_11_a_token_older_than_the_previous_one_revokes_the_family_at_once(world: World) -> None:
    ada = await world.person("Ada")
    socket = await world.socket(ada)
    parent = (await world.app.accounts.refresh(ada.refresh, DEVICE)).refresh or ""
    child = (await world.app.accounts.refresh(parent, DEVICE)).refresh or ""
    for token in (ada.refresh, child, parent):
        with pytest.raises(Unauthenticated):
            await world.app.accounts.refresh(token, DEVICE)
    with pytest.raises(Unauthenticated):
        await world.app.accounts.authenticate(ada.access)
    assert world.callbacks.closed == [socket]
    with pytest.raises(NotLive):
        await world.of(socket)


async def test_13_sessions_are_listed_with_device_address_and_last_use_and_can_be_ended(parley: System) -> None:
    ada = await parley.person()
    phone = await parley.somebody().log_in(ada.name)
    laptop = await parley.somebody().log_in(ada.name)
    bob = await parley.person()
    listed = (await ada.get("/sessions"))["sessions"]
    assert len(listed) == 3
    assert [it["current"] for it in listed].count(True) == 1
    assert all(it["address"] == "127.0.0.1" and it["agent"] and it["used_at"] for it in listed)
    current = {name: _current((await it.get("/sessions"))["sessions"]) for name, it in _named(phone, laptop, bob)}

    assert (await ada.call("POST", f"/sessions/{current['bob']}/end", {})).code() == "not_found"
    async with phone.socket() as socket:
        assert (await ada.call("POST", f"/sessions/{current['phone']}/end", {})).status == 204
        assert (await phone.call("GET", "/me")).code() == "unauthenticated"
        await socket.kind("session.ended")
        await socket.closed()
    async with laptop.socket() as socket:
        assert (await ada.call("POST", "/sessions/end-others", {})).status == 204
        assert (await laptop.call("GET", "/me")).code() == "unauthenticated"
        await socket.closed()
    assert [it["current"] for it in (await ada.get("/sessions"))["sessions"]] == [True]
    assert (await bob.call("GET", "/me")).status == 200


async def test_12_once_a_session_was_ended_no_operation_that_starts_later_succeeds(parley: System) -> None:
    ada = await parley.person()
    room = await ada.room()
    other = await parley.somebody().log_in(ada.name)
    spare = await other.ticket()
    async with other.socket() as socket:
        await socket.say(room, "before")
        ended = asyncio.create_task(ada.post("/sessions/end-others", {}))
        with suppress(ConnectionClosed):
            while not ended.done():
                await socket.send("message.send", room=room, text="meanwhile")
        await ended
        await socket.closed()
    # Frames the gateway took before are over, too: none of those that began later may have got in.
    await parley.quiet()
    said = await ada.history(room, limit=100)
    with pytest.raises(InvalidStatus, match="401"):
        await other.open(spare)
    assert (await other.call("POST", "/auth/ticket", {})).code() == "unauthenticated"
    assert (await other.call("GET", f"/rooms/{room}/messages")).code() == "unauthenticated"
    assert await ada.history(room, limit=100) == said


async def test_13_a_session_of_somebody_else_cannot_be_ended(world: World) -> None:
    ada, bob = await world.person("Ada"), await world.person("Bob")
    with pytest.raises(NotFound):
        await world.app.sessions.end(bob.id, ada.caller.session.id)
    await world.app.accounts.authenticate(ada.access)


async def test_17_of_those_who_use_a_ticket_at_once_one_gets_a_socket(parley: System) -> None:
    ada = await parley.person()
    ticket = await ada.ticket()
    attempts = await asyncio.gather(*(ada.open(ticket) for _ in range(4)), return_exceptions=True)
    opened = [it for it in attempts if not isinstance(it, BaseException)]
    assert len(opened) == 1
    assert [it.response.status_code for it in attempts if isinstance(it, InvalidStatus)] == [parley.refusal(401)] * 3
    await opened[0].close()


async def test_17_a_ticket_past_its_end_or_of_a_session_that_ended_opens_nothing(world: World) -> None:
    ada = await world.person("Ada")
    late = await world.app.accounts.ticket(ada.caller)
    world.clock.advance(TICKET_SECONDS)
    with pytest.raises(Unauthenticated):
        await world.app.connections.open("late=", late)
    orphan = await world.app.accounts.ticket(ada.caller)
    await world.app.accounts.log_out(ada.refresh)
    with pytest.raises(Unauthenticated):
        await world.app.connections.open("orphan=", orphan)


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _signed(header: dict[str, object], claims: dict[str, object], key: bytes, algorithm: str = "sha256") -> str:
    text = f"{_part(header)}.{_part(claims)}"
    mac = hmac.new(key, text.encode(), getattr(hashlib, algorithm)).digest()
    return f"{text}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


HEADER: dict[str, object] = {"alg": "HS256", "typ": "at+jwt", "kid": "2"}
CLAIMS: dict[str, object] = {"sub": "user", "sid": "session", "aud": "parley", "exp": NOW // 1_000_000 + 60}


def test_14_a_token_with_all_that_is_asked_for_is_taken() -> None:
    assert JwtTokens(KEYS).read(_signed(HEADER, CLAIMS, KEYS["2"]), NOW) == ("user", "session")
    assert JwtTokens(KEYS).read(_signed({**HEADER, "kid": "1"}, CLAIMS, KEYS["1"]), NOW) == ("user", "session")


@pytest.mark.parametrize(
    "token",
    [
        f"{_part({**HEADER, 'alg': 'none'})}.{_part(CLAIMS)}.",
        _signed({**HEADER, "alg": "HS512"}, CLAIMS, KEYS["2"], "sha512"),
        _signed({**HEADER, "typ": "JWT"}, CLAIMS, KEYS["2"]),
        _signed({**HEADER, "kid": "1"}, CLAIMS, KEYS["2"]),
        _signed({**HEADER, "kid": "3"}, CLAIMS, KEYS["2"]),
        _signed({"alg": "HS256", "typ": "at+jwt"}, CLAIMS, KEYS["2"]),
        _signed(HEADER, {**CLAIMS, "aud": "other"}, KEYS["2"]),
        _signed(HEADER, {**CLAIMS, "exp": NOW // 1_000_000}, KEYS["2"]),
        _signed(HEADER, {name: it for name, it in CLAIMS.items() if name != "exp"}, KEYS["2"]),
        _signed(HEADER, {name: it for name, it in CLAIMS.items() if name != "sid"}, KEYS["2"]),
        "01ARYZ6S41TSV4RRFFQ69G5FAV.a-refresh-token",
    ],
)
def test_14_a_token_with_another_algorithm_type_key_audience_or_no_expiry_is_refused(token: str) -> None:
    with pytest.raises(Unauthenticated):
        JwtTokens(KEYS).read(token, NOW)


async def test_19_a_frame_of_a_session_past_its_end_closes_the_socket(world: World) -> None:
    ada = await world.person("Ada")
    socket = await world.socket(ada)
    world.clock.advance(ABSOLUTE_US / 1e6)
    with pytest.raises(Unauthenticated):
        await world.of(socket)


def _current(sessions: list[dict[str, Any]]) -> str:
    return next(str(it["id"]) for it in sessions if it["current"])


def _named(*people: Any) -> list[tuple[str, Any]]:
    return list(zip(("phone", "laptop", "bob"), people, strict=True))
