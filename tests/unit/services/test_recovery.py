"""Links sent by mail: a new password, another email address."""

from dataclasses import replace

import pytest

from chalicelib.domain.credentials import LIFETIME_US, Purpose
from chalicelib.domain.throttles import MOVE, NOTICE, RESET
from chalicelib.errors import BadCredentials, BadRequest, Conflict, Forbidden, RateLimited, Unauthenticated, Unavailable
from tests.fakes.gateways import COMMON
from tests.parley import CONFIG, DEVICE, ORIGIN, PASSWORD, Person, World

NEW = "another long one"


async def written(world: World) -> list[bool]:
    """Run the invocations of the mail function that were asked for; what each said."""
    asked, world.invoker.invocations[:] = list(world.invoker.invocations), []
    return [await world.app.recovery.write(payload) for function, payload in asked if function == "mail"]


async def reset_token(world: World, person: Person) -> str:
    await world.app.recovery.ask_reset(f"{person.name}@EXAMPLE.org")
    assert await written(world) == [True]
    return world.outside.mail.token()


async def test_a_link_lets_its_reader_choose_a_new_password_once(world: World) -> None:
    ada = await world.person("Ada")
    token = await reset_token(world, ada)
    letter = world.outside.mail.letters[-1]
    assert letter.to == "ada@example.org"
    assert f"{ORIGIN}/reset#token={token}" in letter.text
    await world.app.recovery.reset(token, NEW)
    assert (await world.app.accounts.log_in("Ada", NEW, DEVICE)).account.id == ada.id
    with pytest.raises(BadCredentials):
        await world.app.accounts.log_in("Ada", PASSWORD, DEVICE)
    with pytest.raises(BadRequest):
        await world.app.recovery.reset(token, "yet another one")


async def test_a_reset_ends_all_sessions_and_their_sockets(world: World) -> None:
    ada = await world.person("Ada")
    socket = await world.socket(ada)
    await world.app.recovery.reset(await reset_token(world, ada), NEW)
    assert world.callbacks.closed == [socket]
    with pytest.raises(Unauthenticated):
        await world.app.accounts.authenticate(ada.access)


async def test_a_link_works_for_so_long_and_no_longer(world: World) -> None:
    token = await reset_token(world, await world.person("Ada"))
    world.clock.advance(LIFETIME_US[Purpose.RESET] / 1e6)
    with pytest.raises(BadRequest):
        await world.app.recovery.reset(token, NEW)


@pytest.mark.parametrize("password", [COMMON, "short"])
async def test_a_password_that_is_refused_leaves_the_link_as_it_was(world: World, password: str) -> None:
    token = await reset_token(world, await world.person("Ada"))
    with pytest.raises(BadRequest):
        await world.app.recovery.reset(token, password)
    await world.app.recovery.reset(token, NEW)


async def test_asking_does_the_same_whether_there_is_an_account_or_not(world: World) -> None:
    await world.person("Ada")
    for email in ("ada@example.org", "nobody@example.org"):
        world.stores.postgres.calls.clear()
        await world.app.recovery.ask_reset(email)
        assert world.stores.postgres.calls == {}
    assert await written(world) == [True, False]
    assert len(world.outside.mail.letters) == 1


async def test_nobodys_mailbox_can_be_filled(world: World) -> None:
    await world.person("Ada")
    for _ in range(5):
        await world.app.recovery.ask_reset("ada@example.org")
    assert await written(world) == [True, True, True, False, False]


async def test_a_mail_that_could_not_be_sent_is_tried_again(world: World) -> None:
    await world.person("Ada")
    world.outside.mail.away = True
    for _ in range(5):
        await world.app.recovery.ask_reset("ada@example.org")
        with pytest.raises(Unavailable):
            await written(world)
    world.outside.mail.away = False
    await world.app.recovery.ask_reset("ada@example.org")
    assert await written(world) == [True]


async def test_where_no_mail_can_be_sent_who_asks_is_told(world: World) -> None:
    world.invoker.accepts = False
    with pytest.raises(Unavailable):
        await world.app.recovery.ask_reset("ada@example.org")


async def test_an_email_counts_once_its_link_was_opened_and_the_old_address_is_told(world: World) -> None:
    ada = await world.person("Ada")
    await world.app.recovery.ask_email(ada.id, "new@example.org", PASSWORD, DEVICE.address)
    assert await written(world) == [True]
    assert (await world.app.accounts.me(ada.caller)).email == "ada@example.org"
    assert world.outside.mail.letters[-1].to == "new@example.org"
    await world.app.recovery.confirm_email(world.outside.mail.token())
    assert (await world.app.accounts.me(ada.caller)).email == "new@example.org"
    assert world.outside.mail.letters[-1].to == "ada@example.org"
    await world.app.accounts.log_in("new@example.org", PASSWORD, DEVICE)


