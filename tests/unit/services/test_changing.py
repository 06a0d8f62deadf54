"""What can be done to a message there is: by whom, once, in whatever order it meets other changes and the flush."""

from dataclasses import replace

import pytest

from chalicelib.domain.log import EventType
from chalicelib.domain.messages import Message
from chalicelib.errors import BadRequest, Forbidden, IdConflict, NotFound, NotMember, StaleId, Unavailable
from tests.parley import CONFIG, Person, World

SECRET = "the plan is a surprise"


@pytest.fixture
async def said(world: World) -> tuple[Person, Person, str]:
    """Grace, who owns a room, and Ada, who said something in it; the room."""
    grace, ada = await world.person("grace"), await world.person("ada")
    room = await world.room(grace, ada)
    await world.say(await world.socket(ada), room, SECRET)
    return ada, grace, room


async def shown(world: World, room: str, n: int = 1) -> Message:
    """The message as a reader finds it, who must find the same in an environment that remembers nothing."""
    message = await world.app.history.message(room, n)
    assert await world.again().history.message(room, n) == message
    return message


def everything_stored(world: World) -> str:
    """All that the log and the history hold, and whom the mentions name."""
    return repr([world.stores.events.stored, world.stores.history.stored, world.stores.mentions.stored])


async def test_an_author_edits_and_everybody_is_told(world: World, said: tuple[Person, Person, str]) -> None:
    ada, grace, room = said
    there = await world.socket(grace)
    event = await world.app.changing.edit(ada.id, room, 1, world.id(), "better")
    message = await shown(world, room)
    assert (message.text, message.edited_at, message.rev, message.n) == ("better", event.ts, event.seq, 1)
    (push,) = world.callbacks.frames[there]
    assert (push["type"], push["target"], push["text"], push["n"]) == ("message.edited", 1, "better", 1)


async def test_nobody_else_edits_not_even_an_owner(world: World, said: tuple[Person, Person, str]) -> None:
    ada, grace, room = said
    with pytest.raises(Forbidden):
        await world.app.changing.edit(grace.id, room, 1, world.id(), "put into her mouth")
    with pytest.raises(NotMember):
        await world.app.changing.edit((await world.person("eve")).id, room, 1, world.id(), "hello")
    with pytest.raises(NotFound):
        await world.app.changing.edit(ada.id, room, 2, world.id(), "not said yet")
    assert (await shown(world, room)).text == SECRET


async def test_authors_and_owners_delete_and_nobody_else(world: World, said: tuple[Person, Person, str]) -> None:
    ada, grace, room = said
    await world.say(await world.socket(ada), room, "and another")
    eve = await world.person("eve")
    await world.app.rooms.join(eve.id, room)
    with pytest.raises(Forbidden):
        await world.app.changing.delete(eve.id, room, 1, world.id())
    event = await world.app.changing.delete(grace.id, room, 1, world.id())
    await world.app.changing.delete(ada.id, room, 2, world.id())
    message = await shown(world, room)
    assert (message.text, message.deleted_at, message.n) == ("", event.ts, 1)
    assert (await shown(world, room, 2)).deleted_at is not None


async def test_an_owner_of_another_room_deletes_nothing_here(world: World, said: tuple[Person, Person, str]) -> None:
    _, _, room = said
    eve = await world.person("eve")
    await world.room(eve)
    await world.app.rooms.join(eve.id, room)
    with pytest.raises(Forbidden):
        await world.app.changing.delete(eve.id, room, 1, world.id())


@pytest.mark.parametrize("flushed", [False, True])
async def test_what_is_repeated_with_its_id_happened_once(
    world: World, said: tuple[Person, Person, str], flushed: bool
) -> None:
    ada, _, room = said
    changing = world.app.changing
    edit, react, unreact, delete = (world.id() for _ in range(4))
    for again in (False, True):
        events = [
            await changing.edit(ada.id, room, 1, edit, "better"),
            await changing.react(ada.id, room, 1, react, "👍", on=True),
            await changing.react(ada.id, room, 1, unreact, "👍", on=False),
            await changing.delete(ada.id, room, 1, delete),
        ]
        assert [it.seq for it in events] == [4, 5, 6, 7]
        if flushed and not again:
            await world.app.flush.room(room)
            world.clock.advance(7 * 24 * 3600)
    assert (await world.app.log.end(room)).seq == 7


