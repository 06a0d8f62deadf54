import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from chalicelib.domain.credentials import HOUR_US, LIFETIME_US, TOKENS_PER_HOUR, OneTimeToken, Purpose
from chalicelib.errors import Conflict
from chalicelib.repositories.base import MovedEmail
from tests.contract.conftest import Environment
from tests.contract.made import NOW, new_id, session, stored_account, stored_user


def token(user: str, purpose: Purpose = Purpose.RESET, *, email: str = "a@example.org", at: int = NOW) -> OneTimeToken:
    return OneTimeToken(new_id(), user, purpose, email, at)


async def test_a_reset_sets_the_password_ends_all_sessions_and_uses_all_tokens_up(environment: Environment) -> None:
    user = await stored_user(environment)
    here = session(user)
    await environment.sessions.add(here, NOW, "agent", "address")
    used, other = token(user), token(user, Purpose.EMAIL)
    assert await environment.credentials.add_token(used)
    assert await environment.credentials.add_token(other)
    outcome = await environment.credentials.reset_password(used.digest, "new hash", NOW + 1)
    assert outcome is not None
    assert outcome.user == user
    assert outcome.change is not None
    account = await environment.users.account(user)
    assert account is not None
    assert account.password_hash == "new hash"
    assert (await environment.outbox.snapshot(user, NOW)).sessions == frozenset()
    assert await environment.credentials.reset_password(used.digest, "newer", NOW + 1) is None
    assert await environment.credentials.confirm_email(other.digest, NOW + 1) is None


async def test_a_reset_of_a_user_without_sessions_changes_no_access(environment: Environment) -> None:
    made = token(await stored_user(environment))
    await environment.credentials.add_token(made)
    outcome = await environment.credentials.reset_password(made.digest, "hash", NOW)
    assert outcome is not None
    assert outcome.change is None


async def test_of_those_who_use_a_token_at_once_one_does(environments: Sequence[Environment]) -> None:
    made = token(await stored_user(environments[0]))
    await environments[0].credentials.add_token(made)
    outcomes = await asyncio.gather(
        *(it.credentials.reset_password(made.digest, f"hash {n}", NOW) for n, it in enumerate(environments))
    )
    winners = [n for n, it in enumerate(outcomes) if it is not None]
    assert len(winners) == 1
    account = await environments[0].users.account(made.user)
    assert account is not None
    assert account.password_hash == f"hash {winners[0]}"


@pytest.mark.parametrize("purpose", list(Purpose))
async def test_a_token_is_good_for_its_purpose_until_its_time_is_over(
    environment: Environment, purpose: Purpose
) -> None:
    late = token(await stored_user(environment), purpose)
    other = token(await stored_user(environment), purpose)
    for it in (late, other):
        await environment.credentials.add_token(it)
    confirm, reset = environment.credentials.confirm_email, environment.credentials.reset_password
    over = NOW + LIFETIME_US[purpose]
    if purpose is Purpose.EMAIL:
        assert await confirm(late.digest, over) is None
        assert await reset(other.digest, "hash", NOW) is None
    else:
        assert await reset(late.digest, "hash", over) is None
        assert await confirm(other.digest, NOW) is None
    assert await confirm(new_id(), NOW) is None


async def test_so_many_tokens_an_hour_and_purpose_and_no_more(environment: Environment) -> None:
    user = await stored_user(environment)
    for n in range(TOKENS_PER_HOUR):
        assert await environment.credentials.add_token(token(user, at=NOW + n))
    assert not await environment.credentials.add_token(token(user, at=NOW + HOUR_US - 1))
    assert await environment.credentials.add_token(token(user, Purpose.EMAIL))
    assert await environment.credentials.add_token(token(user, at=NOW + HOUR_US))


async def test_a_token_that_was_dropped_counts_no_more(environment: Environment) -> None:
    user = await stored_user(environment)
    for _ in range(TOKENS_PER_HOUR + 2):
        made = token(user)
        assert await environment.credentials.add_token(made)
        await environment.credentials.drop_token(made.digest)
    assert await environment.credentials.reset_password(made.digest, "hash", NOW) is None


async def test_expired_tokens_are_forgotten_and_others_are_not(environment: Environment) -> None:
    early = NOW // 2
    old, new = token(await stored_user(environment), at=early), token(await stored_user(environment))
    for it in (old, new):
        await environment.credentials.add_token(it)
    await environment.credentials.drop_expired(early + HOUR_US + LIFETIME_US[Purpose.RESET])
    assert await environment.credentials.reset_password(old.digest, "hash", early) is None
    assert await environment.credentials.reset_password(new.digest, "hash", NOW) is not None


async def test_a_confirmed_email_is_the_accounts_from_then_on(environment: Environment) -> None:
    before = await stored_account(environment)
    email = f"{new_id()}@example.org"
    made, reset = token(before.id, Purpose.EMAIL, email=email), token(before.id)
    for it in (made, reset):
        await environment.credentials.add_token(it)
    moved = await environment.credentials.confirm_email(made.digest, NOW)
    assert moved == MovedEmail(before.id, before.name, before.email, email)
    assert await environment.users.account(before.id) == replace(before, email=email)
    assert await environment.credentials.confirm_email(made.digest, NOW) is None
    # It was sent to the address before.
    assert await environment.credentials.reset_password(reset.digest, "hash", NOW) is None


async def test_an_email_that_was_taken_meanwhile_is_a_conflict_and_changes_nothing(environment: Environment) -> None:
    ada, bob = await stored_account(environment), await stored_account(environment)
    made = token(ada.id, Purpose.EMAIL, email=bob.email.upper())
    await environment.credentials.add_token(made)
    for _ in range(2):
        with pytest.raises(Conflict) as refused:
            await environment.credentials.confirm_email(made.digest, NOW)
        assert refused.value.details == {"field": "email"}
    assert await environment.users.account(ada.id) == ada


async def test_a_change_of_the_password_ends_the_other_sessions_and_tokens(environment: Environment) -> None:
    user = await stored_user(environment)
    here, there = session(user), session(user)
    for it in (here, there):
        await environment.sessions.add(it, NOW, "agent", "address")
    made = token(user)
    await environment.credentials.add_token(made)
    assert await environment.credentials.change_password(user, "new hash", here.id) is not None
    assert (await environment.outbox.snapshot(user, NOW)).sessions == frozenset((here.id,))
    assert await environment.credentials.reset_password(made.digest, "hash", NOW) is None
    assert await environment.credentials.change_password(user, "newer hash", here.id) is None
    account = await environment.users.account(user)
    assert account is not None
    assert account.password_hash == "newer hash"
