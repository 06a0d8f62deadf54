"""Codes of an authenticator app, and recovery codes."""

from dataclasses import dataclass

import pyotp
import pytest

from chalicelib.domain.second_factors import FREE_ATTEMPTS, WAIT_MAX_SECONDS, WAIT_SECONDS
from chalicelib.domain.throttles import CODE
from chalicelib.errors import BadCredentials, BadRequest, Conflict, RateLimited, SecondFactorNeeded
from chalicelib.gateways.totp import PepperedTotp
from chalicelib.services.accounts import Device
from tests.parley import DEVICE, PASSWORD, Person, World


@dataclass(frozen=True, slots=True)
class App:
    """An authenticator app, and the recovery codes that its user wrote down."""

    world: World
    person: Person
    secret: str
    codes: list[str]

    def code(self) -> str:
        return pyotp.TOTP(self.secret).at(self.world.clock.now() // 1_000_000)

    async def log_in(self, code: str | None, password: str = PASSWORD) -> None:
        tokens = await self.world.app.accounts.log_in(self.person.name, password, DEVICE, code)
        assert tokens.account.id == self.person.id


async def app_of(world: World, person: Person) -> App:
    """Turn the second factor on, and let the code that did so go by."""
    setup = await world.app.second_factors.begin(person.id, person.name, PASSWORD)
    code = pyotp.TOTP(setup.secret).at(world.clock.now() // 1_000_000)
    codes = await world.app.second_factors.confirm(person.id, code)
    world.clock.advance(60)
    return App(world, person, setup.secret, codes)


@pytest.fixture
async def app(world: World) -> App:
    return await app_of(world, await world.person("Ada"))


async def test_a_log_in_asks_for_a_code_once_the_second_factor_is_on(app: App) -> None:
    for code in (None, ""):
        with pytest.raises(SecondFactorNeeded):
            await app.log_in(code)
    await app.log_in(app.code())


async def test_who_does_not_know_the_password_is_not_told_of_a_second_factor(app: App) -> None:
    for code in (None, app.code()):
        with pytest.raises(BadCredentials, match="Name or password"):
            await app.log_in(code, "wrong password")


async def test_a_code_is_taken_once_and_one_before_it_is_not_taken_any_more(app: App) -> None:
    before = app.code()
    app.world.clock.advance(30)
    code = app.code()
    await app.log_in(f" {code[:3]} {code[3:]} ")
    for used in (code, before):
        with pytest.raises(BadCredentials):
            await app.log_in(used)


async def test_a_clock_that_is_half_a_minute_off_does_not_matter_and_more_does(app: App) -> None:
    codes = []
    for _ in range(5):
        codes.append(app.code())
        app.world.clock.advance(30)
    app.world.clock.advance(-90)
    for code in (codes[0], codes[4]):
        with pytest.raises(BadCredentials):
            await app.log_in(code)
    for code in codes[1:4]:
        await app.log_in(code)


async def test_a_recovery_code_works_once_each(app: App) -> None:
    assert len(set(app.codes)) == 10
    await app.log_in(app.codes[0].upper())
    with pytest.raises(BadCredentials):
        await app.log_in(app.codes[0])
    await app.log_in(app.codes[1])
    assert await app.world.app.second_factors.codes_left(app.person.id) == 8


async def test_no_code_or_secret_is_stored_as_it_is(app: App) -> None:
    stored = str(app.world.stores.second_factors.rows)
    assert not any(it in stored for it in (app.secret, *app.codes))


async def test_wrong_codes_have_to_wait_longer_and_longer_and_even_right_ones_meanwhile(app: App) -> None:
    for _ in range(FREE_ATTEMPTS):
        with pytest.raises(BadCredentials):
            await app.log_in("000000x")
    wait = WAIT_SECONDS
    while wait < WAIT_MAX_SECONDS:
        with pytest.raises(RateLimited) as refused:
            await app.log_in(app.code())
        assert refused.value.details["retry_after"] == wait
        app.world.clock.advance(wait)
        with pytest.raises(BadCredentials):
            await app.log_in("000000x")
        wait = min(WAIT_MAX_SECONDS, 2 * wait)
    app.world.clock.advance(wait)
    await app.log_in(app.code())


async def test_what_throttles_codes_needs_the_password_so_nobody_else_can_lock_the_user_out(app: App) -> None:
    for _ in range(3 * FREE_ATTEMPTS):
        with pytest.raises(BadCredentials):
            await app.log_in("000000", "wrong password")
    await app.log_in(app.code())


async def test_row_7_codes_are_counted_by_address_where_one_is_judged_and_nowhere_else(world: World) -> None:
    ada = await app_of(world, await world.person("Ada"))
    bob = await app_of(world, await world.person("Bob"))
    await world.person("Cy")
    shared = Device("test", "203.0.113.9")

    async def log_in(name: str, code: str | None) -> None:
        await world.app.accounts.log_in(name, PASSWORD, shared, code)

    for _ in range(CODE.attempts + 1):
        await log_in("Cy", "000000x")
        with pytest.raises(SecondFactorNeeded):
            await log_in("Ada", None)
    for _ in range(CODE.attempts // 3):
        await log_in("Ada", ada.code())  # or the user would have to wait before the address has to
        world.clock.advance(30)
        for _ in range(3):
            with pytest.raises(BadCredentials):
                await log_in("Ada", "000000x")
    with pytest.raises(RateLimited) as refused:
        await log_in("Bob", bob.code())
    assert refused.value.details["retry_after"] == CODE.seconds_left(world.clock.now())
    await bob.log_in(bob.code())
    await log_in("Cy", None)


async def test_until_it_is_confirmed_a_log_in_asks_for_nothing(world: World) -> None:
    ada = await world.person("Ada")
    await world.app.second_factors.begin(ada.id, ada.name, PASSWORD)
    assert await world.app.second_factors.codes_left(ada.id) is None
    with pytest.raises(BadCredentials):
        await world.app.second_factors.confirm(ada.id, "000000x")
    await world.app.accounts.log_in("Ada", PASSWORD, DEVICE)


async def test_setting_up_needs_the_password_and_turning_off_a_code_as_well(app: App) -> None:
    factors, ada = app.world.app.second_factors, app.person
    with pytest.raises(BadCredentials):
        await factors.begin(ada.id, ada.name, "wrong password")
    with pytest.raises(Conflict):
        await factors.begin(ada.id, ada.name, PASSWORD)
    with pytest.raises(Conflict):
        await factors.confirm(ada.id, app.code())
    with pytest.raises(BadCredentials):
        await factors.turn_off(ada.id, "wrong password", app.code())
    with pytest.raises(BadCredentials):
        await factors.turn_off(ada.id, PASSWORD, "000000x")
    await factors.turn_off(ada.id, PASSWORD, app.code())
    await app.log_in(None)
    with pytest.raises(BadRequest):
        await factors.turn_off(ada.id, PASSWORD, app.code())


async def test_a_reset_of_the_password_does_not_turn_it_off(app: App) -> None:
    await app.world.app.recovery.write({"purpose": "reset", "email": "ada@example.org"})
    await app.world.app.recovery.reset(app.world.outside.mail.token(), "another long one")
    with pytest.raises(SecondFactorNeeded):
        await app.log_in(None, "another long one")


async def test_with_another_pepper_a_secret_is_sealed_anew_at_its_next_use(app: App) -> None:
    outside = app.world.outside
    outside.totp = PepperedTotp({"2": b"q" * 32, "": b"p" * 32})
    app.world.app = app.world.again()
    await app.log_in(app.code())
    outside.totp = PepperedTotp({"2": b"q" * 32})
    app.world.app = app.world.again()
    app.world.clock.advance(60)
    await app.log_in(app.code())


async def test_where_the_pepper_is_lost_recovery_codes_still_work(app: App) -> None:
    app.world.outside.totp = PepperedTotp({"2": b"q" * 32})
    app.world.app = app.world.again()
    with pytest.raises(BadCredentials):
        await app.log_in(app.code())
    await app.log_in(app.codes[0])
