"""Read markers and what is unread: numbers with versions, the same on all devices and wherever the flush stands."""

import pytest

from chalicelib.domain.markers import ReadMarker
from chalicelib.errors import NotMember
from chalicelib.services.markers import Unread
from tests.parley import Person, World


@pytest.fixture
async def talk(world: World) -> tuple[Person, Person, str, str]:
    """Ada and Grace in a room with nothing said; Ada's socket."""
    ada, grace = await world.person("ada"), await world.person("grace")
    room = await world.room(ada, grace)
    return ada, grace, room, await world.socket(ada)


async def unread(world: World, user: Person, room: str) -> Unread:
    """As the first screen tells it, in an environment that remembers nothing."""
    (mine,) = [it for it in await world.again().rooms.of_user(user.id) if it.mine.room.id == room]
    return mine.unread


async def mark(world: World, connection: str, room: str, n: int, version: int = 0) -> None:
    await world.app.markers.mark(await world.of(connection), room, n, version)


async def head(world: World, room: str) -> None:
    """Write down where the log ends, as the next message of another second does."""
    await world.stores.heads.raise_end(room, await world.app.log.end(room))


async def test_reading_only_raises_and_a_higher_version_lowers(
    world: World, talk: tuple[Person, Person, str, str]
) -> None:
    _, grace, room, here = talk
    for number in range(5):
        await world.say(here, room, str(number))
    there = await world.socket(grace)
    for n, version, stored in ((3, 0, 3), (2, 0, 3), (1, 1, 1), (4, 0, 1), (2, 1, 2), (1, 1, 2), (0, 2, 0)):
        await mark(world, there, room, n, version)
        assert (await unread(world, grace, room)).marker.n == stored
    assert (await unread(world, grace, room)).marker == ReadMarker(0, 2)


async def test_all_devices_of_the_user_and_nobody_else_are_told(
    world: World, talk: tuple[Person, Person, str, str]
) -> None:
    _, grace, room, here = talk
    await world.say(here, room, "hello")
    phone, laptop = await world.socket(grace), await world.socket(grace)
    world.callbacks.frames[here].clear()
    await mark(world, phone, room, 1)
    told = {"type": "read.updated", "room": room, "n": 1, "version": 0}
    assert world.callbacks.frames[phone] == world.callbacks.frames[laptop] == [told]
    assert world.callbacks.frames[here] == []
    # One that is late learns where the marker is, and so does whoever told it.
    await mark(world, laptop, room, 0)
    assert world.callbacks.frames[phone][-1] == told


async def test_what_was_not_said_yet_is_not_read(world: World, talk: tuple[Person, Person, str, str]) -> None:
    _, grace, room, here = talk
    await world.say(here, room, "hello")
    there = await world.socket(grace)
    await mark(world, there, room, 1_000_000)
    await world.say(here, room, "unread")
    assert (await unread(world, grace, room)).marker == ReadMarker(1, 0)


async def test_nobody_marks_in_a_room_of_others(world: World, talk: tuple[Person, Person, str, str]) -> None:
    _, _, room, _ = talk
    eve = await world.person("eve")
    with pytest.raises(NotMember):
        await mark(world, await world.socket(eve), room, 0, 1)


async def test_the_first_unread_is_the_one_after_the_marker(
    world: World, talk: tuple[Person, Person, str, str]
) -> None:
    ada, grace, room, here = talk
    for number in range(4):
        await world.say(here, room, str(number))
    await mark(world, await world.socket(grace), room, 2)
    await world.app.flush.room(room)
    mine = await world.app.rooms.mine(grace.id, room)
    assert (mine.unread.marker.n, mine.end.n) == (2, 4)
    rows, _, _ = await world.app.history.page(room, None, mine.unread.marker.n, 1)
    assert [(it.n, it.text) for it in rows] == [(3, "2")]
    assert (await unread(world, ada, room)).marker.n == 0


async def test_what_was_said_before_one_came_is_not_unread(world: World, talk: tuple[Person, Person, str, str]) -> None:
    _, grace, room, here = talk
    for number in range(3):
        await world.say(here, room, str(number))
    eve = await world.person("eve")
    joined = await world.app.rooms.join(eve.id, room)
    assert joined.unread.marker.n == 3
    await world.say(here, room, f"welcome <@{eve.id}>")
    await head(world, room)
    assert await unread(world, eve, room) == Unread(ReadMarker(3, 0), 1)
    # Who comes again has read what was said meanwhile as well, whatever was marked unread before.
    there = await world.socket(grace)
    await mark(world, there, room, 0, 5)
    await world.app.rooms.leave(grace.id, room)
    await world.say(here, room, "behind her back")
    await world.app.rooms.join(grace.id, room)
    assert (await unread(world, grace, room)).marker == ReadMarker(5, 5)


