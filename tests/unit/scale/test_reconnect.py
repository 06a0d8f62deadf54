from collections.abc import Mapping
from dataclasses import replace

import pytest

from infra.scale.quotas import Quotas
from infra.scale.simulation.reconnect import BACK_OFF_BASE, Storm, StormOutcome, reconnect

QUOTAS = Quotas(connections_per_second=100, requests_per_second=2_000, burst=1_000)
STORM = Storm(2_000, quotas=QUOTAS, seconds=120)


def most_in(seconds: int, by_second: Mapping[int, float]) -> float:
    return max(sum(by_second.get(first + it, 0) for it in range(seconds)) for first in by_second)


def test_a_client_alone_is_back_after_its_first_wait_and_three_steps() -> None:
    outcome = reconnect(replace(STORM, clients=1, step=0.1))
    back = outcome.when(1)
    assert back is not None
    assert 0.3 <= back <= BACK_OFF_BASE + 0.3
    assert (outcome.attempts, outcome.live_at_end) == (1, 1)


def test_as_many_as_the_quota_allows_at_once_are_back_at_once() -> None:
    outcome = reconnect(replace(STORM, clients=100))
    assert (outcome.when(100) or 0) < 1
    assert outcome.refused_handshakes == 0


def test_more_are_back_no_sooner_than_the_quota_allows_and_not_much_later() -> None:
    outcome = reconnect(STORM)
    back = outcome.when(STORM.clients)
    # A second's worth at once, the others at 100 a second.
    assert back is not None
    assert 19 <= back <= 45


def test_everybody_is_back_once() -> None:
    outcome = reconnect(STORM)
    assert outcome.live_at_end == STORM.clients
    assert max(count for _, count in outcome.live) == STORM.clients
    refused = outcome.refused_tickets + outcome.refused_handshakes + outcome.refused_resumes
    assert outcome.attempts == refused + STORM.clients + outcome.lost_heartbeats


def test_no_second_gets_more_than_the_quotas() -> None:
    outcome = reconnect(replace(STORM, told=5, chat=0.1))
    for seconds in (1, 5, 20):
        assert most_in(seconds, outcome.handshakes) <= 100 + 100 * seconds
        assert most_in(seconds, outcome.requests) <= 1_000 + 2_000 * seconds


def test_the_same_seed_gives_the_same_storm_and_another_gives_another() -> None:
    assert reconnect(STORM) == reconnect(STORM)
    assert reconnect(STORM).live != reconnect(replace(STORM, seed=2)).live


def test_higher_quotas_bring_nobody_back_later() -> None:
    once, twice = (reconnect(replace(STORM, quotas=QUOTAS.times(factor))).when(1_980) for factor in (1, 2))
    assert once is not None
    assert twice is not None
    assert twice < once


def test_throttled_tickets_keep_the_handshakes_within_their_quota() -> None:
    outcome = reconnect(replace(STORM, tickets_per_second=90))
    assert outcome.refused_handshakes < STORM.clients * 0.01
    assert outcome.refused_handshakes < reconnect(STORM).refused_handshakes / 50
    assert outcome.live_at_end == STORM.clients


def test_where_pings_alone_exceed_the_request_rate_people_are_thrown_off_again() -> None:
    outcome = reconnect(replace(STORM, quotas=Quotas(500, 150, 150), tickets_per_second=20, heartbeat=10))
    # 150 requests a second carry the pings of 656 clients, each two requests in 8.75 s.
    assert outcome.lost_heartbeats > 0
    assert 0 < outcome.live_at_end < 656


def test_chat_is_served_whole_when_there_is_room_and_in_part_when_there_is_none() -> None:
    calm = reconnect(replace(STORM, chat=0.1))
    assert calm.chat_granted > calm.chat_asked * 0.999
    crowded = reconnect(replace(STORM, chat=2))
    assert 0 < crowded.chat_granted < crowded.chat_asked


def test_cohorts_come_back_as_single_clients_do() -> None:
    storm = replace(STORM, clients=5_000, told=3, chat=0.05)
    exact = reconnect(storm)
    for cohort in (5, 20):
        assert_alike(reconnect(replace(storm, cohort=cohort)), exact)


def assert_alike(together: StormOutcome, exact: StormOutcome) -> None:
    for share in (0.25, 0.5, 0.9, 0.99):
        assert together.when(share * 5_000) == pytest.approx(exact.when(share * 5_000), rel=0.1)
    assert together.attempts == pytest.approx(exact.attempts, rel=0.1)
    assert together.live_at_end == exact.live_at_end


def test_a_last_cohort_is_as_small_as_what_is_left() -> None:
    assert reconnect(replace(STORM, clients=1_003, cohort=20)).live_at_end == 1_003


@pytest.mark.parametrize("cohort", [0, 101])
def test_a_cohort_that_could_never_pass_is_refused(cohort: int) -> None:
    with pytest.raises(ValueError, match="passes no throttle"):
        replace(STORM, cohort=cohort)
