"""Registering, logging in, refreshing, logging out."""

import asyncio

import pytest

from chalicelib.domain.sessions import ABSOLUTE_US, GRACE_US, IDLE_US
from chalicelib.errors import BadCredentials, BadRequest, Conflict, Unauthenticated
from tests.fakes.tables import Tables
from tests.fakes.users import FakeUsers
from tests.parley import DEVICE, PASSWORD, World


async def test_a_new_account_is_logged_in_and_can_log_in_again_by_name_or_email(world: World) -> None:
    ada = await world.person("Ada Lovelace")
    for login in ("ada LOVELACE", "ada.lovelace@EXAMPLE.org", " Ada Lovelace "):
        tokens = await world.app.accounts.log_in(login, PASSWORD, DEVICE)
        assert tokens.account.id == ada.id


async def test_a_name_or_email_in_use_is_refused_whatever_its_case(world: World) -> None:
    await world.person("Ada")
    for name, email, field in (("ADA", "new@example.org", "name"), ("Grace", "ADA@example.org", "email")):
        with pytest.raises(Conflict) as refused:
            await world.app.accounts.register(name, email, PASSWORD, DEVICE)
        assert refused.value.details["field"] == field


async def test_two_who_register_one_name_at_once_get_one_account(world: World) -> None:
    attempts = (world.app.accounts.register("Ada", f"{number}@example.org", PASSWORD, DEVICE) for number in range(5))
    outcomes = await asyncio.gather(*attempts, return_exceptions=True)
    assert [type(it) for it in outcomes].count(Conflict) == 4


async def test_a_password_of_the_wrong_length_makes_no_account(world: World) -> None:
    with pytest.raises(BadRequest):
        await world.app.accounts.register("Ada", "ada@example.org", "short", DEVICE)
    await world.person("Ada")


async def test_a_wrong_password_and_an_unknown_account_cannot_be_told_apart(world: World) -> None:
    await world.person("Ada")
    refusals = []
    for login, password in (("Ada", "wrong password"), ("Nobody", PASSWORD)):
        world.outside.passwords.verifications = 0
        with pytest.raises(BadCredentials) as refused:
            await world.app.accounts.log_in(login, password, DEVICE)
        refusals.append((refused.value.message, refused.value.details, world.outside.passwords.verifications))
    assert refusals[0] == refusals[1]
    assert refusals[0][2] == 1


async def test_a_hash_of_a_lower_cost_is_renewed_at_the_next_log_in(world: World) -> None:
    world.outside.passwords.cost = 10
    ada = await world.person("Ada")
    world.outside.passwords.cost = 12
    await world.app.accounts.log_in("Ada", PASSWORD, DEVICE)
    account = await world.stores.users.account(ada.id)
    assert account is not None
    assert account.password_hash.startswith("hash$12$")


async def test_a_refresh_replaces_the_token(world: World) -> None:
    ada = await world.person("Ada")
    renewed = await world.app.accounts.refresh(ada.refresh, DEVICE)
    assert renewed.refresh not in {None, ada.refresh}
    assert (await world.app.accounts.authenticate(renewed.access)).user == ada.id


async def test_two_tabs_that_refresh_at_once_both_go_on(world: World) -> None:
    ada = await world.person("Ada")
    tokens = await asyncio.gather(*(world.again().accounts.refresh(ada.refresh, DEVICE) for _ in range(2)))
    assert sorted(it.refresh is None for it in tokens) == [False, True]
    newest = next(it.refresh for it in tokens if it.refresh)
    assert (await world.app.accounts.refresh(newest, DEVICE)).refresh


async def test_a_token_used_again_later_ends_the_session_and_its_sockets(world: World) -> None:
    ada = await world.person("Ada")
    here = await world.socket(ada)
    renewed = await world.app.accounts.refresh(ada.refresh, DEVICE)
    world.clock.advance(GRACE_US / 1e6 + 1)
    with pytest.raises(Unauthenticated):
        await world.app.accounts.refresh(ada.refresh, DEVICE)
    assert renewed.refresh is not None
    with pytest.raises(Unauthenticated):
        await world.app.accounts.refresh(renewed.refresh, DEVICE)
    assert world.callbacks.closed == [here]


@pytest.mark.parametrize("token", ["", "nothing", "a.b", "01ARYZ6S41TSV4RRFFQ69G5FAV.secret"])
async def test_what_is_no_refresh_token_is_refused(world: World, token: str) -> None:
    with pytest.raises(Unauthenticated):
        await world.app.accounts.refresh(token, DEVICE)


async def test_a_session_left_idle_ends_and_one_in_use_ends_at_last(world: World) -> None:
    ada = await world.person("Ada")
    token = ada.refresh
    day = 24 * 3600.0
    for _ in range(int(ABSOLUTE_US / 1e6 / day) // 10):
        world.clock.advance(10 * day - 1)
        token = (await world.app.accounts.refresh(token, DEVICE)).refresh or ""
    world.clock.advance(10 * day)
    with pytest.raises(Unauthenticated):
        await world.app.accounts.refresh(token, DEVICE)
    grace = await world.person("Grace")
    world.clock.advance(IDLE_US / 1e6)
    with pytest.raises(Unauthenticated):
        await world.app.accounts.refresh(grace.refresh, DEVICE)


async def test_after_a_logout_nothing_of_the_session_works(world: World) -> None:
    ada = await world.person("Ada")
    await world.app.accounts.log_out(ada.refresh)
    with pytest.raises(Unauthenticated):
        await world.app.accounts.authenticate(ada.access)
    with pytest.raises(Unauthenticated):
        await world.app.accounts.refresh(ada.refresh, DEVICE)
    await world.app.accounts.log_out(ada.refresh)
    await world.app.accounts.log_out(None)


async def test_a_token_that_is_not_the_sessions_does_not_end_it(world: World) -> None:
    ada = await world.person("Ada")
    await world.app.accounts.log_out(f"{ada.caller.session.id}.guessed")
    await world.app.accounts.authenticate(ada.access)


async def test_no_token_is_stored_as_it_is(world: World) -> None:
    ada = await world.person("Ada")
    session = await world.stores.sessions.get(ada.caller.session.id)
    assert session is not None
    assert ada.refresh.partition(".")[2] not in str(session)


async def test_an_account_that_vanished_has_no_session_left(world: World) -> None:
    ada = await world.person("Ada")
    assert (await world.app.accounts.me(ada.caller)).name == "Ada"
    world.stores.users = FakeUsers(world.stores.postgres, Tables())
    accounts = world.again().accounts
    with pytest.raises(Unauthenticated):
        await accounts.me(ada.caller)
    with pytest.raises(Unauthenticated):
        await accounts.refresh(ada.refresh, DEVICE)
