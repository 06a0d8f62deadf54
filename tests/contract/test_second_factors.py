import asyncio
from collections.abc import Sequence

from chalicelib.domain.second_factors import FREE_ATTEMPTS, WAIT_MAX_SECONDS, WAIT_SECONDS, SecondFactor
from tests.contract.conftest import Environment
from tests.contract.made import NOW, SECOND, new_id, stored_user


async def confirmed(environment: Environment, *digests: str) -> str:
    """A user with a second factor."""
    user = await stored_user(environment)
    assert await environment.second_factors.begin(user, "sealed")
    assert await environment.second_factors.confirm(user, digests)
    return user


async def test_a_secret_can_be_replaced_until_it_is_confirmed(environment: Environment) -> None:
    user = await stored_user(environment)
    factors = environment.second_factors
    assert await factors.get(user) is None
    assert not await factors.confirm(user, [])
    for sealed in ("one", "two"):
        assert await factors.begin(user, sealed)
    assert await factors.get(user) == SecondFactor("two", confirmed=False, codes_left=0)
    assert await factors.confirm(user, ["a", "b"])
    assert not await factors.confirm(user, ["c"])
    assert not await factors.begin(user, "three")
    assert await factors.get(user) == SecondFactor("two", confirmed=True, codes_left=2)
    await factors.reseal(user, "other", "lost")
    await factors.reseal(user, "two", "anew")
    assert await factors.get(user) == SecondFactor("anew", confirmed=True, codes_left=2)
    for _ in range(2):
        await factors.remove(user)
    assert await factors.get(user) is None
    assert await factors.begin(user, "four")


async def test_of_those_who_give_one_code_at_once_one_is_accepted(environments: Sequence[Environment]) -> None:
    user = await confirmed(environments[0], "digest")
    steps = await asyncio.gather(*(it.second_factors.accept(user, 100) for it in environments))
    assert steps.count(True) == 1
    assert not await environments[0].second_factors.accept(user, 99)
    assert await environments[0].second_factors.accept(user, 101)
    codes = await asyncio.gather(*(it.second_factors.use_recovery_code(user, "digest") for it in environments))
    assert codes.count(True) == 1
    assert not await environments[0].second_factors.use_recovery_code(user, "other")


async def test_after_some_wrong_codes_each_further_one_has_to_wait_longer(environment: Environment) -> None:
    user = await confirmed(environment, "digest")
    factors = environment.second_factors
    waits = [await factors.attempt(user, NOW) for _ in range(FREE_ATTEMPTS + 1)]
    assert waits == [0] * FREE_ATTEMPTS + [WAIT_SECONDS * SECOND]
    now = NOW
    for wait in (WAIT_SECONDS, 2 * WAIT_SECONDS, 4 * WAIT_SECONDS):
        assert await factors.attempt(user, now) == wait * SECOND
        assert await factors.attempt(user, now + wait * SECOND - 1) == SECOND
        now += wait * SECOND
        assert not await factors.attempt(user, now)
    for _ in range(5):
        now += WAIT_MAX_SECONDS * SECOND
        assert not await factors.attempt(user, now)
    assert await factors.attempt(user, now) == WAIT_MAX_SECONDS * SECOND


async def test_attempts_made_at_once_all_count(environments: Sequence[Environment]) -> None:
    user = await confirmed(environments[0])
    attempts = [it.second_factors.attempt(user, NOW) for it in (*environments, *environments)]
    assert (await asyncio.gather(*attempts)).count(0) == FREE_ATTEMPTS


async def test_a_right_code_forgives_the_wrong_ones(environment: Environment) -> None:
    user = await confirmed(environment, "digest")
    factors = environment.second_factors
    for _ in range(FREE_ATTEMPTS):
        await factors.attempt(user, NOW)
    assert await factors.accept(user, 1)
    for _ in range(FREE_ATTEMPTS):
        assert not await factors.attempt(user, NOW)
    assert await factors.use_recovery_code(user, "digest")
    assert not await factors.attempt(user, NOW)


async def test_who_has_no_second_factor_has_nothing_to_give_or_to_use(environment: Environment) -> None:
    for user in (new_id(), await stored_user(environment)):
        assert not await environment.second_factors.attempt(user, NOW)
        assert not await environment.second_factors.accept(user, 1)
        assert not await environment.second_factors.use_recovery_code(user, "digest")


async def test_a_deleted_account_has_no_second_factor(environment: Environment) -> None:
    user = await confirmed(environment, "digest")
    await environment.users.delete(user, NOW)
    assert await environment.second_factors.get(user) is None
