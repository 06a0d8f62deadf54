"""Texts, pages and partitions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.messages import BUCKET_ROWS, Span, bucket, buckets, clean_text, page
from chalicelib.errors import BadRequest

limits = st.integers(1, 100)
totals = st.integers(0, 100_000)


@given(totals, limits)
def test_paging_back_from_the_newest_shows_every_message_once(total: int, limit: int) -> None:
    seen: list[int] = []
    before: int | None = None
    while span := page(total, before, None, limit):
        seen = [*range(span.low, span.high + 1), *seen]
        before = span.low
        if len(seen) > 1_000:
            return
    assert seen == list(range(1, total + 1))


@given(totals, limits)
def test_paging_forward_from_the_oldest_shows_every_message_once(total: int, limit: int) -> None:
    seen: list[int] = []
    while (span := page(total, None, len(seen), limit)) and len(seen) <= 1_000:
        seen += range(span.low, span.high + 1)
    assert seen == list(range(1, len(seen) + 1))
    assert len(seen) == total or len(seen) > 1_000


@given(totals, st.none() | st.integers(1, 2**40), st.none() | st.integers(0, 2**40), limits)
def test_a_page_stays_inside_what_was_asked_and_what_exists(
    total: int, before: int | None, after: int | None, limit: int
) -> None:
    span = page(total, before, after, limit)
    if span:
        assert 1 <= span.low <= span.high <= total
        assert span.high - span.low < limit
        assert before is None or span.high < before
        assert after is None or span.low > after


@given(st.integers(1, 200_000), st.integers(0, 20_000))
def test_the_partitions_of_a_span_are_its_parts_in_order(low: int, length: int) -> None:
    span = Span(low, low + length)
    numbers: list[int] = []
    for which, part in buckets(span):
        assert bucket(part.low) == bucket(part.high) == which
        numbers += range(part.low, part.high + 1)
    assert numbers == list(range(span.low, span.high + 1))


def test_an_empty_span_touches_no_partition() -> None:
    assert list(buckets(Span(BUCKET_ROWS, BUCKET_ROWS - 1))) == []


def test_white_space_after_and_blank_lines_before_a_text_are_dropped_indentation_is_not() -> None:
    assert clean_text("\n\n    code\n  more \n\n") == "    code\n  more"


@pytest.mark.parametrize("text", ["", "  \n\t ", "a\0b", "\ud800"])
def test_a_text_that_shows_nothing_or_cannot_be_stored_is_refused(text: str) -> None:
    with pytest.raises(BadRequest) as refused:
        clean_text(text)
    assert refused.value.details == {"fields": ["text"]}
