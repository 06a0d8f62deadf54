from dataclasses import replace

import pytest

from infra.scale.quotas import Quotas
from infra.scale.simulation.fan_out import Push, PushOutcome, push

AMPLE = Quotas(requests_per_second=1e6, burst=1e6)
ROOM = Push(1, delivery=0.001, network=0.01, quotas=AMPLE, shard=500)


def total(outcome: PushOutcome) -> int:
    return outcome.delivered[-1][1]


def test_one_recipient_has_it_after_the_work_and_the_way() -> None:
    outcome = push(ROOM)
    assert total(outcome) == 1
    assert outcome.when(1) == pytest.approx(0.011)


def test_the_last_of_a_shard_waits_for_the_work_of_all() -> None:
    outcome = push(replace(ROOM, recipients=50))
    assert outcome.when(1) == pytest.approx(0.011)
    assert outcome.when(50) == pytest.approx(50 * 0.001 + 0.01)


def test_no_more_than_sixty_four_posts_are_under_way() -> None:
    outcome = push(replace(ROOM, recipients=65, delivery=1e-6))
    assert outcome.when(64) == pytest.approx(0.01, rel=0.01)
    assert outcome.when(65) == pytest.approx(0.02, rel=0.01)


def test_shards_work_side_by_side_after_their_cold_start() -> None:
    outcome = push(replace(ROOM, recipients=1_500, cold_start=1))
    first = outcome.within(0.9)
    assert first == 500
    assert outcome.when(1_500) == pytest.approx(1 + 500 * 0.001 + 0.01)


def test_without_a_second_try_exactly_the_quota_is_pushed() -> None:
    outcome = push(replace(ROOM, recipients=30, attempts=1, quotas=Quotas(requests_per_second=1e-9, burst=10)))
    assert (sum(count for _, count in outcome.pushed), outcome.missed, outcome.throttled) == (10, 20, 20)
    assert outcome.fetched == []


@pytest.mark.parametrize("cohort", [1, 8])
@pytest.mark.parametrize("messages", [1, 5])
def test_everybody_has_every_message_once(cohort: int, messages: int) -> None:
    quotas = Quotas(requests_per_second=300, burst=150)
    case = replace(ROOM, recipients=999, quotas=quotas, cohort=cohort, messages=messages, every=1, shard=100)
    outcome = push(replace(case, background=50, seconds=1_000))
    assert total(outcome) == 999 * messages
    assert sum(count for _, count in outcome.fetched) == outcome.missed > 0


def test_no_second_gets_more_than_the_quota() -> None:
    quotas = Quotas(requests_per_second=300, burst=150)
    outcome = push(replace(ROOM, recipients=2_000, quotas=quotas, background=100))
    assert max(outcome.requests.values()) <= 450
    for first in outcome.requests:
        assert sum(outcome.requests.get(first + second, 0) for second in range(10)) <= 150 + 10 * 300


def test_the_same_seed_gives_the_same_fan_out() -> None:
    case = replace(ROOM, recipients=2_000, quotas=Quotas(requests_per_second=300, burst=150))
    assert push(case) == push(case)
    assert push(case).pushed != push(replace(case, seed=2)).pushed


def test_more_tries_push_to_more() -> None:
    case = replace(ROOM, recipients=2_000, quotas=Quotas(requests_per_second=300, burst=150))
    assert push(replace(case, attempts=9)).missed < push(case).missed


def test_cohorts_are_reached_as_single_connections_are() -> None:
    quotas = Quotas(requests_per_second=2_000, burst=1_000)
    case = replace(ROOM, recipients=10_000, quotas=quotas, background=300)
    exact = push(case)
    for cohort, tolerance in ((4, 0.1), (16, 0.2)):
        assert_alike(push(replace(case, cohort=cohort)), exact, tolerance)


def assert_alike(together: PushOutcome, exact: PushOutcome, tolerance: float) -> None:
    for share in (0.25, 0.5, 0.9, 0.99):
        assert together.when(share * 10_000) == pytest.approx(exact.when(share * 10_000), rel=tolerance)
    assert together.missed == pytest.approx(exact.missed, rel=tolerance)


def test_a_cohort_that_could_never_pass_is_refused() -> None:
    with pytest.raises(ValueError, match="passes no throttle"):
        replace(ROOM, cohort=100, quotas=Quotas(burst=200))
