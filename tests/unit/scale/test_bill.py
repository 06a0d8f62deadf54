import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.scale import prices, stores
from infra.scale.bill import SERVERS, TooManyPeople, bill, servers
from infra.scale.load import Load
from infra.scale.prices import Tariff
from infra.scale.scenarios import PEOPLE
from infra.scale.traffic import traffic
from infra.scale.usage import Usage
from tests.unit.scale.cases import FUNCTIONS, PAIR


def test_each_step_of_a_tariff_has_its_price() -> None:
    assert prices.WEBSOCKET_MESSAGE.cost(1.5e9) == pytest.approx(1_000 + 400)
    assert prices.REST_REQUEST.cost(1_333e6) == pytest.approx(333 * 3.5 + 667 * 2.8 + 333 * 2.38)
    assert prices.INVOCATION.cost(1e6) == 0
    assert prices.INVOCATION.cost(3e6) == pytest.approx(0.4)


@given(st.floats(0, 1e12), st.floats(0, 1e12))
def test_a_tariff_never_charges_less_for_more(one: float, other: float) -> None:
    for tariff in (it for it in vars(prices).values() if isinstance(it, Tariff)):
        assert tariff.cost(min(one, other)) <= tariff.cost(max(one, other))


def test_two_people_are_billed_as_by_hand() -> None:
    lines = bill(PAIR, FUNCTIONS).lines
    assert lines["WebSocket messages"] == pytest.approx(590 * 1e-6)
    assert lines["WebSocket connections"] == pytest.approx(2 * 120 * 0.25e-6)
    assert lines["REST"] == pytest.approx(2 * 3.5e-6)
    assert lines["Lambda"] == lines["logs"] == lines["CloudFront"] == 0, "all of it is within what is free"
    # 20 messages are 24 events written; two REST requests read three units each; a year of rows is stored.
    assert lines["Keyspaces"] == pytest.approx(24 * 0.625e-6 + 6 * 0.125e-6 + 240 * 221 / 1e9 * 0.25)
    assert lines["MongoDB"] == 0
    assert lines["PostgreSQL"] == pytest.approx(0.016 * 730 + 20 * 0.115)


def test_a_bill_is_the_sum_of_its_lines() -> None:
    it = bill(Usage(1_000), FUNCTIONS)
    assert it.total == pytest.approx(sum(it.lines.values()))


@given(st.integers(1, 200_000), st.integers(1, 200_000))
def test_more_people_never_cost_less(one: int, other: int) -> None:
    few, many = (bill(Usage(people), FUNCTIONS).total for people in sorted((one, other)))
    assert few <= many


@given(st.sampled_from(("messages", "room", "hours", "devices")), st.sampled_from(PEOPLE), st.integers(1, 40))
def test_more_use_never_costs_less(what: str, people: int, more: int) -> None:
    usage = Usage(people)
    assert bill(usage, FUNCTIONS).total <= bill(usage.but(**{what: getattr(usage, what) + more}), FUNCTIONS).total


def test_a_database_has_the_smallest_size_that_carries_calls_connections_and_bytes() -> None:
    month = traffic(PAIR)
    calm = Load(requests=0, connections=0, concurrency=0, store_calls=0)
    assert stores.mongodb(calm, month, PAIR)[0] == "M0"
    assert stores.mongodb(Load(0, 0, 0, 101), month, PAIR)[0] == "Flex"
    assert stores.mongodb(Load(0, 0, 251, 0), month, PAIR)[0] == "M10", "502 connections are too many for Flex"
    stored = traffic(PAIR.but(messages=50_000_000))
    assert stores.mongodb(calm, stored, PAIR)[0] == "M80", "576 GB"
    name, cost = stores.mongodb(Load(0, 0, 0, 128_001), month, PAIR)
    assert name == "3 shards of M80"
    assert cost == pytest.approx(3 * 7.30 * 730)


def test_the_chosen_sizes_grow_with_people() -> None:
    costs = [stores.postgresql(people)[1] for people in (1, 999, 1_000, 10_000, 10_001, 100_000, 100_001)]
    assert costs == sorted(costs)


def test_servers_are_the_first_that_are_sized_for_so_many() -> None:
    assert servers(Usage(1_000))[0] is SERVERS[0]
    assert servers(Usage(1_001))[0] is SERVERS[1]
    assert servers(PAIR)[1] == pytest.approx(0.0336 * 730 + 50 * 0.08 + 0.005 * 730)


def test_no_servers_are_made_up_for_more_people_than_anybody_published() -> None:
    with pytest.raises(TooManyPeople, match="100,000"):
        servers(Usage(100_001))