async def test_a_repeat_gets_its_answer_after_the_author_left(world: World, said: tuple[Person, Person, str]) -> None:
    ada, _, room = said
    id_ = world.id()
    original = await world.app.changing.edit(ada.id, room, 1, id_, "better")
    await world.app.rooms.leave(ada.id, room)
    assert await world.again().changing.edit(ada.id, room, 1, id_, "better") == original
    with pytest.raises(NotMember):
        await world.app.changing.edit(ada.id, room, 1, world.id(), "one more")


async def test_an_id_stands_for_one_thing_and_not_for_ever(world: World, said: tuple[Person, Person, str]) -> None:
    ada, _, room = said
    id_, early = world.id(), world.id()
    await world.app.changing.edit(ada.id, room, 1, id_, "better")
    for what in (
        world.app.changing.edit(ada.id, room, 1, id_, "something else"),
        world.app.changing.delete(ada.id, room, 1, id_),
        world.app.changing.react(ada.id, room, 1, id_, "👍", on=True),
    ):
        with pytest.raises(IdConflict):
            await what
    world.clock.advance(6.5 * 24 * 3600)
    with pytest.raises(StaleId):
        await world.app.changing.delete(ada.id, room, 1, early)


async def test_two_invocations_of_one_edit_at_once_append_one_event(
    world: World, said: tuple[Person, Person, str]
) -> None:
    ada, _, room = said
    id_ = world.id()

    async def the_other() -> None:
        await world.again().changing.edit(ada.id, room, 1, id_, "better")

    world.stores.mongodb.before["events.insert"] = the_other
    assert (await world.app.changing.edit(ada.id, room, 1, id_, "better")).seq == 4
    assert (await world.app.log.end(room)).seq == 4


@pytest.mark.parametrize("step", ["heads.get", "events.changes", "events.insert"])
@pytest.mark.parametrize("flushed", [False, True])
async def test_an_edit_that_races_a_deletion_never_brings_the_text_back(
    world: World, said: tuple[Person, Person, str], step: str, flushed: bool
) -> None:
    ada, grace, room = said

    async def delete() -> None:
        other = world.again()
        await other.changing.delete(grace.id, room, 1, other.world.ids.ulid())
        if flushed:
            await other.flush.room(room)

    world.stores.mongodb.before[step] = delete
    with pytest.raises(NotFound):
        await world.app.changing.edit(ada.id, room, 1, world.id(), "I insist")
    assert (await shown(world, room)).text == ""
    await world.app.flush.room(room)
    assert (await shown(world, room)).text == ""
    assert "I insist" not in everything_stored(world)
    assert SECRET not in everything_stored(world)


async def test_a_reaction_that_races_a_deletion_is_refused(world: World, said: tuple[Person, Person, str]) -> None:
    ada, grace, room = said

    async def delete() -> None:
        await world.again().changing.delete(ada.id, room, 1, world.id())

    world.stores.mongodb.before["events.insert"] = delete
    with pytest.raises(NotFound):
        await world.app.changing.react(grace.id, room, 1, world.id(), "👍", on=True)
    assert (await shown(world, room)).reactions == {}


async def test_a_kick_between_the_check_and_the_insert_stops_the_edit(
    world: World, said: tuple[Person, Person, str]
) -> None:
    ada, _, room = said

    async def leave() -> None:
        await world.again().rooms.leave(ada.id, room)

    world.stores.mongodb.before["events.insert"] = leave
    with pytest.raises(NotMember):
        await world.app.changing.edit(ada.id, room, 1, world.id(), "too late")
    assert [it.type for it in world.stores.events.stored][-1] is EventType.MEMBER_LEFT


async def test_reactions_are_a_set_for_each_emoji(world: World, said: tuple[Person, Person, str]) -> None:
    ada, grace, room = said
    react = world.app.changing.react
    for user in (ada, grace, ada):
        await react(user.id, room, 1, world.id(), "👍", on=True)
    await react(grace.id, room, 1, world.id(), "🎉", on=True)
    await react(ada.id, room, 1, world.id(), "🎉", on=False)  # never added
    assert (await shown(world, room)).reactions == {"👍": {ada.id, grace.id}, "🎉": {grace.id}}
    await react(grace.id, room, 1, world.id(), "🎉", on=False)
    assert (await shown(world, room)).reactions == {"👍": {ada.id, grace.id}}
    with pytest.raises(BadRequest):
        await react(ada.id, room, 1, world.id(), "not an emoji", on=True)


