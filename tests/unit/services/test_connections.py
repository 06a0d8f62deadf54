"""Tickets, live and pending connections, leases and rates."""

import asyncio

import pytest

from chalicelib.domain.connections import CONNECTIONS_PER_USER, LEASE_US, RATE_FRAMES
from chalicelib.domain.sessions import ABSOLUTE_US
from chalicelib.errors import NotLive, RateLimited, Unauthenticated
from chalicelib.limits import TICKET_SECONDS
from chalicelib.services.connections import TOUCH_US
from tests.parley import World


async def test_a_ticket_opens_one_socket_even_when_two_use_it_at_once(world: World) -> None:
    ada = await world.person("ada")
    ticket = await world.app.accounts.ticket(ada.caller)
    outcomes = await asyncio.gather(
        *(world.again().connections.open(f"c{number}=", ticket) for number in range(5)), return_exceptions=True
    )
    assert [type(it) for it in outcomes].count(Unauthenticated) == 4
    assert outcomes.count(None) == 1


async def test_a_ticket_runs_out(world: World) -> None:
    ada = await world.person("ada")
    ticket = await world.app.accounts.ticket(ada.caller)
    world.clock.advance(TICKET_SECONDS + 1)
    with pytest.raises(Unauthenticated):
        await world.app.connections.open("late=", ticket)


async def test_a_ticket_that_was_never_issued_opens_nothing(world: World) -> None:
    with pytest.raises(Unauthenticated):
        await world.app.connections.open("c=", "made up")


async def test_a_pending_connection_takes_no_part_until_it_resumes(world: World) -> None:
    ada, grace = await world.person("ada"), await world.person("grace")
    room = await world.room(ada, grace)
    here = await world.socket(ada)
    there = await world.pending(grace)
    with pytest.raises(NotLive):
        await world.of(there)
    await world.say(here, room, "while it connects")
    assert world.callbacks.frames[there] == []
    await world.resume(there, {})
    await world.say(here, room, "now")
    assert [it["text"] for it in world.callbacks.frames[there]] == ["now"]


async def test_a_frame_from_a_connection_nobody_knows_is_refused(world: World) -> None:
    with pytest.raises(NotLive):
        await world.of("unknown=")


async def test_a_socket_does_not_outlive_its_session(world: World) -> None:
    here = await world.socket(await world.person("ada"))
    world.clock.advance(ABSOLUTE_US / 1e6)
    with pytest.raises(Unauthenticated):
        await world.of(here)


async def test_the_lease_is_renewed_at_most_every_few_seconds(world: World) -> None:
    ada = await world.person("ada")
    room = await world.room(ada)
    here = await world.socket(ada)
    for _ in range(5):
        await world.say(here, room, "quick")
    assert world.stores.mongodb.calls["connections.touch"] == 0
    world.clock.advance(TOUCH_US / 1e6)
    await world.say(here, room, "later")
    assert world.stores.mongodb.calls["connections.touch"] == 1
    stored = await world.stores.connections.get(here)
    assert stored is not None
    assert stored.lease_until == world.clock.now() + LEASE_US


async def test_a_socket_that_only_pings_keeps_its_lease_whichever_environment_answers(world: World) -> None:
    here = await world.socket(await world.person("ada"))
    for _ in range(20):
        world.clock.advance(60)
        app = world.again()
        await app.connections.touch(await app.connections.authenticate(here))
    stored = await world.stores.connections.get(here)
    assert stored is not None
    assert stored.lease_until == world.clock.now() + LEASE_US


async def test_too_many_frames_are_refused_for_a_while(world: World) -> None:
    ada = await world.person("ada")
    room = await world.room(ada)
    here = await world.socket(ada)
    for _ in range(RATE_FRAMES // 2):
        await world.of(here)
    world.clock.advance(TOUCH_US / 1e6)
    await world.say(here, room, "this writes the count down")
    elsewhere = world.again()
    for _ in range(RATE_FRAMES // 2 - 2):  # one frame was the resume, one the message
        await elsewhere.connections.authenticate(here)
    with pytest.raises(RateLimited):
        await elsewhere.connections.authenticate(here)
    world.clock.advance(61)
    await world.again().connections.authenticate(here)


async def test_a_closed_connection_is_forgotten_whoever_says_so_first(world: World) -> None:
    here = await world.socket(await world.person("ada"))
    await asyncio.gather(world.app.connections.closed(here), world.again().connections.closed(here))
    with pytest.raises(NotLive):
        await world.of(here)


async def test_row_24_a_user_with_as_many_sockets_as_allowed_gets_no_ticket_until_one_is_closed(world: World) -> None:
    ada, grace = await world.person("ada"), await world.person("grace")
    sockets = [await world.pending(ada) for _ in range(CONNECTIONS_PER_USER)]
    with pytest.raises(RateLimited, match="Close some pages"):
        await world.app.accounts.ticket(ada.caller)
    await world.app.accounts.ticket(grace.caller)
    await world.app.connections.closed(sockets[0])
    await world.pending(ada)


async def test_row_24_tickets_taken_before_open_no_more_sockets_than_allowed(world: World) -> None:
    ada = await world.person("ada")
    tickets = [await world.app.accounts.ticket(ada.caller) for _ in range(CONNECTIONS_PER_USER + 5)]
    outcomes = await asyncio.gather(
        *(world.again().connections.open(f"c{number}=", ticket) for number, ticket in enumerate(tickets)),
        return_exceptions=True,
    )
    admitted = outcomes.count(None)
    assert admitted <= CONNECTIONS_PER_USER
    assert [type(it) for it in outcomes].count(RateLimited) == len(tickets) - admitted
    now = world.clock.now()
    assert await world.stores.connections.count_of_user(ada.id, now, now) == admitted
