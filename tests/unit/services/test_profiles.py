"""Profiles, and who may register."""

from dataclasses import replace

import pytest

from chalicelib.domain.invites import Registration
from chalicelib.errors import BadRequest, Conflict, Forbidden, NotFound, Unauthenticated
from tests.parley import CONFIG, DEVICE, PASSWORD, World


async def test_who_watches_a_user_and_the_users_own_devices_see_the_new_profile(world: World) -> None:
    ada, bob, cleo = [await world.person(name) for name in ("Ada", "Bob", "Cleo")]
    await world.room(ada, bob, cleo)
    own, watching, other = [await world.socket(it) for it in (ada, bob, cleo)]
    await world.app.presence.watch(await world.of(watching), [ada.id])
    for it in (own, watching, other):
        world.callbacks.frames[it].clear()
    account = await world.app.profiles.change(ada.id, " Ada  Lovelace ", 2, "Counting 👩‍💻")
    assert (account.name, account.colour, account.status) == ("Ada Lovelace", 2, "Counting 👩‍💻")
    user = {"id": ada.id, "name": "Ada Lovelace", "colour": 2, "status": "Counting 👩‍💻", "deleted": False}
    for it in (own, watching):
        assert world.callbacks.frames[it] == [{"type": "profile.updated", "user": user}]
    assert world.callbacks.frames[other] == []


async def test_the_first_screen_of_others_shows_the_new_profile(world: World) -> None:
    ada, bob = await world.person("Ada"), await world.person("Bob")
    await world.room(ada, bob)
    await world.app.profiles.change(ada.id, None, None, "Away")
    screen = await world.app.rooms.first_screen(await world.app.accounts.me(bob.caller))
    assert [it.status for it in screen.users if it.id == ada.id] == ["Away"]


async def test_a_profile_that_is_refused_changes_nothing(world: World) -> None:
    ada, _ = await world.person("Ada"), await world.person("Bob")
    for name, status, refusal in (
        ("bob", None, Conflict),
        ("a@b", None, BadRequest),
        (None, "right\u202eleft", BadRequest),
        (None, "nul\0", BadRequest),
    ):
        with pytest.raises(refusal):
            await world.app.profiles.change(ada.id, name, 1, status)
    account = await world.app.accounts.me(ada.caller)
    assert (account.name, account.colour, account.status) == ("Ada", None, "")
    with pytest.raises(Unauthenticated):
        await world.app.profiles.change(world.id(), "Nobody", None, None)


async def test_a_store_that_is_away_while_others_are_told_does_not_undo_the_change(world: World) -> None:
    ada = await world.person("Ada")
    world.stores.mongodb.away = True
    await world.app.profiles.change(ada.id, None, None, "Away")
    world.stores.mongodb.away = False
    assert (await world.app.accounts.me(ada.caller)).status == "Away"


async def register(world: World, name: str, invite: str | None = None) -> str:
    tokens = await world.app.accounts.register(name, f"{name}@example.org", PASSWORD, DEVICE, invite)
    return tokens.account.id


@pytest.mark.parametrize("rule", [Registration.INVITE, Registration.CLOSED])
async def test_the_first_one_registers_whatever_the_rule_and_the_next_one_does_not(rule: Registration) -> None:
    world = World(replace(CONFIG, registration=rule))
    assert await world.app.accounts.registration() is Registration.OPEN
    await register(world, "Ada")
    assert await world.app.accounts.registration() is rule
    with pytest.raises(Forbidden):
        await register(world, "Bob")
    assert await world.app.accounts.registration() is rule


async def test_an_invitation_lets_its_readers_in_until_it_is_revoked_used_up_or_over() -> None:
    world = World(replace(CONFIG, registration=Registration.INVITE))
    ada = await register(world, "Ada")
    made = await world.app.invites.create(ada, hours=1, uses=2)
    assert made.token not in str(world.stores.invites)
    bob = await register(world, "Bob", made.token)
    assert [it.uses_left for it in await world.app.invites.usable(ada)] == [1]
    with pytest.raises(Forbidden):
        await world.app.invites.revoke(bob, made.invite.id)
    with pytest.raises(NotFound):
        await world.app.invites.revoke(ada, bob)
    await world.app.invites.revoke(ada, made.invite.id)
    late = await world.app.invites.create(ada, hours=1, uses=1)
    world.clock.advance(3_600)
    for token in (made.token, late.token, "guessed"):
        with pytest.raises(Forbidden):
            await register(world, "Cleo", token)
    assert await world.app.invites.usable(ada) == []


async def test_where_nobody_may_register_nobody_can_be_invited() -> None:
    world = World(replace(CONFIG, registration=Registration.CLOSED))
    ada = await register(world, "Ada")
    with pytest.raises(Forbidden):
        await world.app.invites.create(ada, hours=1, uses=1)
