import pytest

from infra.scale.load import load, most_people
from infra.scale.quotas import DEFAULT, Quotas
from infra.scale.usage import Usage
from tests.unit.scale.cases import FUNCTIONS, PAIR


def test_the_peak_of_two_people_is_as_by_hand() -> None:
    peak = load(PAIR, FUNCTIONS)
    # Of 594 requests in 7,200 s, 480 are pings, which do not double at the peak.
    assert peak.requests == pytest.approx((480 + 2 * 114) / 7_200)
    assert peak.connections == pytest.approx(2 / 60)
    invocations = (240 + 2 * (48.2 + 87_600)) / 7_200
    assert peak.concurrency == pytest.approx(invocations * 0.01 + (240 + 2 * 68) / 7_200 * 0.001)
    assert peak.store_calls == pytest.approx(3 * invocations)


def test_use_is_the_share_of_each_quota() -> None:
    peak = load(PAIR, FUNCTIONS)
    quotas = Quotas(connections_per_second=1, requests_per_second=peak.requests / 2, burst=1, concurrency=1)
    use = peak.use(quotas)
    assert use["requests"] == pytest.approx(2)
    assert use["new connections"] == pytest.approx(2 / 60)


def test_the_most_people_are_the_last_that_fit() -> None:
    usage = Usage(1)
    for name, most in most_people(usage, FUNCTIONS, DEFAULT).items():
        assert load(usage.but(people=most), FUNCTIONS).use(DEFAULT)[name] <= 1
        assert load(usage.but(people=most + 1), FUNCTIONS).use(DEFAULT)[name] > 1


def test_ten_times_the_quotas_carry_ten_times_the_people() -> None:
    once, ten = (most_people(Usage(1), FUNCTIONS, it) for it in (DEFAULT, DEFAULT.times(10)))
    assert {name: pytest.approx(10 * most, rel=0.01) for name, most in once.items()} == ten
