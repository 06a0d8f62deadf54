"""What a user may send over all sockets, counted by environments that know of each other every few seconds only."""

import pytest

from chalicelib.domain.connections import RATE_FRAMES, RATE_WINDOW_US, USER_FRAMES
from chalicelib.errors import RateLimited
from chalicelib.services.rates import WRITE_SECONDS, Rates
from tests.parley import World

ENVIRONMENTS = 4
FRAMES_A_SECOND = 10
"""Of each environment: more than all may have together, and less than each may have alone."""


def environment(world: World) -> Rates:
    return Rates(world.stores.attempts, world.clock)


async def frame(rates: Rates, user: str) -> bool:
    """Count a frame and what follows it; whether it was admitted."""
    try:
        rates.count(user)
    except RateLimited:
        return False
    finally:
        await rates.write()
    return True


async def test_row_24_two_busy_sockets_of_a_user_use_up_what_a_third_would_send(world: World) -> None:
    ada, grace = await world.person("ada"), await world.person("grace")
    sockets = [await world.socket(ada) for _ in range(3)]
    for here in sockets[:2]:
        for _ in range(RATE_FRAMES - 2):
            await world.of(here)
    await world.of(sockets[2])  # with the three resumes that makes USER_FRAMES
    with pytest.raises(RateLimited, match="all your devices"):
        await world.of(sockets[2])
    await world.of(await world.socket(grace))
    world.clock.advance(RATE_WINDOW_US / 1e6)
    await world.of(sockets[2])


async def test_row_24_environments_together_admit_no_more_than_is_sent_between_two_writes(world: World) -> None:
    environments = [environment(world) for _ in range(ENVIRONMENTS)]
    admitted = 0
    for _ in range(RATE_WINDOW_US // 1_000_000):
        for _ in range(FRAMES_A_SECOND):
            admitted += sum([await frame(it, "ada") for it in environments])
        world.clock.advance(1)
    overshoot = ENVIRONMENTS * FRAMES_A_SECOND * (WRITE_SECONDS + 1)  # the clock of the test goes by seconds
    assert USER_FRAMES <= admitted <= USER_FRAMES + overshoot
    assert admitted < RATE_WINDOW_US // 1_000_000 * FRAMES_A_SECOND * ENVIRONMENTS


async def test_frames_are_written_once_in_a_few_seconds_and_not_one_by_one(world: World) -> None:
    rates = environment(world)
    world.stores.mongodb.calls.clear()
    for _ in range(50):
        await frame(rates, "ada")
    assert not world.stores.mongodb.calls
    world.clock.advance(WRITE_SECONDS)
    await frame(rates, "ada")
    await frame(rates, "ada")
    assert world.stores.mongodb.calls == {"attempts.add": 1}


async def test_who_is_refused_is_told_when_the_minute_is_over(world: World) -> None:
    rates = environment(world)
    world.clock.advance(20)
    for _ in range(USER_FRAMES):
        rates.count("ada")
    with pytest.raises(RateLimited) as refused:
        rates.count("ada")
    assert refused.value.details == {"retry_after": 40}
    world.clock.advance(40)
    rates.count("ada")
