import simpy
from hypothesis import given
from hypothesis import strategies as st

from infra.scale.simulation.bucket import TokenBucket


def at(environment: simpy.Environment, seconds: float) -> None:
    environment.run(until=seconds)


def test_a_full_bucket_lets_its_burst_pass_and_then_its_rate() -> None:
    environment = simpy.Environment()
    bucket = TokenBucket(environment, rate=10, burst=5)
    assert [bucket.take(1) for _ in range(6)] == [True] * 5 + [False]
    at(environment, 0.1)
    assert [bucket.take(1) for _ in range(2)] == [True, False]


def test_it_never_holds_more_than_its_burst() -> None:
    environment = simpy.Environment()
    bucket = TokenBucket(environment, rate=10, burst=5)
    at(environment, 100)
    assert not bucket.take(6)
    assert bucket.take(5)


def test_a_refusal_takes_nothing_and_a_part_takes_what_there_is() -> None:
    bucket = TokenBucket(simpy.Environment(), rate=1, burst=5)
    assert not bucket.take(6)
    assert bucket.take_up_to(2.5) == 2.5
    assert bucket.take_up_to(6) == 2.5
    assert bucket.take_up_to(6) == 0


def test_a_bucket_without_end_refuses_nothing() -> None:
    bucket = TokenBucket(simpy.Environment(), rate=float("inf"), burst=float("inf"))
    assert all(bucket.take(1e9) for _ in range(3))


@given(
    st.lists(st.tuples(st.integers(0, 2_000), st.integers(1, 20)), max_size=30), st.integers(1, 50), st.integers(20, 40)
)
def test_no_stretch_of_time_gets_more_than_burst_and_rate(asked: list[tuple[int, int]], rate: int, burst: int) -> None:
    environment = simpy.Environment()
    bucket = TokenBucket(environment, rate, burst)
    granted: list[tuple[float, int]] = []
    for wait, tokens in asked:
        if wait:
            at(environment, environment.now + wait / 1_000)
        if bucket.take(tokens):
            granted.append((environment.now, tokens))
    for first in range(len(granted)):
        total = 0
        for when, tokens in granted[first:]:
            total += tokens
            assert total <= burst + rate * (when - granted[first][0]) + 1e-6
    assert sum(bucket.granted.values()) == sum(tokens for _, tokens in granted)
