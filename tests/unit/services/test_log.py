"""Appending: compare-and-set, idempotent by id, checked again after every collision."""

import asyncio
from random import Random

import pytest

from chalicelib.domain.log import Draft, EventType
from chalicelib.errors import IdConflict, NotMember, Unavailable
from chalicelib.services.log import ATTEMPTS, REMEMBER_SECONDS, STRIDE, Log
from tests.parley import World

ROOM = "room"


async def anybody(_again: bool) -> None:
    """Allows everything."""


def said(world: World, text: str, id_: str | None = None, sender: str = "ada") -> Draft:
    return Draft(ROOM, id_ or world.id(), sender, EventType.MESSAGE_CREATED, {"text": text})


def another(world: World, seed: int = 0) -> Log:
    return Log(world.stores.events, world.stores.heads, world.clock, Random(seed))


async def test_events_follow_each_other_without_a_gap(world: World) -> None:
    log = another(world)
    appended = [await log.append(said(world, str(number)), anybody) for number in range(5)]
    assert [(it.event.seq, it.event.n) for it in appended] == [(n, n) for n in range(1, 6)]


async def test_many_environments_at_once_make_one_dense_log(world: World) -> None:
    logs = [another(world, seed) for seed in range(8)]
    await asyncio.gather(
        *(log.append(said(world, f"{i} {j}"), anybody) for i, log in enumerate(logs) for j in range(5))
    )
    events = await logs[0].between(ROOM, 0, 100)
    assert [it.seq for it in events] == list(range(1, 41))
    assert len({it.body["text"] for it in events}) == 40


async def test_a_known_id_gets_its_original_event_and_nothing_is_appended(world: World) -> None:
    log = another(world)
    draft = said(world, "once")
    first = await log.append(draft, anybody)
    for again in (log, another(world)):
        replayed = await again.append(draft, anybody)
        assert (replayed.event, replayed.replayed) == (first.event, True)
    assert (await log.end(ROOM)).seq == 1


async def test_the_same_draft_in_parallel_is_one_event(world: World) -> None:
    draft = said(world, "once")
    appended = await asyncio.gather(*(another(world, seed).append(draft, anybody) for seed in range(10)))
    assert len({it.event.seq for it in appended}) == 1
    assert [it.replayed for it in appended].count(False) == 1


async def test_an_id_used_for_another_text_is_refused(world: World) -> None:
    log = another(world)
    draft = said(world, "one thing")
    await log.append(draft, anybody)
    with pytest.raises(IdConflict):
        await log.append(said(world, "another", draft.id), anybody)


async def test_the_same_id_of_another_author_is_another_id(world: World) -> None:
    log = another(world)
    draft = said(world, "mine")
    await log.append(draft, anybody)
    theirs = await log.append(said(world, "theirs", draft.id, "grace"), anybody)
    assert theirs.event.seq == 2


async def test_a_refusal_comes_after_the_id_was_looked_up(world: World) -> None:
    log = another(world)
    draft = said(world, "said before the kick")

    async def refuse(_again: bool) -> None:
        raise NotMember("no longer")

    original = await log.append(draft, anybody)
    assert (await log.append(draft, refuse)).event == original.event
    with pytest.raises(NotMember):
        await log.append(said(world, "said after it"), refuse)


async def test_what_allowed_an_append_is_asked_again_when_the_log_took_its_author_out(world: World) -> None:
    log, kicker = another(world), another(world)
    await log.append(said(world, "the end is remembered from here on"), anybody)
    member = True

    async def check(again: bool) -> None:
        asked.append(again)
        if again and not member:
            raise NotMember("kicked")

    async def kick() -> None:
        nonlocal member
        member = False
        await kicker.append(Draft(ROOM, world.id(), "grace", EventType.MEMBER_LEFT, {"user": "ada"}), anybody)

    asked: list[bool] = []
    world.stores.mongodb.before["events.insert"] = kick
    with pytest.raises(NotMember):
        await log.append(said(world, "too late"), check, await log.approach(ROOM))
    assert asked == [False, True]
    assert [it.type for it in await log.between(ROOM, 0, 9)][-1] is EventType.MEMBER_LEFT


async def test_who_was_taken_out_before_the_approach_saw_the_log_is_asked_again(world: World) -> None:
    log, rival = another(world), another(world)
    await log.append(said(world, "the end is remembered from here on"), anybody)
    await rival.append(said(world, "and overtaken", sender="grace"), anybody)
    await log.append(said(world, "which is noticed"), anybody)
    await rival.append(Draft(ROOM, world.id(), "grace", EventType.MEMBER_LEFT, {"user": "ada"}), anybody)

    async def check(again: bool) -> None:
        if again:
            raise NotMember("kicked")

    approach = await log.approach(ROOM)
    assert approach is not None
    with pytest.raises(NotMember):
        await log.append(said(world, "too late"), check, approach)
    assert (await log.append(said(world, "mine", sender="grace"), check, approach)).event.sender == "grace"


