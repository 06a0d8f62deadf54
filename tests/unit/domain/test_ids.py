"""ULIDs."""

import re

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.ids import ULID_PATTERN, ulid, ulid_milliseconds

milliseconds = st.integers(0, 2**48 - 1)
randomness = st.integers(0, 2**80 - 1)


def test_the_example_of_the_specification() -> None:
    assert ulid_milliseconds("01ARYZ6S41TSV4RRFFQ69G5FAV") == 1469918176385


@given(milliseconds, randomness)
def test_a_ulid_carries_its_time_and_fits_the_pattern(at: int, noise: int) -> None:
    text = ulid(at, noise)
    assert re.fullmatch(ULID_PATTERN, text)
    assert ulid_milliseconds(text) == at


@given(st.tuples(milliseconds, randomness), st.tuples(milliseconds, randomness))
def test_ulids_sort_by_time(one: tuple[int, int], other: tuple[int, int]) -> None:
    assert (ulid(*one) < ulid(*other)) == (one < other)