async def test_changing_the_email_needs_the_password(world: World) -> None:
    ada = await world.person("Ada")
    with pytest.raises(BadCredentials):
        await world.app.recovery.ask_email(ada.id, "new@example.org", "wrong password", DEVICE.address)
    assert await written(world) == []


async def test_an_address_that_has_an_account_is_told_and_the_asker_is_not(world: World) -> None:
    ada, _ = await world.person("Ada"), await world.person("Bob")
    await world.app.recovery.ask_email(ada.id, "bob@example.org", PASSWORD, DEVICE.address)
    assert await written(world) == [True]
    letter = world.outside.mail.letters[-1]
    assert letter.to == "bob@example.org"
    assert "#token=" not in letter.text


async def test_nobodys_mailbox_can_be_filled_with_what_others_ask_for_either(world: World) -> None:
    await world.person("Ada")
    for name in ("Bob", "Cy", "Di", "Eve"):
        person = await world.person(name)
        await world.app.recovery.ask_email(person.id, "ada@example.org", PASSWORD, DEVICE.address)
    assert await written(world) == [True] * NOTICE.attempts + [False]
    world.clock.advance(3_600)
    await world.app.recovery.ask_email(person.id, "ada@example.org", PASSWORD, DEVICE.address)
    assert await written(world) == [True]


async def test_mails_to_new_addresses_are_counted_by_who_asks_and_by_where(world: World) -> None:
    ada, bob = await world.person("Ada"), await world.person("Bob")
    for number in range(MOVE.attempts):
        await world.app.recovery.ask_email(ada.id, f"new{number}@example.org", PASSWORD, f"198.51.100.{number}")
    with pytest.raises(RateLimited, match="Too many mails"):
        await world.app.recovery.ask_email(ada.id, "more@example.org", PASSWORD, "198.51.100.99")
    for _ in range(RESET.attempts):
        await world.app.throttling.ask_mail("203.0.113.9")
    with pytest.raises(RateLimited):
        await world.app.recovery.ask_email(bob.id, "more@example.org", PASSWORD, "203.0.113.9")


async def test_an_address_that_was_taken_meanwhile_is_a_conflict(world: World) -> None:
    ada = await world.person("Ada")
    await world.app.recovery.ask_email(ada.id, "bob@example.org", PASSWORD, DEVICE.address)
    await written(world)
    await world.person("Bob")
    with pytest.raises(Conflict):
        await world.app.recovery.confirm_email(world.outside.mail.token())


async def test_a_password_is_changed_with_the_current_one_and_ends_the_other_sessions(world: World) -> None:
    ada = await world.person("Ada")
    other = await world.app.accounts.log_in("Ada", PASSWORD, DEVICE)
    session = ada.caller.session.id
    with pytest.raises(BadCredentials):
        await world.app.passwords.change(ada.id, session, "wrong password", NEW)
    with pytest.raises(BadRequest):
        await world.app.passwords.change(ada.id, session, PASSWORD, COMMON)
    await world.app.passwords.change(ada.id, session, PASSWORD, NEW)
    await world.app.accounts.authenticate(ada.access)
    with pytest.raises(Unauthenticated):
        await world.app.accounts.authenticate(other.access)


async def test_a_session_that_began_with_the_password_before_a_reset_does_not_outlive_it(world: World) -> None:
    ada = await world.person("Ada")
    token = await reset_token(world, ada)

    async def reset() -> None:
        await world.app.recovery.reset(token, NEW)

    # The password was verified, and then everything of the reset happens before the session is stored.
    world.stores.postgres.before["sessions.add"] = reset
    with pytest.raises(BadCredentials):
        await world.again().accounts.log_in("Ada", PASSWORD, DEVICE)
    assert await world.app.sessions.of_user(ada.id) == []


async def test_a_link_of_a_user_who_does_not_exist_is_not_written(world: World) -> None:
    assert not await world.app.recovery.write({"purpose": "email", "email": "a@example.org", "user": world.id()})


async def test_without_mail_a_reset_is_refused() -> None:
    with pytest.raises(Forbidden):
        await World(replace(CONFIG, mail_url="")).app.recovery.ask_reset("ada@example.org")
