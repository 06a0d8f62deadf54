import asyncio
import time

import pytest

from chalicelib.domain.log import EMPTY, End
from chalicelib.repositories.base import Head, HeadRepository
from chalicelib.repositories.mongodb.heads import Heads
from tests.contract.made import NOW, new_id
from tests.fakes import FakeStores

CLOCKS_APART_MS = 1_000
"""What the store's clock and this process's may differ by."""


@pytest.fixture(params=["fake", "mongodb"])
def repository(request: pytest.FixtureRequest, fakes: FakeStores) -> HeadRepository:
    return fakes.heads if request.param == "fake" else Heads(request.getfixturevalue("mongodb"))


def end(seq: int) -> End:
    return End(seq, seq - 1, NOW + seq)


def now_ms() -> int:
    return time.time_ns() // 1_000_000


async def moved_at(repository: HeadRepository, room: str) -> int:
    return (await repository.get(room)).moved_at


async def until_the_clock_is_past(repository: HeadRepository, moment: int) -> None:
    """The store's clock has ticked: a head that moved now would show it."""
    room, seq = new_id(), 0
    while await moved_at(repository, room) <= moment:
        seq += 1
        await repository.raise_end(room, end(seq))


async def test_a_room_without_a_head_has_one_of_zeros(repository: HeadRepository) -> None:
    room = new_id()
    assert await repository.get(room) == Head(room, EMPTY, EMPTY, 0)
    assert await repository.many([room]) == []


async def test_a_raised_head_reads_back_with_the_time_of_the_store(repository: HeadRepository) -> None:
    room, before = new_id(), now_ms()
    await repository.raise_end(room, end(5))
    head = await repository.get(room)
    assert (head.room, head.end, head.flushed) == (room, end(5), EMPTY)
    assert before - CLOCKS_APART_MS <= head.moved_at <= now_ms() + CLOCKS_APART_MS


async def test_a_head_never_falls_and_does_not_move_when_it_would(repository: HeadRepository) -> None:
    room = new_id()
    await repository.raise_end(room, end(5))
    moved = await moved_at(repository, room)
    await until_the_clock_is_past(repository, moved)
    await repository.raise_end(room, end(4))
    await repository.raise_end(room, end(5))
    head = await repository.get(room)
    assert (head.end, head.moved_at) == (end(5), moved)


async def test_raised_by_many_at_once_a_new_head_is_at_the_highest(repository: HeadRepository) -> None:
    room = new_id()
    await asyncio.gather(*(repository.raise_end(room, end(seq)) for seq in (3, 20, 7, 11, 19, 2, 16, 1, 20, 5)))
    assert (await repository.get(room)).end == end(20)


async def test_raising_the_flushed_part_raises_the_end_to_it(repository: HeadRepository) -> None:
    room = new_id()
    await repository.raise_flushed(room, end(8))
    head = await repository.get(room)
    assert (head.end, head.flushed) == (end(8), end(8))
    assert head.moved_at > 0


async def test_raising_the_flushed_part_below_the_end_does_not_move_the_head(repository: HeadRepository) -> None:
    room = new_id()
    await repository.raise_end(room, end(9))
    moved = await moved_at(repository, room)
    await until_the_clock_is_past(repository, moved)
    await repository.raise_flushed(room, end(8))
    head = await repository.get(room)
    assert (head.end, head.flushed, head.moved_at) == (end(9), end(8), moved)


async def test_raising_the_flushed_part_past_the_end_moves_the_head(repository: HeadRepository) -> None:
    room = new_id()
    await repository.raise_end(room, end(3))
    moved = await moved_at(repository, room)
    await until_the_clock_is_past(repository, moved)
    await repository.raise_flushed(room, end(4))
    head = await repository.get(room)
    assert (head.end, head.flushed) == (end(4), end(4))
    assert head.moved_at > moved


async def test_the_flushed_part_never_falls(repository: HeadRepository) -> None:
    room = new_id()
    await asyncio.gather(*(repository.raise_flushed(room, end(seq)) for seq in (4, 9, 1, 6)))
    await repository.raise_flushed(room, end(2))
    head = await repository.get(room)
    assert (head.end, head.flushed) == (end(9), end(9))


async def test_many_gives_the_heads_there_are(repository: HeadRepository) -> None:
    one, other, none = new_id(), new_id(), new_id()
    await repository.raise_end(one, end(1))
    await repository.raise_end(other, end(2))
    heads = await repository.many([one, other, none])
    assert {head.room: head.end.seq for head in heads} == {one: 1, other: 2}
    assert await repository.many([]) == []


async def test_rooms_of_which_something_is_flushed_are_listed_by_id(repository: HeadRepository) -> None:
    rooms = sorted(new_id() for _ in range(5))
    for room in reversed(rooms):
        await repository.raise_flushed(room, end(3))
    await repository.raise_end(rooms[2] + "0", end(9))
    before = rooms[0][:-1]  # others' rooms are before that, or were made since
    found = [head.room for head in await repository.flushed_after(before, 1_000) if head.room in rooms]
    assert found == rooms
    assert [it.room for it in await repository.flushed_after(rooms[0], 2)] == rooms[1:3]
    assert rooms[2] + "0" not in {it.room for it in await repository.flushed_after(rooms[2], 1_000)}


async def test_moved_since_includes_its_moment_and_nothing_before(repository: HeadRepository) -> None:
    early, late = new_id(), new_id()
    await repository.raise_end(early, end(1))
    await until_the_clock_is_past(repository, await moved_at(repository, early))
    await repository.raise_end(late, end(2))
    since = await moved_at(repository, late)
    assert [head.room for head in await repository.moved_since([early, late], since)] == [late]
    assert await repository.moved_since([early, late], since + 1) == []
    assert await repository.moved_since([], 0) == []


async def test_a_forgotten_head_is_as_one_that_never_was(repository: HeadRepository) -> None:
    room = new_id()
    await repository.raise_flushed(room, end(7))
    for _ in range(2):
        await repository.forget(room)
    assert await repository.get(room) == Head(room, EMPTY, EMPTY, 0)