async def test_mentions_after_the_marker_are_counted_before_and_after_a_flush(
    world: World, talk: tuple[Person, Person, str, str]
) -> None:
    ada, grace, room, here = talk
    other = await world.room(ada, grace)
    for text in (f"<@{grace.id}>", "nobody", f"<@{ada.id}> and <@{grace.id}>", f"again <@{grace.id}>"):
        await world.say(here, room, text)
    await world.say(here, other, f"elsewhere <@{grace.id}>")
    there = await world.socket(grace)
    counts = {}
    for n, mentions in ((0, 3), (1, 2), (2, 2), (3, 1), (4, 0)):
        await mark(world, there, room, n)
        await head(world, room)
        assert (await unread(world, grace, room)).mentions == mentions
        counts[n] = mentions
    await world.app.flush.all()
    for n, mentions in counts.items():
        await mark(world, there, room, n, 10 + n)
        assert (await unread(world, grace, room)).mentions == mentions
    assert (await unread(world, grace, other)).mentions == 1


@pytest.mark.parametrize("flush_after", [(), (0,), (1,), (0, 1)])
async def test_a_mention_that_was_deleted_or_edited_away_counts_no_more(
    world: World, talk: tuple[Person, Person, str, str], flush_after: tuple[int, ...]
) -> None:
    ada, grace, room, here = talk
    for number in range(3):
        await world.say(here, room, f"{number} <@{grace.id}>")
    await world.say(here, room, "nobody")
    if 0 in flush_after:
        await world.app.flush.room(room)
    await world.app.changing.delete(ada.id, room, 1, world.id())
    await world.app.changing.edit(ada.id, room, 2, world.id(), "nobody")
    await world.app.changing.edit(ada.id, room, 3, world.id(), f"still <@{grace.id}>")
    await world.app.changing.edit(ada.id, room, 4, world.id(), f"now <@{grace.id}>")
    if 1 in flush_after:
        await world.app.flush.room(room)
    await head(world, room)
    assert (await unread(world, grace, room)).mentions == 2


async def test_counts_are_as_of_the_head_they_come_with(world: World, talk: tuple[Person, Person, str, str]) -> None:
    _, grace, room, here = talk
    await world.say(here, room, f"one <@{grace.id}>")
    await head(world, room)
    await world.say(here, room, f"two <@{grace.id}>")  # within the second: the head does not know of it
    mine = await world.app.rooms.mine(grace.id, room)
    assert (mine.end.n, mine.unread.mentions) == (1, 1)
    await world.app.flush.room(room)
    mine = await world.app.rooms.mine(grace.id, room)
    assert (mine.end.n, mine.unread.mentions) == (2, 2)


@pytest.mark.parametrize("step", ["mentions.after", "events.mentioning", "markers.of_user", "events.changes"])
async def test_a_flush_while_mentions_are_counted_hides_none(
    world: World, talk: tuple[Person, Person, str, str], step: str
) -> None:
    ada, grace, room, here = talk
    await world.say(here, room, f"one <@{grace.id}>")
    await world.say(here, room, f"two <@{grace.id}>")
    await world.app.changing.delete(ada.id, room, 1, world.id())
    await head(world, room)

    async def flush() -> None:
        await world.again().flush.room(room)

    world.stores.mongodb.before[step] = flush
    assert (await unread(world, grace, room)).mentions == 1


async def test_a_mention_edited_away_counts_no_more_where_a_flush_died_before_it_settled_it(
    world: World, talk: tuple[Person, Person, str, str]
) -> None:
    ada, grace, room, here = talk
    await world.say(here, room, f"one <@{grace.id}>")
    await world.app.changing.edit(ada.id, room, 1, world.id(), "nobody")

    async def die() -> None:
        raise ConnectionAbortedError

    world.stores.mongodb.before["events.settle_mentions"] = die
    with pytest.raises(ConnectionAbortedError):
        await world.app.flush.room(room)
    assert (await unread(world, grace, room)).mentions == 0
