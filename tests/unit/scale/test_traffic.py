from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.scale.traffic import SCHEDULED, Kind, others, traffic, watchers
from infra.scale.usage import FANOUT_SHARD, Functions, Usage
from tests.unit.scale.cases import FUNCTIONS, PAIR


def test_two_people_are_counted_as_by_hand() -> None:
    month = traffic(PAIR)
    assert (month.messages, month.opened) == (20, 2)
    # Ack and the other's push; the other reads, and is told so; a ping a minute for two hours each.
    assert month.kinds["messages"] == Kind(frames_in=20, frames_out=40, invocations=20.2)
    assert month.kinds["read markers"] == Kind(frames_in=20, frames_out=20, invocations=20)
    assert month.kinds["heartbeats"] == Kind(frames_in=240, frames_out=240, invocations=240)
    # Each: a ticket, a handshake, a resume with two answers, and one watcher who is told of coming and going.
    assert month.kinds["connecting"] == Kind(frames_in=2, frames_out=8, rest=2, handshakes=2, invocations=8)
    assert month.total.frames_in + month.total.frames_out == 590
    assert month.total.requests == 594
    assert month.total.invocations == pytest.approx(288.2 + SCHEDULED)


def test_nobody_is_told_of_what_one_person_says_on_one_device() -> None:
    alone = PAIR.but(people=1)
    assert others(alone) == watchers(alone) == 0
    assert traffic(alone).kinds["messages"].frames_out == 10


def test_a_message_beyond_a_shard_takes_an_invocation_for_each_further_shard() -> None:
    usage = PAIR.but(people=2 * FANOUT_SHARD + 2, room=2 * FANOUT_SHARD + 2)
    month = traffic(usage)
    assert month.kinds["messages"].invocations == pytest.approx(month.messages * 3.01)


def test_typing_in_a_room_beyond_a_shard_is_told_to_those_who_look_only() -> None:
    usage = PAIR.but(people=1_001, room=1_001, typing=1, looking=0.1)
    month = traffic(usage)
    assert month.kinds["typing"].frames_out == pytest.approx(month.messages * 100)


def test_functions_run_longer_on_less_memory_and_are_billed_for_it() -> None:
    month = traffic(PAIR)
    small = Functions(FUNCTIONS.measured, FUNCTIONS.memory_mb // 2)
    assert small.handling == pytest.approx(2 * FUNCTIONS.handling, rel=1e-3)
    assert month.gb_seconds(small) == pytest.approx(month.gb_seconds(FUNCTIONS), rel=1e-3)
    larger = Functions(FUNCTIONS.measured, 2 * FUNCTIONS.memory_mb)
    assert larger.handling == FUNCTIONS.handling


GROWING = ("people", "days", "hours", "devices", "messages", "room", "typing", "reloads", "rest")


@given(st.sampled_from(GROWING), st.integers(1, 2_000), st.integers(0, 50), st.integers(1, 100))
def test_more_of_anything_is_never_less_traffic(what: str, people: int, room: int, more: int) -> None:
    usage = Usage(people, room=max(room, 1))
    before, after = (traffic(it).total for it in (usage, usage.but(**{what: getattr(usage, what) + more})))
    for field in fields(Kind):
        assert getattr(after, field.name) >= getattr(before, field.name) * (1 - 1e-12)


@pytest.mark.parametrize("change", [{"people": 0}, {"messages": -1}, {"heartbeat": 0}, {"hours": 0}])
def test_a_usage_that_cannot_be_is_refused(change: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="makes no sense"):
        PAIR.but(**change)
