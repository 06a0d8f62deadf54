"""How one event follows another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.ids import ulid
from chalicelib.domain.log import EMPTY, Draft, End, EventType, follow, refuse_stale, same
from chalicelib.errors import StaleId

HOUR_MS = 3_600_000
drafts = st.builds(
    Draft, room=st.just("room"), id=st.just("id"), sender=st.just("ada"), type=st.sampled_from(EventType)
)


@given(st.lists(st.tuples(drafts, st.integers(0, 2**50)), min_size=1))
def test_any_sequence_of_drafts_becomes_a_dense_rising_log_whatever_the_clock_says(
    steps: list[tuple[Draft, int]],
) -> None:
    end = EMPTY
    messages = 0
    for number, (draft, now) in enumerate(steps, start=1):
        event = follow(end, draft, now)
        messages += draft.type is EventType.MESSAGE_CREATED
        assert (event.seq, event.n) == (number, messages)
        assert event.ts > end.ts
        assert event.ts >= now
        end = event.end


def test_a_clock_that_is_behind_does_not_turn_time_back() -> None:
    draft = Draft("room", "id", "ada", EventType.MESSAGE_CREATED)
    assert follow(End(4, 3, 1_000), draft, now=10).ts == 1_001


def test_the_same_words_under_the_same_id_are_a_resend_and_others_are_not() -> None:
    said = Draft("room", "id", "ada", EventType.MESSAGE_CREATED, {"text": "hello"})
    event = follow(EMPTY, said, 1)
    assert same(event, said)
    assert not same(event, Draft("room", "id", "ada", EventType.MESSAGE_CREATED, {"text": "good bye"}))
    assert not same(event, Draft("room", "id", "ada", EventType.MEMBER_LEFT, {"text": "hello"}))


@pytest.mark.parametrize(
    ("age_hours", "refused"), [(6 * 24 + 1, True), (6 * 24 - 1, False), (0, False), (-23, False), (-25, True)]
)
def test_an_id_too_far_from_now_is_refused(age_hours: int, refused: bool) -> None:
    now_ms = 1_800_000_000_000
    id_ = ulid(now_ms - age_hours * HOUR_MS, 7)
    if refused:
        with pytest.raises(StaleId):
            refuse_stale(id_, now_ms * 1_000)
    else:
        refuse_stale(id_, now_ms * 1_000)