@pytest.mark.parametrize("flush_after", [(), (0,), (1,), (0, 1, 2, 3)])
async def test_changes_are_the_same_before_after_and_across_flushes(
    world: World, said: tuple[Person, Person, str], flush_after: tuple[int, ...]
) -> None:
    ada, grace, room = said
    changing = world.app.changing

    async def flush(step: int) -> None:
        if step in flush_after:
            await world.app.flush.room(room)

    await flush(0)
    await changing.edit(ada.id, room, 1, world.id(), "second")
    await changing.react(grace.id, room, 1, world.id(), "👍", on=True)
    await flush(1)
    await changing.react(grace.id, room, 1, world.id(), "👍", on=False)
    await changing.react(ada.id, room, 1, world.id(), "🎉", on=True)
    await flush(2)
    edit = await changing.edit(ada.id, room, 1, world.id(), "third")
    await flush(3)
    message = await shown(world, room)
    assert (message.text, message.reactions, message.edited_at) == ("third", {"🎉": frozenset({ada.id})}, edit.ts)
    versions = await changing.versions(ada.id, room, 1)
    assert [(it.text, it.sender) for it in versions] == [(it, ada.id) for it in (SECRET, "second", "third")]
    assert [it.seq for it in versions] == sorted({3, 4, edit.seq})


async def test_changes_of_what_was_flushed_weeks_ago_are_seen_at_once(
    world: World, said: tuple[Person, Person, str]
) -> None:
    ada, _, room = said
    await world.app.flush.room(room)
    await world.expire()
    world.app = world.again()
    await world.app.changing.edit(ada.id, room, 1, world.id(), "weeks later")
    assert (await shown(world, room)).text == "weeks later"
    await world.app.flush.room(room)
    assert (await shown(world, room)).text == "weeks later"
    assert [it.text for it in await world.app.changing.versions(ada.id, room, 1)] == [SECRET, "weeks later"]


async def test_versions_are_for_the_author_and_owners(world: World, said: tuple[Person, Person, str]) -> None:
    ada, grace, room = said
    await world.app.changing.edit(ada.id, room, 1, world.id(), "better")
    eve = await world.person("eve")
    with pytest.raises(NotMember):
        await world.app.changing.versions(eve.id, room, 1)
    await world.app.rooms.join(eve.id, room)
    with pytest.raises(Forbidden):
        await world.app.changing.versions(eve.id, room, 1)
    for reader in (ada, grace):
        assert [it.text for it in await world.app.changing.versions(reader.id, room, 1)] == [SECRET, "better"]
    with pytest.raises(NotFound):
        await world.app.changing.versions(ada.id, room, 9)


@pytest.mark.parametrize("flush_before", [False, True])
async def test_a_deleted_text_is_nowhere_once_its_deletion_is_flushed(
    world: World, said: tuple[Person, Person, str], flush_before: bool
) -> None:
    ada, grace, room = said
    here = await world.socket(ada)
    await world.app.changing.edit(ada.id, room, 1, world.id(), f"{SECRET} for <@{grace.id}>")
    connection = await world.of(here)
    await world.app.sending.send(connection, room, world.id(), "an answer", reply_to=1)
    if flush_before:
        await world.app.flush.room(room)
    await world.app.changing.delete(ada.id, room, 1, world.id())
    assert SECRET in everything_stored(world)
    await world.app.flush.room(room)
    assert SECRET not in everything_stored(world)
    assert (await shown(world, room, 2)).reply_to == 1
    assert await world.app.changing.versions(ada.id, room, 1) == []
    # Nor does a device that was away get it.
    answers = await world.resume(await world.pending(grace), {room: 1})
    assert SECRET not in repr(answers)
    assert [it["type"] for it in answers[0]["events"]][-1] == "message.deleted"


