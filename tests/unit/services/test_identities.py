"""Signing in with an identity provider while what lets somebody in is taken away."""

from dataclasses import replace

import pyotp
import pytest

from chalicelib.config import ProviderSettings
from chalicelib.domain.audit import AuditFilter, AuditKind
from chalicelib.domain.identities import NotLetIn, Refused, Step
from chalicelib.errors import BadCredentials, Unauthenticated
from chalicelib.services.accounts import Tokens
from chalicelib.services.identities import Return, Unfinished
from tests.parley import CONFIG, DEVICE, PASSWORD, Person, World

ISSUER = "https://id.example.org"


@pytest.fixture
def world() -> World:
    return World(replace(CONFIG, provider=ProviderSettings(ISSUER, "parley", "secret", "Example")))


async def sign_in(world: World) -> Tokens | Unfinished:
    """Go to the provider and come back from it."""
    departure = await world.app.identities.depart(None, connect=False)
    state = departure.address.partition("state=")[2]
    return await world.app.identities.arrive(departure.sealed, Return(state, "code", ISSUER, None), DEVICE)


async def connected(world: World) -> tuple[Person, str]:
    """Somebody with a password whom the provider knows; the id of the identity."""
    ada = await world.person("Ada")
    asked = await sign_in(world)
    assert isinstance(asked, Unfinished)
    await world.app.identities.connect(ada.id, asked.sealed)
    (identity,) = await world.app.identities.of_user(ada.id)
    return ada, identity.id


async def code(world: World, user: Person) -> str:
    """A code of the second factor that is turned on with this."""
    setup = await world.app.second_factors.begin(user.id, user.name, PASSWORD)
    totp = pyotp.TOTP(setup.secret)
    await world.app.second_factors.confirm(user.id, totp.at(world.clock.now() // 1_000_000))
    world.clock.advance(60)
    return totp.at(world.clock.now() // 1_000_000)


async def test_a_session_that_began_while_its_identity_was_disconnected_does_not_outlive_it(world: World) -> None:
    ada, identity = await connected(world)

    async def disconnect() -> None:
        await world.app.identities.disconnect(ada.id, identity)

    # The identity was found, and then it is disconnected before the session is stored.
    world.stores.postgres.before["sessions.add"] = disconnect
    with pytest.raises(NotLetIn) as refused:
        await sign_in(world)
    assert refused.value.why is Refused.EXPIRED
    assert [it.session.id for it in await world.app.sessions.of_user(ada.id)] == [ada.caller.session.id]


async def test_a_code_that_comes_while_its_identity_is_disconnected_lets_nobody_in(world: World) -> None:
    ada, identity = await connected(world)
    right = await code(world, ada)
    asked = await sign_in(world)
    assert isinstance(asked, Unfinished)
    assert asked.step is Step.CODE

    async def disconnect() -> None:
        await world.app.identities.disconnect(ada.id, identity)

    world.stores.postgres.before["sessions.add"] = disconnect
    with pytest.raises(Unauthenticated):
        await world.app.identities.enter(asked.sealed, right, DEVICE)
    assert [it.session.id for it in await world.app.sessions.of_user(ada.id)] == [ada.caller.session.id]


async def test_a_code_that_comes_after_its_identity_was_disconnected_is_not_used_up(world: World) -> None:
    ada, identity = await connected(world)
    right = await code(world, ada)
    asked = await sign_in(world)
    assert isinstance(asked, Unfinished)
    await world.app.identities.disconnect(ada.id, identity)
    with pytest.raises(Unauthenticated):
        await world.app.identities.enter(asked.sealed, right, DEVICE)
    await world.app.accounts.log_in("Ada", PASSWORD, DEVICE, right)


async def test_an_identity_that_is_connected_again_is_another_one_to_who_waits_for_a_code(world: World) -> None:
    ada, identity = await connected(world)
    right = await code(world, ada)
    waiting = await sign_in(world)
    await world.app.identities.disconnect(ada.id, identity)
    asked = await sign_in(world)
    assert isinstance(waiting, Unfinished)
    assert isinstance(asked, Unfinished)
    await world.app.identities.connect(ada.id, asked.sealed)
    with pytest.raises(Unauthenticated):
        await world.app.identities.enter(waiting.sealed, right, DEVICE)


async def test_while_its_identity_stays_connected_somebody_is_let_in(world: World) -> None:
    ada, _ = await connected(world)
    tokens = await sign_in(world)
    assert isinstance(tokens, Tokens)
    assert tokens.account.id == ada.id
    right = await code(world, ada)
    asked = await sign_in(world)
    assert isinstance(asked, Unfinished)
    entered = await world.app.identities.enter(asked.sealed, right, DEVICE)
    sessions = {it.session.id for it in await world.app.sessions.of_user(ada.id)}
    assert sessions == {ada.caller.session.id, tokens.session, entered.session}


async def test_a_wrong_code_is_in_the_audit_log_and_the_right_one_still_counts(world: World) -> None:
    ada, _ = await connected(world)
    right = await code(world, ada)
    asked = await sign_in(world)
    assert isinstance(asked, Unfinished)
    with pytest.raises(BadCredentials):
        await world.app.identities.enter(asked.sealed, "000000" if right != "000000" else "111111", DEVICE)
    found, _ = await world.app.audit.page(ada.id, AuditFilter(kind=AuditKind.LOGIN_REFUSED), None)
    assert [(it.target, it.detail) for it in found] == [(ada.id, "code")]
    await world.app.identities.enter(asked.sealed, right, DEVICE)
