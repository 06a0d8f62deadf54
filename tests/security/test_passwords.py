"""Passwords, resets and what an answer tells of accounts. Numbers of requirements are those of OWASP ASVS 5."""

import asyncio
from typing import Any

import pytest

from chalicelib.config import load
from chalicelib.errors import BadCredentials
from chalicelib.gateways.passwords import BcryptHasher
from tests.client import PASSWORD, Person
from tests.parley import DEVICE, World
from tests.parley import PASSWORD as WORLD_PASSWORD
from tests.system import System, function_environment
from tests.waiting import until

NEW = "another long password"
SETTINGS = {name: value for name, value in function_environment({}, 8000).items() if name != "BCRYPT_COST"} | {
    "POSTGRES_URL": "postgresql://",
    "MONGODB_URL": "mongodb://",
    "CASSANDRA_HOSTS": "h:1",
    "WEBSOCKET_API_ID": "x",
}
HASHER = BcryptHasher({"": b"p" * 32}, 4)


async def registered(parley: System) -> tuple[Person, str]:
    """A person, and the email of the account."""
    person = await parley.person()
    return person, str((await person.get("/me"))["email"])


async def mailed_token(parley: System, email: str, subject: str) -> str:
    """The token of the link in the mail with that subject, once it has come."""

    async def came() -> bool:
        return any(it.subject == subject for it in parley.mailbox.to(email))

    await until(came)
    mail = next(it for it in reversed(parley.mailbox.to(email)) if it.subject == subject)
    return mail.text.partition("#token=")[2].split()[0]


def body(name: str, password: str) -> dict[str, str]:
    return {"name": name, "email": f"{name}@example.org", "password": password}


async def test_01_passwords_have_8_to_128_characters_and_no_other_rule(parley: System) -> None:
    person = parley.somebody()
    for n, password in enumerate(("🙂" * 64, "a b c d ", "x" * 128, "12 34 5678 ")):
        assert (await person.call("POST", "/auth/register", body(f"rule-{id(parley)}-{n}", password))).status == 201
    for password in ("1234567", "🙂" * 7, "x" * 129):
        assert (await person.call("POST", "/auth/register", body("refused", password))).code() == "bad_request"


@pytest.mark.parametrize(
    ("password", "other"),
    [
        ("x" * 72 + "a", "x" * 72 + "b"),
        ("abcdefgh", "abcdefgh\0ij"),
        ("Passphrase!", "passphrase!"),
        ("e\u0301" * 8, "é" * 8),
    ],
)
async def test_02_passwords_are_verified_exactly(password: str, other: str) -> None:
    stored = await HASHER.hash(password)
    assert await HASHER.verify(password, stored)
    assert not await HASHER.verify(other, stored)


async def test_03_the_cost_is_12_unless_set_and_hashing_leaves_the_event_loop_free() -> None:
    cost = load(SETTINGS).bcrypt_cost
    assert cost == 12
    hashing = asyncio.create_task(BcryptHasher({"": b"p" * 32}, cost).hash(NEW))
    turns = 0
    while not hashing.done():
        await asyncio.sleep(0)
        turns += 1
    assert (await hashing).startswith("$2b$12$")
    assert turns > 10


async def test_03_a_hash_of_a_lower_cost_is_made_anew_at_the_next_log_in(world: World) -> None:
    world.outside.passwords.cost = 10
    ada = await world.person("Ada")
    world.outside.passwords.cost = 12
    await world.app.accounts.log_in("Ada", WORLD_PASSWORD, DEVICE)
    account = await world.stores.users.account(ada.id)
    assert account is not None
    assert account.password_hash.startswith("hash$12$")


@pytest.mark.parametrize("common", ["password", "PASSWORD", "12345678", "qwertyuiop", "iloveyou1"])
async def test_04_common_passwords_are_refused_at_register_change_and_reset(parley: System, common: str) -> None:
    person, email = await registered(parley)
    register = await parley.somebody().call("POST", "/auth/register", body("common", common))
    change = await person.call("POST", "/me/password", {"current": PASSWORD, "password": common})
    await person.post("/auth/reset", {"email": email})
    token = await mailed_token(parley, email, "Choose a new password")
    reset = await person.call("POST", "/auth/reset/confirm", {"token": token, "password": common})
    for answer in (register, change, reset):
        assert answer.code() == "bad_request"
        assert answer.body["error"]["details"] == {"fields": ["password"]}