@pytest.mark.parametrize(
    "step",
    [
        "events.redact",
        "history.versions",
        "history.apply",
        "mentions.note",
        "heads.raise_flushed",
        "expiries.note",
    ],
)
async def test_a_flush_of_a_deletion_that_dies_anywhere_is_finished_by_the_next(
    world: World, said: tuple[Person, Person, str], step: str
) -> None:
    ada, grace, room = said
    await world.app.flush.room(room)
    await world.app.changing.edit(ada.id, room, 1, world.id(), f"{SECRET} for <@{grace.id}>")
    await world.app.flush.room(room)
    await world.app.changing.delete(ada.id, room, 1, world.id())

    async def die() -> None:
        raise ConnectionAbortedError

    world.stores.mongodb.before[step] = world.stores.cassandra.before[step] = die
    with pytest.raises(ConnectionAbortedError):
        await world.app.flush.room(room)
    world.stores.mongodb.before.clear()
    world.stores.cassandra.before.clear()
    flushed = (await world.stores.heads.get(room)).flushed.seq
    assert flushed < 5 or SECRET not in everything_stored(world)
    assert (await shown(world, room)).text == ""
    world.clock.advance(61)
    await world.again().flush.room(room)
    assert SECRET not in everything_stored(world)
    await world.settle()
    assert await world.stores.events.rooms_pending() == []


async def test_a_flush_that_was_overtaken_by_a_deletion_writes_no_text_back(
    world: World, said: tuple[Person, Person, str]
) -> None:
    ada, grace, room = said
    await world.app.changing.edit(ada.id, room, 1, world.id(), f"{SECRET} for <@{grace.id}>")

    async def overtake() -> None:
        other = world.again()
        await other.changing.delete(ada.id, room, 1, world.id())
        world.clock.advance(61)  # the lease of the first is over
        await other.flush.room(room)

    # It has read the texts from the log and is about to write them.
    world.stores.cassandra.before["history.apply"] = overtake
    await world.app.flush.room(room)
    assert (await shown(world, room)).text == ""
    assert SECRET not in everything_stored(world)
    assert (await world.app.rooms.mine(grace.id, room)).unread.mentions == 0


async def test_a_reply_names_a_message_there_is(world: World, said: tuple[Person, Person, str]) -> None:
    _, grace, room = said
    connection = await world.of(await world.socket(grace))
    with pytest.raises(NotFound):
        await world.app.sending.send(connection, room, world.id(), "what?", reply_to=2)
    event = await world.app.sending.send(connection, room, world.id(), "what?", reply_to=1)
    assert event.body["reply_to"] == 1
    for flush in (False, True):
        if flush:
            await world.app.flush.room(room)
        assert (await shown(world, room, 2)).reply_to == 1
    assert (await world.resume(await world.pending(grace), {room: 3}))[0]["events"][0]["reply_to"] == 1


async def test_only_members_are_mentioned_and_an_edit_mentions_anew(
    world: World, said: tuple[Person, Person, str]
) -> None:
    ada, grace, room = said
    eve = await world.person("eve")
    edit = world.app.changing.edit
    event = await edit(ada.id, room, 1, world.id(), f"<@{grace.id}>, meet <@{eve.id}> and <@{grace.id}>")
    assert event.body["mentions"] == [grace.id]
    assert (await shown(world, room)).mentions == {grace.id}
    await edit(ada.id, room, 1, world.id(), "never mind")
    assert (await shown(world, room)).mentions == set()
    await world.app.flush.room(room)
    assert (await shown(world, room)).mentions == set()


async def test_a_repeated_edit_is_the_same_though_the_mentioned_left(
    world: World, said: tuple[Person, Person, str]
) -> None:
    ada, _, room = said
    eve = await world.person("eve")
    await world.app.rooms.join(eve.id, room)
    id_ = world.id()
    original = await world.app.changing.edit(ada.id, room, 1, id_, f"hello <@{eve.id}>")
    await world.app.rooms.leave(eve.id, room)
    assert await world.app.changing.edit(ada.id, room, 1, id_, f"hello <@{eve.id}>") == original


async def test_while_the_message_store_is_away_nothing_changes(world: World, said: tuple[Person, Person, str]) -> None:
    ada, _, room = said
    world.stores.mongodb.away = True
    with pytest.raises(Unavailable):
        await world.app.changing.edit(ada.id, room, 1, world.id(), "better")
    world.stores.mongodb.away = False
    assert (await shown(world, room)).text == SECRET


async def test_changes_count_towards_the_next_flush_as_messages_do() -> None:
    world = World(replace(CONFIG, flush_count=4))
    ada = await world.person("ada")
    room = await world.room(ada)
    await world.say(await world.socket(ada), room, "hello")
    await world.app.changing.edit(ada.id, room, 1, world.id(), "better")
    assert world.invoker.invocations == []
    await world.app.changing.react(ada.id, room, 1, world.id(), "👍", on=True)
    assert world.invoker.invocations == [("flush_room", {"room": room})]
