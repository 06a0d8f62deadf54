"""Guessing is slowed, and nobody is locked out by somebody else's guesses."""

import asyncio
from dataclasses import replace

import pytest

from chalicelib.domain.throttles import LOG_IN_ACCOUNT, LOG_IN_ADDRESS, LOG_IN_PAIR, PROOF, REGISTER, network
from chalicelib.errors import BadCredentials, RateLimited, Unavailable
from chalicelib.services.accounts import Device
from tests.parley import PASSWORD, Person, World

HOME = Device("test", "192.0.2.1")
ATTACKER = Device("test", "203.0.113.9")


async def guess(world: World, login: str, device: Device) -> type[Exception]:
    with pytest.raises((BadCredentials, RateLimited)) as refused:
        await world.app.accounts.log_in(login, "a wrong password", device)
    return refused.type


async def exhaust(world: World, login: str) -> None:
    """Guess at the account from many addresses until its count is full."""
    for number in range(LOG_IN_ACCOUNT.attempts):
        assert await guess(world, login, Device("test", f"198.51.100.{number}")) is BadCredentials


async def test_row_7_a_spray_from_one_address_is_stopped_before_a_password_is_hashed(world: World) -> None:
    refusals = [await guess(world, f"user{number}", ATTACKER) for number in range(LOG_IN_ADDRESS.attempts + 5)]
    assert refusals.count(RateLimited) == 5
    assert world.outside.passwords.verifications == LOG_IN_ADDRESS.attempts


async def test_row_7_guesses_made_at_once_get_no_further(world: World) -> None:
    await world.person("Ada")
    refusals = await asyncio.gather(*(guess(world, "ada", ATTACKER) for _ in range(30)))
    assert refusals.count(BadCredentials) == LOG_IN_PAIR.attempts


async def test_row_7_the_victim_of_many_addresses_gets_in_from_where_it_has_a_session(world: World) -> None:
    await world.app.accounts.register("Ada", "ada@example.org", PASSWORD, HOME)
    await exhaust(world, "ada")
    assert await guess(world, "ada", ATTACKER) is RateLimited
    assert (await world.app.accounts.log_in("ada", PASSWORD, HOME)).account.name == "Ada"


async def test_row_7_the_victim_gets_in_from_where_the_password_was_reset(world: World) -> None:
    tokens = await world.app.accounts.register("Ada", "ada@example.org", PASSWORD, HOME)
    await exhaust(world, "ada")
    elsewhere = Device("test", "192.0.2.77")
    with pytest.raises(RateLimited):
        await world.app.accounts.log_in("ada", PASSWORD, elsewhere)
    await world.app.throttling.trust(tokens.account.id, elsewhere.address)
    await world.app.accounts.log_in("ada", PASSWORD, elsewhere)


async def test_row_6_an_unknown_account_is_throttled_as_a_known_one(world: World) -> None:
    await world.app.accounts.register("Ada", "ada@example.org", PASSWORD, HOME)
    for login in ("ada", "nobody"):
        await exhaust(world, login)
        assert await guess(world, login, ATTACKER) is RateLimited


async def test_log_ins_that_are_right_use_nothing_up(world: World) -> None:
    await world.app.accounts.register("Ada", "ada@example.org", PASSWORD, HOME)
    for _ in range(LOG_IN_ADDRESS.attempts + 5):
        await world.app.accounts.log_in("ada", PASSWORD, ATTACKER)


async def test_after_the_time_that_was_said_it_may_be_tried_again(world: World) -> None:
    for _ in range(LOG_IN_PAIR.attempts):
        await guess(world, "ada", ATTACKER)
    with pytest.raises(RateLimited) as refused:
        await world.app.accounts.log_in("ada", "a wrong password", ATTACKER)
    seconds = refused.value.details["retry_after"]
    assert isinstance(seconds, int)
    world.clock.advance(seconds)
    assert await guess(world, "ada", ATTACKER) is BadCredentials


async def prove(world: World, person: Person, password: str, device: Device) -> None:
    async with world.app.throttling.proof(person.caller.session.id, device.address):
        await world.app.passwords.require(person.id, password)