async def test_05_a_change_of_the_password_needs_the_current_one(parley: System) -> None:
    person, _ = await registered(parley)
    wrong = await person.call("POST", "/me/password", {"current": "wrong password", "password": NEW})
    assert wrong.code() == "bad_credentials"
    assert (await person.call("POST", "/me/password", {"current": PASSWORD, "password": NEW})).status == 204


async def test_06_a_log_in_is_refused_alike_and_costs_the_same_whether_there_is_an_account_or_not(
    parley: System, world: World
) -> None:
    person, _ = await registered(parley)
    answers = [
        await parley.somebody().call("POST", "/auth/login", {"login": it, "password": "wrong password"})
        for it in (person.name, f"no {person.name}")
    ]
    assert (answers[0].status, answers[0].body) == (answers[1].status, answers[1].body)
    await world.person("Ada")
    for login in ("Ada", "Nobody"):
        world.outside.passwords.verifications = 0
        with pytest.raises(BadCredentials):
            await world.app.accounts.log_in(login, "wrong password", DEVICE)
        assert world.outside.passwords.verifications == 1


async def test_06_a_reset_is_answered_alike_whether_the_address_has_an_account_or_not(parley: System) -> None:
    _, email = await registered(parley)
    answers = [
        await parley.somebody().call("POST", "/auth/reset", {"email": it})
        for it in (email, f"no-{email}", email.upper())
    ]
    assert {(it.status, it.body) for it in answers} == {(204, None)}
    await mailed_token(parley, email, "Choose a new password")
    await parley.quiet()
    assert parley.mailbox.to(f"no-{email}") == []


async def test_12_a_reset_ends_all_sessions_closes_their_sockets_and_works_once(parley: System) -> None:
    person, email = await registered(parley)
    await parley.somebody().post("/auth/reset", {"email": email})
    token = await mailed_token(parley, email, "Choose a new password")
    async with person.socket() as socket:
        attempts: list[Any] = await asyncio.gather(
            *(
                parley.somebody().call("POST", "/auth/reset/confirm", {"token": token, "password": f"{NEW} {n}"})
                for n in range(4)
            )
        )
        assert sorted(it.status for it in attempts) == [204, 400, 400, 400]
        await socket.closed()
    assert (await person.call("GET", "/me")).code() == "unauthenticated"
    won = [it.status for it in attempts].index(204)
    login = {"login": person.name, "password": f"{NEW} {won}"}
    assert (await parley.somebody().call("POST", "/auth/login", login)).status == 200


async def test_12_a_change_of_the_password_ends_the_other_sessions_and_closes_their_sockets(parley: System) -> None:
    person, _ = await registered(parley)
    other = await parley.somebody().log_in(person.name)
    async with other.socket() as socket:
        assert (await person.call("POST", "/me/password", {"current": PASSWORD, "password": NEW})).status == 204
        assert (await other.call("GET", "/me")).code() == "unauthenticated"
        await socket.closed()
    assert (await person.call("GET", "/me")).status == 200


async def test_18_links_in_mails_carry_their_token_in_the_fragment(parley: System) -> None:
    person, email = await registered(parley)
    new = f"new-{email}"
    await person.post("/me/email", {"email": new, "password": PASSWORD})
    token = await mailed_token(parley, new, "Confirm your email address")
    text = parley.mailbox.to(new)[-1].text
    assert f"/email#token={token}" in text
    assert (await parley.somebody().call("POST", "/auth/email/confirm", {"token": token})).status == 204
    assert (await person.get("/me"))["email"] == new

    async def old_address_was_told() -> bool:
        return any("changed" in it.subject for it in parley.mailbox.to(email))

    await until(old_address_was_told)
    assert (await parley.somebody().call("POST", "/auth/email/confirm", {"token": token})).code() == "bad_request"
