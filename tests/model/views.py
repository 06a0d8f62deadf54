"""What anybody can see of a room, compared with the model. Each raises AssertionError where the two differ."""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.bootstrap import Parley
from chalicelib.domain.log import Event, EventType, emptied
from chalicelib.domain.markers import ReadMarker
from chalicelib.errors import NotMember
from chalicelib.schemas.base import Model
from chalicelib.schemas.events import Delta, Left, Limited, Reset, Resumed, log_event
from tests.model.room import Room, shown

Wire = Mapping[str, Any]

_TEXTS = frozenset((EventType.MESSAGE_CREATED, EventType.MESSAGE_EDITED))


class Expected:
    """What readers may be shown of the model's events.

    `flushed` is how far history has them. `interrupted`: a flush went some way beyond that and was cut short, so that
    what it would have emptied may be empty already.
    """

    def __init__(self, room: Room, flushed: int, *, interrupted: bool) -> None:
        self.room = room
        self.flushed = flushed
        self.interrupted = interrupted

    def forms(self, event: Event) -> list[Wire]:
        """The wire forms of the event that a reader may get by now."""
        deletion = self._deleted_by(event)
        if not deletion:
            return [wire(event)]
        if deletion <= self.flushed:
            return [wire(emptied(event))]
        return [wire(event), wire(emptied(event))] if self.interrupted else [wire(event)]

    def same(self, events: Sequence[Wire], low: int, high: int) -> None:
        """The events are all those with low < seq <= high, in order."""
        assert [it["seq"] for it in events] == list(range(low + 1, high + 1))
        for event in events:
            assert event in self.forms(self.room.events[event["seq"] - 1])

    def _deleted_by(self, event: Event) -> int:
        """Seq of the deletion of the message whose text the event carries; 0 if there is none."""
        if event.type not in _TEXTS:
            return 0
        n = event.n if event.type is EventType.MESSAGE_CREATED else int(str(event.body["target"]))
        return self.room.now.messages[n - 1].deleted_by


def wire(event: Event) -> Wire:
    """The event as a frame carries it."""
    return log_event(event).model_dump(mode="json", by_alias=True)


async def page(app: Parley, room: Room, before: int | None, after: int | None, limit: int) -> None:
    """A page has the messages its numbers ask for, each as it is now."""
    rows, as_of, total = await app.history.page(room.id, before, after, limit)
    assert (as_of, total) == (room.end, room.n)
    wanted = [it for it in range(1, room.n + 1) if (before is None or it < before) and (after is None or it > after)]
    forwards = before is None and after is not None
    wanted = wanted[:limit] if forwards else wanted[-limit:]
    assert [shown(row) for row in rows] == [room.now.messages[n - 1].shown for n in wanted]


async def versions(app: Parley, room: Room, n: int) -> None:
    """All texts a message had; none of a deleted one."""
    said = room.now.messages[n - 1]
    found = [(it.seq, it.text) for it in await app.history.versions(room.id, n)]
    assert found == ([] if said.deleted_by else said.texts)


async def membership(app: Parley, room: Room, user: str) -> None:
    """The members, for members; nothing for others."""
    if user not in room.members:
        assert room.id not in {it.mine.room.id for it in await app.rooms.of_user(user)}
        try:
            await app.rooms.members(user, room.id)
        except NotMember:
            return
        raise AssertionError("somebody who is no member was told who is")
    found = {it.user.id: it.role.value == "owner" for it in await app.rooms.members(user, room.id)}
    assert found == room.members
    assert set(found) == room.now.members


async def first_screen(app: Parley, expected: Expected, user: str, marker: ReadMarker) -> None:
    """The room as bootstrap has it, which may be behind, and with the events after that as it is now."""
    room = expected.room
    seen = next(it for it in await app.rooms.of_user(user) if it.mine.room.id == room.id)
    assert (seen.mine.room.name, seen.mine.room.topic) == (room.name, room.topic)
    assert seen.unread.marker == marker
    then = room.at(seen.end.seq)
    assert (seen.end.seq <= room.end, seen.end.n) == (True, len(then.messages))
    mentioning, by_now = then.mentioning(user, marker.n), room.now.mentioning(user, marker.n)
    if expected.interrupted:
        # What was noted of a message may be as of later than the head, for some messages and not for others.
        low, high = mentioning & by_now, mentioning | {n for n in by_now if n <= seen.end.n}
        assert len(low) <= seen.unread.mentions <= len(high)
    else:
        assert seen.unread.mentions == len(mentioning)
    if seen.end.seq == room.end:
        return
    events = await app.resuming.events(room.id, seen.end.seq, 100_000)
    assert not events.reset
    expected.same([it.model_dump(mode="json") for it in events.events], seen.end.seq, room.end)


def resumed(answers: Sequence[Model], expected: Expected, user: str, cursor: int | None, kept_from: int) -> list[Model]:
    """The answers to a resume from the cursor; returns those that tell to fetch. `kept_from`: the first event left."""
    room = expected.room
    *told, last = answers
    assert isinstance(last, Resumed)
    assert last.to == ({room.id: room.end} if user in room.members else {})
    if user not in room.members:
        assert told == ([] if cursor is None else [Left(room=room.id, seq=cursor)])
        return []
    if cursor is None or cursor == room.end:
        assert told == []
        return []
    (answer,) = told
    if cursor > room.end or cursor + 1 < kept_from:
        assert answer == Reset(room=room.id, seq=room.end)
        return []
    if isinstance(answer, Delta):
        assert (answer.room, answer.from_, answer.to) == (room.id, cursor, room.end)
        expected.same([it.model_dump(mode="json") for it in answer.events], cursor, room.end)
        return []
    assert answer == Limited(room=room.id, from_=cursor, to=room.end)
    return [answer]


async def fetched(app: Parley, expected: Expected, cursor: int) -> None:
    """The range after the cursor, page by page."""
    found: list[Wire] = []
    while cursor + len(found) < expected.room.end:
        part = await app.resuming.events(expected.room.id, cursor + len(found), 7)
        assert not part.reset
        assert part.events
        found += [it.model_dump(mode="json") for it in part.events]
    expected.same(found, cursor, expected.room.end)


def pushed(frames: Sequence[Wire], room: Room, user: str, since: int) -> None:
    """Whatever was pushed to a socket of the user is in the log, and the user was a member when it was.

    `since` is where the log ended at the latest when the first of the frames was pushed. A message that is sent again
    is pushed again, so its event may be of a time before that.
    """
    for frame in frames:
        if frame.get("room") != room.id or "ts" not in frame or frame["type"] == "ack":
            continue
        event = room.events[frame["seq"] - 1]
        assert frame in ((wire(event), wire(emptied(event))) if event.type in _TEXTS else (wire(event),))
        assert any(user in room.at(seq).members for seq in range(max(event.seq, since), room.end + 1))
