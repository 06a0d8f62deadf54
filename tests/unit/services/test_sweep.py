"""Sweep: what crashes and lost $disconnects leave behind."""

import pytest

from chalicelib.domain.connections import LEASE_US, PENDING_US
from chalicelib.domain.samples import KEPT_US
from chalicelib.domain.sessions import ABSOLUTE_US
from chalicelib.domain.throttles import RESET
from chalicelib.errors import RateLimited
from chalicelib.gateways.base import Delivery
from tests.parley import World


async def test_a_connection_whose_disconnect_never_came_is_forgotten_once_the_gateway_says_it_is_gone(
    world: World,
) -> None:
    dead, alive, unclear = [await world.socket(await world.person(name)) for name in ("ada", "grace", "alan")]
    world.callbacks.deliveries |= {dead: Delivery.GONE, unclear: Delivery.FAILED}
    assert (await world.app.sweep.run())["connections"] == 0
    world.clock.advance(LEASE_US / 1e6 + 1)
    assert (await world.app.sweep.run())["connections"] == 1
    assert await world.stores.connections.get(dead) is None
    for kept in (alive, unclear):
        assert await world.stores.connections.get(kept) is not None
    assert world.callbacks.closed == []
    # The one that lives has a new lease; the other is asked for again.
    world.callbacks.deliveries[unclear] = Delivery.GONE
    assert (await world.app.sweep.run())["connections"] == 1


async def test_what_stayed_pending_is_closed(world: World) -> None:
    pending = await world.pending(await world.person("ada"))
    world.clock.advance(PENDING_US / 1e6 + 1)
    assert (await world.app.sweep.run())["connections"] == 1
    assert world.callbacks.closed == [pending]


async def test_sessions_past_their_time_are_ended_with_their_sockets(world: World) -> None:
    here = await world.socket(await world.person("ada"))
    world.clock.advance(ABSOLUTE_US / 1e6 + 1)
    assert (await world.app.sweep.run())["sessions"] == 1
    assert here in world.callbacks.closed
    assert (await world.app.sweep.run())["sessions"] == 0


async def test_a_sweep_of_nothing_does_nothing(world: World) -> None:
    assert await world.app.sweep.run() == {"changes": 0, "sessions": 0, "connections": 0, "events": 0, "rooms": 0}


async def test_samples_of_flushes_are_forgotten_after_a_week(world: World) -> None:
    await world.app.flush.all()
    until = world.clock.now() + 1
    world.clock.advance(KEPT_US / 1e6)
    await world.app.sweep.run()
    assert len(await world.stores.samples.minutes(0, until)) == 1
    world.clock.advance(3600)
    await world.app.sweep.run()
    assert await world.stores.samples.minutes(0, until) == {}


async def test_attempts_are_forgotten_when_their_window_is_over_and_not_before(world: World) -> None:
    for address in ("192.0.2.1", "192.0.2.2"):
        for _ in range(RESET.attempts):
            await world.app.throttling.ask_mail(address)
    await world.app.sweep.run()
    with pytest.raises(RateLimited):
        await world.app.throttling.ask_mail("192.0.2.1")
    assert len(world.stores.attempts.counts) == 2
    world.clock.advance(RESET.window / 1e6)
    await world.app.sweep.run()
    assert not world.stores.attempts.counts
