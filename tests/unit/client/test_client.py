"""The client against a server in memory and a clock that jumps."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random
from typing import Final

import pytest

from chalicelib.domain.ids import ulid
from chalicelib.errors import ErrorCode
from chalicelib.schemas.commands import Resume, SendMessage
from chalicelib.schemas.events import Error
from infra.client import Client, Refused, Restarted, SessionOver
from tests.unit.client.fake_server import ARRIVES, LOST, ROOM, FakeServer, FakeWire
from tests.unit.client.virtual_time import run

ADA: Final = ulid(1, 11)
GRACE: Final = ulid(1, 12)


@asynccontextmanager
async def live(server: FakeServer, user: str = ADA) -> AsyncIterator[Client]:
    async with asyncio.timeout(3_600), Client(server.of(user), Random(1)) as client:
        await client.connection.live()
        yield client


def wire_of(server: FakeServer, user: str = ADA) -> FakeWire:
    (wire,) = [it for it in server.wires if it.user == user]
    return wire


def texts(client: Client) -> list[str]:
    return [it.text for it in client.rooms[ROOM].events if it.type == "message.created"]


def refusal(code: ErrorCode, *, retry: bool) -> Error:
    return Error(id=None, code=code, message="no", retry=retry)


def test_what_one_says_everybody_sees() -> None:
    async def scenario() -> None:
        server = FakeServer()
        async with live(server) as ada, live(server, GRACE) as grace:
            ack = await ada.say(ROOM, "hello")
            await grace.reached(ROOM, ack.seq)
            assert texts(ada) == ["hello"]
            assert [it.id for it in grace.rooms[ROOM].events] == [ack.id]

    run(scenario())


def test_messages_of_a_room_are_in_flight_one_at_a_time() -> None:
    async def scenario() -> None:
        server = FakeServer()
        async with live(server) as ada:
            server.network.fate = lambda: LOST
            sends = [asyncio.create_task(ada.say(ROOM, text)) for text in ("first", "second", "third")]
            await asyncio.sleep(5)
            said = [it for it in wire_of(server).sent if isinstance(it, SendMessage)]
            assert [it.text for it in said] == ["first"]
            server.network.fate = lambda: ARRIVES
            await asyncio.gather(*sends)
        assert texts_of(server) == ["first", "second", "third"]

    run(scenario())


def texts_of(server: FakeServer) -> list[str]:
    return [it.text for it in server.logs[ROOM] if it.type == "message.created"]


def test_a_message_whose_ack_is_lost_is_sent_again_under_the_same_id_over_the_next_connection() -> None:
    async def scenario() -> None:
        server = FakeServer()
        async with live(server) as ada:
            lost = iter((ARRIVES, LOST))
            server.network.fate = lambda: next(lost, ARRIVES)
            saying = asyncio.create_task(ada.say(ROOM, "once"))
            await asyncio.sleep(1)
            server.cut()
            ack = await saying
            assert (ack.seq, texts_of(server), texts(ada)) == (1, ["once"], ["once"])

    run(scenario())


def test_a_refusal_worth_repeating_is_repeated_and_another_is_raised() -> None:
    async def scenario() -> None:
        server = FakeServer()
        async with live(server) as ada:
            server.refusals = [refusal(ErrorCode.UNAVAILABLE, retry=True)] * 3
            assert (await ada.say(ROOM, "at last")).seq == 1
            server.refusals = [refusal(ErrorCode.STALE_ID, retry=False)]
            with pytest.raises(Refused, match="no"):
                await ada.say(ROOM, "never")
            await ada.say(ROOM, "and on it goes")
        assert texts_of(server) == ["at last", "and on it goes"]

    run(scenario())


def test_a_message_whose_function_died_is_sent_again_before_it_is_late() -> None:
    async def scenario() -> None:
        server = FakeServer()
        async with live(server) as ada:
            fates = iter((LOST,))
            server.network.fate = lambda: next(fates, ARRIVES)
            saying = asyncio.create_task(ada.say(ROOM, "once"))
            await asyncio.sleep(0.1)
            wire_of(server).arrive('{"message": "Internal server error", "connectionId": "it=", "requestId": "1"}')
            async with asyncio.timeout(3):
                await saying
        assert texts_of(server) == ["once"]

    run(scenario())


def test_a_frame_that_the_server_closes_for_is_not_sent_again() -> None:
    async def scenario() -> None:
        server = FakeServer()
        async with live(server) as ada:
            server.network.fate = lambda: LOST
            saying = asyncio.create_task(ada.say(ROOM, "too long"))
            await asyncio.sleep(1)
            server.network.fate = lambda: ARRIVES
            wire_of(server).close(1009)
            with pytest.raises(Refused, match="too long"):
                await saying

    run(scenario())


def test_resuming_asks_from_the_end_of_the_contiguous_prefix() -> None:
    async def scenario() -> None:
        server = FakeServer()
        async with live(server) as ada, live(server, GRACE) as grace:
            await grace.say(ROOM, "seen")
            await ada.reached(ROOM, 1)
            server.network.fate = iter((ARRIVES, ARRIVES, LOST)).__next__  # the send, the ack, the push
            await grace.say(ROOM, "lost")
            server.network.fate = lambda: ARRIVES
            server.cut()
            await ada.reached(ROOM, 2)
            (resume,) = [it for it in wire_of(server).sent if isinstance(it, Resume)]
            assert resume.rooms == {ROOM: 1}
            assert texts(ada) == ["seen", "lost"]

    run(scenario())


def test_a_push_that_was_lost_surfaces_within_a_heartbeat() -> None:
    async def scenario() -> None:
        server = FakeServer()
        async with live(server) as ada, live(server, GRACE) as grace:
            fates = iter((ARRIVES, ARRIVES, LOST))
            server.network.fate = lambda: next(fates, ARRIVES)
            await grace.say(ROOM, "lost on the way")
            async with asyncio.timeout(61):
                await ada.reached(ROOM, 1)

    run(scenario())


def test_a_gap_that_stays_is_fetched_and_one_that_is_filled_costs_no_request() -> None:
    async def scenario() -> None:
        server = FakeServer()
        async with live(server) as ada:
            server.requests.clear()
            wire = wire_of(server)
            one, two = (
                server.append(ROOM, GRACE, ulid(2, it), "message.created", text=str(it), mentions=[]) for it in (1, 2)
            )
            wire.push(two)
            wire.push(one)
            await ada.reached(ROOM, 2)
            await asyncio.sleep(1)
            assert server.requests == []
            server.append(ROOM, GRACE, ulid(2, 3), "message.created", text="3", mentions=[])
            wire.push(server.append(ROOM, GRACE, ulid(2, 4), "message.created", text="4", mentions=[]))
            await ada.reached(ROOM, 4)
            assert server.requests == ["log after 2"]

    run(scenario())


def test_more_than_a_delta_is_fetched_page_by_page() -> None:
    async def scenario() -> None:
        server = FakeServer()
        async with live(server) as ada:
            for number in range(250):
                server.append(ROOM, GRACE, ulid(2, number), "message.created", text=str(number), mentions=[])
            server.cut()
            await ada.reached(ROOM, 250)
            assert texts(ada) == texts_of(server)

    run(scenario())


def test_a_log_the_server_no_longer_keeps_goes_on_after_the_newest_page() -> None:
    async def scenario() -> None:
        server = FakeServer()
        async with live(server) as ada:
            events = ada.events()
            first = asyncio.ensure_future(anext(events))
            for number in range(50):
                server.append(ROOM, GRACE, ulid(2, number), "message.created", text=str(number), mentions=[])
            server.expired[ROOM] = 45
            server.cut()
            await ada.reached(ROOM, 50)
            assert (await ada.say(ROOM, "and on it goes")).seq == 51
            assert texts(ada) == ["and on it goes"]
            restarted = await first
            assert isinstance(restarted, Restarted)
            assert restarted.page.as_of == 50
            await events.aclose()

    run(scenario())


def test_a_room_that_was_left_is_forgotten_and_one_that_was_joined_elsewhere_is_taken_in() -> None:
    async def scenario() -> None:
        server = FakeServer()
        other = ulid(1, 99)
        server.logs[other] = []
        server.members[other] = {GRACE}
        async with live(server) as ada:
            server.members[ROOM].discard(ADA)
            server.members[other].add(ADA)
            server.append(other, GRACE, ulid(2, 1), "message.created", text="welcome", mentions=[])
            server.cut()
            await asyncio.sleep(120)
            assert set(ada.rooms) == {other}
            with pytest.raises(Refused):
                await ada.say(ROOM, "still here?")
            await ada.say(other, "thanks")

    run(scenario())


def test_changes_are_asked_for_with_the_same_id_until_they_are_answered() -> None:
    async def scenario() -> None:
        server = FakeServer()
        async with live(server) as ada, live(server, GRACE) as grace:
            n = (await ada.say(ROOM, "befor")).n
            server.unanswered = 3
            await ada.edit(ROOM, n, "before")
            await ada.react(ROOM, n, "+")
            seq = await ada.delete(ROOM, n)
            await grace.reached(ROOM, seq)
            kinds = [it.type for it in grace.rooms[ROOM].events]
            assert kinds == ["message.created", "message.edited", "reaction.added", "message.deleted"]

    run(scenario())


def test_a_session_that_ended_ends_everything_and_is_not_tried_again() -> None:
    async def scenario() -> None:
        server = FakeServer()
        async with live(server) as ada:
            server.ended.add(ADA)
            with pytest.raises(SessionOver):
                await ada.say(ROOM, "anybody?")
            asked = len(server.requests)
            with pytest.raises(SessionOver):
                await ada.say(ROOM, "anybody?")
            await asyncio.sleep(600)
            assert len(server.requests) == asked
            assert not server.wires

    run(scenario())


def test_a_handshake_refused_for_its_ticket_is_tried_with_another_one_refused_for_its_origin_never() -> None:
    async def scenario() -> None:
        server = FakeServer(handshakes=[401, 500])
        async with live(server) as ada:
            assert server.requests.count("ticket") == 3
            server.handshakes = [403]
            server.cut()
            await asyncio.sleep(600)
            assert server.requests.count("ticket") == 4
            assert not ada.connection.is_live

    run(scenario())


def test_a_silent_line_is_given_up_and_attempts_back_off_while_the_server_is_away() -> None:
    async def scenario() -> None:
        server = FakeServer()
        async with live(server) as ada:
            old = wire_of(server)
            server.network.fate = lambda: LOST
            await asyncio.sleep(75)
            assert old not in server.wires
            tickets = server.requests.count("ticket")
            server.unanswered = 1_000
            server.cut()
            await asyncio.sleep(600)
            assert 600 / 30 < server.requests.count("ticket") - tickets < 600 / 5
            server.unanswered = 0
            server.network.fate = lambda: ARRIVES
            await ada.connection.live()

    run(scenario())
