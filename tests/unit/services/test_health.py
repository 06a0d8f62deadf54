"""Health: what administrators see of the stores and of the flushes."""

import asyncio
from itertools import count

import pytest

from chalicelib.domain.samples import HOUR_US, MINUTE_US, Period, Sample, start_of
from chalicelib.errors import Forbidden, Unavailable
from chalicelib.repositories.base import Probe
from chalicelib.services import health
from chalicelib.services.health import FlushHealth, StoreHealth, StoreState
from tests.parley import World


@pytest.fixture
def now(world: World) -> int:
    """Half a minute past a minute, twenty minutes past an hour, which is the time of the world as well."""
    now = start_of(world.clock.now(), HOUR_US) + 20 * MINUTE_US
    world.clock.set(now + MINUTE_US // 2)
    return now


async def flushes(world: World, period: Period) -> FlushHealth:
    boss = await world.person("boss")
    found = (await world.app.health.report(boss.id, period)).flushes
    assert found is not None
    return found


def probe(world: World, *seconds: float) -> Probe:
    """A store that takes so long for its first answer, its second, and so on."""
    takes = iter(seconds)

    async def ask() -> None:
        world.clock.advance(next(takes))

    return ask


async def test_a_store_that_is_away_is_named_with_how_and_the_others_with_how_fast_they_are(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "BOUND_SECONDS", 0.01)

    async def silent() -> None:
        await asyncio.Event().wait()

    world.stores.mongodb.away = True
    world.stores.probes = {
        "quick": probe(world, 0.9, 0.25),
        "away": world.stores.mongodb.ping,
        "silent": silent,
    }
    assert await world.again().health.stores() == {
        # What connecting took is no part of it.
        "quick": StoreHealth(StoreState.OK, 250.0),
        "away": StoreHealth(StoreState.UNAVAILABLE),
        "silent": StoreHealth(StoreState.TIMEOUT),
    }


async def test_the_report_comes_where_the_store_that_remembers_flushes_is_away(world: World) -> None:
    boss = await world.person("boss")
    world.stores.mongodb.away = True
    report = await world.app.health.report(boss.id, Period.HOUR)
    assert report.flushes is None
    assert report.stores["mongodb"] == StoreHealth(StoreState.UNAVAILABLE)
    assert report.stores["postgres"].state is StoreState.OK


async def test_only_administrators_get_it_and_nobody_where_no_store_tells_who_is_one(world: World) -> None:
    boss, ada = await world.person("boss"), await world.person("ada")
    with pytest.raises(Forbidden):
        await world.app.health.report(ada.id, Period.HOUR)
    world.stores.postgres.away = True
    with pytest.raises(Unavailable):
        await world.app.health.report(boss.id, Period.HOUR)


async def test_an_hour_is_shown_by_the_minute_up_to_the_last_flush(world: World, now: int) -> None:
    await world.stores.samples.add(
        {
            now - 61 * MINUTE_US: Sample(messages=99),
            now - 60 * MINUTE_US: Sample(3, 4, 0, 0, 30),
            # Nobody flushed here; what was said was counted later.
            now - 5 * MINUTE_US: Sample(messages=8),
            now - MINUTE_US: Sample(1, 2, 3, 2, 600),
            now: Sample(messages=1),
        }
    )
    found = await flushes(world, Period.HOUR)
    assert (found.since, found.until, found.step) == (now - 60 * MINUTE_US, now, MINUTE_US)
    assert found.latest == (now - MINUTE_US, Sample(1, 2, 3, 2, 600))
    assert [(it.at, it.messages, it.events, it.failures, it.buffer_age) for it in found.points] == [
        (now - 60 * MINUTE_US, 3, 4, 0, 30),
        (now - 5 * MINUTE_US, 8, 0, 0, None),
    ]


@pytest.mark.parametrize(("period", "step"), [(Period.DAY, 10 * MINUTE_US), (Period.WEEK, HOUR_US)])
async def test_longer_ones_are_shown_by_what_was_usual_in_a_minute_and_worst(
    world: World, now: int, period: Period, step: int
) -> None:
    minutes = step // MINUTE_US
    begun = start_of(now - MINUTE_US, step)
    known = {
        begun - minutes * MINUTE_US: Sample(3 * minutes, 2 * minutes, 1, 0, 7),
        begun - MINUTE_US: Sample(0, 0, 4, 9, 70),
    }
    # The last span is not over: it counts by the minutes of it that are.
    known |= {at: Sample(5, 6, 0, 0, 8) for at in range(begun, now, MINUTE_US)}
    await world.stores.samples.add(known | {now: Sample(50, 60, 0, 0, 80)})
    found = await flushes(world, period)
    assert [(it.at, it.messages, it.events, it.failures, it.buffer_age) for it in found.points] == [
        (begun - step, 3, 2, 5, 70),
        (begun, 5, 6, 0, 8),
    ]


async def test_where_nothing_was_flushed_for_an_hour_there_is_no_last_flush(world: World, now: int) -> None:
    await world.stores.samples.add({now - 90 * MINUTE_US: Sample(1, 1, 0, 0, 0)})
    found = await flushes(world, Period.DAY)
    assert found.latest is None
    assert len(found.points) == 1


@pytest.mark.parametrize("period", list(Period))
async def test_an_answer_stays_small(world: World, now: int, period: Period) -> None:
    every = count(now, -MINUTE_US)
    await world.stores.samples.add({next(every): Sample(1, 1, 0, 0, 1) for _ in range(8 * 24 * 60)})
    found = await flushes(world, period)
    assert 60 <= len(found.points) <= 169
    assert {(it.messages, it.events) for it in found.points} == {(1, 1)}
