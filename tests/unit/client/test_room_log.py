"""One room's log, judged by seq."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.schemas.events import LogEvent
from infra.client.room_log import LogBrokenError, RoomLog
from tests.unit.client.fake_server import ROOM, FakeServer


def log_of(count: int) -> list[LogEvent]:
    """A room in which every second event is a message."""
    server = FakeServer()
    for number in range(1, count + 1):
        id_ = f"{number:026d}"
        if number % 2:
            server.append(ROOM, ROOM, id_, "message.created", text=str(number), mentions=[])
        else:
            server.append(ROOM, ROOM, id_, "reaction.added", target=1, emoji="+")
    return server.logs[ROOM]


@given(st.data())
def test_events_in_any_order_and_however_often_become_the_log(data: st.DataObject) -> None:
    truth = log_of(12)
    order = data.draw(st.permutations(truth + data.draw(st.lists(st.sampled_from(truth)))))
    room = RoomLog(ROOM, 0, 0)
    visible: list[LogEvent] = []
    while order:
        count = data.draw(st.integers(1, len(order)))
        batch, order = order[:count], order[count:]
        visible += room.merge(batch)
    assert visible == room.events == truth
    assert (room.cursor, room.n, room.held) == (12, 6, {})


def test_an_event_beyond_a_gap_is_held_until_the_gap_is_filled() -> None:
    first, second, third = log_of(3)
    room = RoomLog(ROOM, 0, 0)
    assert room.merge([third, second]) == []
    assert (room.cursor, room.reach) == (0, 3)
    assert room.merge([first]) == [first, second, third]


def test_events_whose_message_count_does_not_fit_break_the_log() -> None:
    room = RoomLog(ROOM, 0, 7)
    with pytest.raises(LogBrokenError):
        room.merge(log_of(1))
    assert (room.cursor, room.events) == (0, [])


def test_only_the_latest_events_are_kept() -> None:
    truth = log_of(9)
    room = RoomLog(ROOM, 0, 0, keep=4)
    room.merge(truth)
    assert room.events == truth[-4:]
    assert room.cursor == 9