async def test_row_7_a_stolen_session_guesses_the_password_no_further_and_the_others_are_not_kept_out(
    world: World,
) -> None:
    stolen = await world.person("Ada")
    for number in range(PROOF.attempts):
        with pytest.raises(BadCredentials):
            await prove(world, stolen, "a wrong password", Device("test", f"198.51.100.{number}"))
    verified = world.outside.passwords.verifications
    for device in (ATTACKER, HOME):
        with pytest.raises(RateLimited) as refused:
            await prove(world, stolen, PASSWORD, device)
        assert refused.value.details["retry_after"] == PROOF.seconds_left(world.clock.now())
    assert world.outside.passwords.verifications == verified
    tokens = await world.app.accounts.log_in("Ada", PASSWORD, HOME)
    other = replace(stolen, caller=await world.app.accounts.authenticate(tokens.access))
    await prove(world, other, PASSWORD, HOME)


async def test_row_7_current_passwords_and_log_ins_of_an_address_are_counted_together(world: World) -> None:
    ada = await world.person("Ada")
    for number in range(LOG_IN_ADDRESS.attempts):
        await guess(world, f"user{number}", ATTACKER)
    for _ in range(PROOF.attempts + 1):
        with pytest.raises(RateLimited):
            await prove(world, ada, PASSWORD, ATTACKER)
    # What the address was refused for is not counted against the session.
    await prove(world, ada, PASSWORD, HOME)


async def test_row_7_guesses_of_a_current_password_made_at_once_get_no_further(world: World) -> None:
    ada = await world.person("Ada")
    guesses = (prove(world, ada, "a wrong password", ATTACKER) for _ in range(30))
    refusals = await asyncio.gather(*guesses, return_exceptions=True)
    assert [type(it) for it in refusals].count(BadCredentials) == PROOF.attempts


async def test_only_a_wrong_password_is_counted_as_one(world: World) -> None:
    ada = await world.person("Ada")
    for _ in range(LOG_IN_ADDRESS.attempts + 1):
        await prove(world, ada, PASSWORD, ATTACKER)
        with pytest.raises(Unavailable):
            async with world.app.throttling.proof(ada.caller.session.id, ATTACKER.address):
                raise Unavailable("Nobody had time for it.")


async def test_what_was_done_stays_done_where_its_count_cannot_be_given_back(world: World) -> None:
    ada = await world.person("Ada")
    async with world.app.throttling.proof(ada.caller.session.id, ATTACKER.address):
        world.stores.mongodb.away = True
    assert world.stores.mongodb.calls["attempts.give_back"] == 2


async def test_one_address_registers_so_many_and_no_more(world: World) -> None:
    for number in range(REGISTER.attempts):
        await world.app.accounts.register(f"u{number}", f"u{number}@example.org", PASSWORD, ATTACKER)
    with pytest.raises(RateLimited):
        await world.app.accounts.register("more", "more@example.org", PASSWORD, ATTACKER)


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("127.0.0.1", None),
        ("::1", None),
        ("", None),
    ],
)
def test_an_address_is_counted_by_what_one_subscriber_has(address: str, counted: str | None) -> None:
    assert network(address) == counted


async def test_row_8_a_log_in_that_nobody_had_time_for_is_not_counted_against_its_address(world: World) -> None:
    await world.app.accounts.register("Ada", "ada@example.org", PASSWORD, HOME)
    world.outside.passwords.busy = True
    for _ in range(LOG_IN_ADDRESS.attempts + 1):
        with pytest.raises(Unavailable):
            await world.app.accounts.log_in("ada", PASSWORD, HOME)
    world.outside.passwords.busy = False
    assert (await world.app.accounts.log_in("ada", PASSWORD, HOME)).account.name == "Ada"


async def test_row_8_what_is_throttled_is_refused_before_anybody_is_asked_to_hash(world: World) -> None:
    for number in range(LOG_IN_ADDRESS.attempts):
        await guess(world, f"user{number}", ATTACKER)
    world.outside.passwords.busy = True
    assert await guess(world, "user", ATTACKER) is RateLimited