async def test_an_environment_that_was_overtaken_looks_first_and_collides_no_more(world: World) -> None:
    log, rival = another(world), another(world)
    for number in range(3):
        await log.append(said(world, f"mine {number}"), anybody, await log.approach(ROOM))
        await rival.append(said(world, f"theirs {number}"), anybody, await rival.approach(ROOM))
    world.stores.mongodb.calls.clear()
    await log.append(said(world, "mine"), anybody, await log.approach(ROOM))
    assert world.stores.mongodb.calls == {"events.between": 1, "events.insert": 1}
    # Nobody came between this time: the next but one is not looked for.
    await log.append(said(world, "mine"), anybody, await log.approach(ROOM))
    world.stores.mongodb.calls.clear()
    await log.append(said(world, "mine"), anybody, await log.approach(ROOM))
    assert world.stores.mongodb.calls == {"events.insert": 1}


async def test_a_log_that_went_on_too_far_to_be_seen_at_once_is_learnt_anew(world: World) -> None:
    log, rival = another(world), another(world)
    await log.append(said(world, "first"), anybody)
    await rival.append(said(world, "overtaken"), anybody)
    await log.append(said(world, "second"), anybody)
    for number in range(STRIDE):
        await rival.append(said(world, str(number)), anybody)
    assert await log.approach(ROOM) is None
    assert (await log.append(said(world, "last"), anybody)).event.seq == STRIDE + 4


async def test_what_was_read_before_the_end_was_learnt_is_read_again(world: World) -> None:
    log = another(world)
    asked: list[bool] = []

    async def check(again: bool) -> None:
        asked.append(again)

    for _ in range(2):
        await log.append(said(world, "hello"), check, await log.approach(ROOM))
    assert asked == [True, False]


async def test_a_remembered_end_saves_the_reads_and_is_forgotten_after_a_minute(world: World) -> None:
    log = another(world)
    await log.append(said(world, "first"), anybody)
    world.stores.mongodb.calls.clear()
    await log.append(said(world, "second"), anybody)
    assert world.stores.mongodb.calls == {"events.insert": 1}
    world.clock.advance(REMEMBER_SECONDS)
    await log.append(said(world, "third"), anybody)
    assert world.stores.mongodb.calls["heads.get"] == 1


async def test_the_end_is_found_however_far_the_head_is_behind(world: World) -> None:
    log = another(world)
    for number in range(2 * STRIDE + 3):
        await log.append(said(world, str(number)), anybody)
    assert (await another(world).end(ROOM)).seq == 2 * STRIDE + 3


async def test_the_head_is_raised_once_a_second_however_many_environments_write(world: World) -> None:
    logs = [another(world), another(world)]

    async def say() -> None:
        for log in logs:
            await log.raise_head(await log.append(said(world, "hello"), anybody))

    await say()
    assert (await world.stores.heads.get(ROOM)).end.seq == 1
    world.clock.advance(1)
    world.stores.mongodb.calls.clear()
    await say()
    assert (await world.stores.heads.get(ROOM)).end.seq == 3
    assert world.stores.mongodb.calls["heads.raise_end"] == 1


async def test_time_rises_even_when_an_environment_with_a_slow_clock_writes(world: World) -> None:
    log = another(world)
    first = await log.append(said(world, "on time"), anybody)
    world.clock.set(first.event.ts - 300_000_000)
    second = await log.append(said(world, "five minutes behind"), anybody)
    assert second.event.ts == first.event.ts + 1


async def test_a_room_where_every_place_is_taken_first_gives_up_and_says_so(world: World) -> None:
    log, rival = another(world), another(world)

    async def take_the_place() -> None:
        await rival.append(said(world, "faster", sender="grace"), anybody)

    async def check(_again: bool) -> None:
        await take_the_place()

    await log.append(said(world, "first"), anybody)
    with pytest.raises(Unavailable):
        await log.append(said(world, "never"), check)
    assert (await log.end(ROOM)).seq == ATTEMPTS + 1


async def test_nothing_is_remembered_of_an_append_that_the_store_did_not_answer(world: World) -> None:
    log = another(world)
    world.stores.mongodb.away = True
    draft = said(world, "unknown outcome")
    with pytest.raises(Unavailable):
        await log.append(draft, anybody)
    world.stores.mongodb.away = False
    assert (await log.append(draft, anybody)).event.seq == 1
