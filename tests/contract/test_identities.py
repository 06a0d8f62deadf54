import pytest

from chalicelib.domain.accounts import Account
from chalicelib.domain.identities import Identity
from chalicelib.errors import Conflict
from tests.contract.conftest import Environment
from tests.contract.made import NOW, new_id, stored_user

ISSUER = "https://id.example.org"


def identity(user: str, subject: str | None = None, issuer: str = ISSUER) -> Identity:
    return Identity(new_id(), user, issuer, subject or new_id(), "ada@example.org", NOW)


async def test_an_identity_is_found_by_what_its_issuer_calls_it(environment: Environment) -> None:
    mine = identity(await stored_user(environment))
    await environment.identities.add(mine)
    assert await environment.identities.get(ISSUER, mine.subject) == mine
    assert await environment.identities.get("https://other.example.org", mine.subject) is None
    assert await environment.identities.get(ISSUER, "\0") is None
    assert await environment.identities.of_user(mine.user) == [mine]


async def test_an_identity_is_one_users_and_a_user_has_one_of_an_issuer(environment: Environment) -> None:
    mine = identity(await stored_user(environment))
    await environment.identities.add(mine)
    for second in (identity(await stored_user(environment), mine.subject), identity(mine.user)):
        with pytest.raises(Conflict):
            await environment.identities.add(second)
    elsewhere = identity(mine.user, mine.subject, "https://other.example.org")
    await environment.identities.add(elsewhere)
    assert {it.id for it in await environment.identities.of_user(mine.user)} == {mine.id, elsewhere.id}


async def test_only_its_user_disconnects_an_identity(environment: Environment) -> None:
    mine = identity(await stored_user(environment))
    await environment.identities.add(mine)
    assert not await environment.identities.remove(await stored_user(environment), mine.id)
    assert await environment.identities.remove(mine.user, mine.id)
    assert not await environment.identities.remove(mine.user, mine.id)
    assert await environment.identities.get(ISSUER, mine.subject) is None


async def test_a_new_user_comes_with_an_identity_or_not_at_all(environment: Environment) -> None:
    account = Account(new_id(), f"Ada {new_id()}", f"{new_id()}@example.org", "")
    mine = identity(account.id)
    await environment.users.add(account, NOW, None, mine)
    assert await environment.identities.of_user(account.id) == [mine]
    other = Account(new_id(), f"Ada {new_id()}", f"{new_id()}@example.org", "")
    with pytest.raises(Conflict) as refused:
        await environment.users.add(other, NOW, None, identity(other.id, mine.subject))
    assert refused.value.details == {"field": "identity"}
    assert await environment.users.account(other.id) is None


async def test_a_deleted_account_leaves_no_identity(environment: Environment) -> None:
    mine = identity(await stored_user(environment))
    await environment.identities.add(mine)
    assert await environment.users.delete(mine.user, NOW) is not None
    assert await environment.identities.get(ISSUER, mine.subject) is None
