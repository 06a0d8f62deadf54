"""The Python client against the whole of Parley."""

import asyncio
import secrets

import pytest

from infra.client import Client, HttpServer, Refused, SessionOver
from tests.client import PASSWORD, new_id
from tests.system import System
from tests.waiting import PATIENCE_SECONDS, until


async def account(parley: System) -> HttpServer:
    server = HttpServer(parley.url, parley.http)
    await server.register(f"user {secrets.token_hex(6)}", f"{secrets.token_hex(8)}@example.org", PASSWORD)
    return server


async def test_two_clients_see_one_log_with_everything_that_was_done(parley: System) -> None:
    ada, grace = await account(parley), await account(parley)
    room = (await ada.create_room(new_id(), f"room {secrets.token_hex(6)}")).id
    await grace.join(room)
    async with asyncio.timeout(PATIENCE_SECONDS), Client(ada) as here, Client(grace) as there:
        await asyncio.gather(here.connection.live(), there.connection.live())
        said = await here.say(room, f"hello <@{there.me.id}>")
        await here.edit(room, said.n, "hello")
        await there.react(room, said.n, "👍")
        seq = await here.delete(room, said.n)
        await asyncio.gather(here.reached(room, seq), there.reached(room, seq))
        assert here.rooms[room].events == there.rooms[room].events
        kinds = [it.type for it in there.rooms[room].events]
        assert kinds[-4:] == ["message.created", "message.edited", "reaction.added", "message.deleted"]


async def test_a_client_takes_in_a_room_that_its_user_joins_elsewhere(parley: System) -> None:
    ada, grace = await account(parley), await account(parley)
    room = (await ada.create_room(new_id(), f"room {secrets.token_hex(6)}")).id
    async with asyncio.timeout(PATIENCE_SECONDS), Client(ada) as here, Client(grace) as there:
        await asyncio.gather(here.connection.live(), there.connection.live())
        await grace.join(room)

        async def known() -> bool:
            return room in there.rooms

        await until(known)
        ack = await here.say(room, "welcome")
        await there.reached(room, ack.seq)
        assert there.rooms[room].events[-1].id == ack.id


async def test_an_access_token_that_ran_out_is_renewed_once_for_all_who_ask(parley: System) -> None:
    server = await account(parley)
    server._access = "ran out"
    names = [it.me.name for it in await asyncio.gather(*(server.bootstrap() for _ in range(3)))]
    assert len(set(names)) == 1


async def test_a_session_that_was_ended_elsewhere_is_over_for_the_client(parley: System) -> None:
    server = await account(parley)
    async with asyncio.timeout(PATIENCE_SECONDS), Client(server) as client:
        await client.connection.live()
        events = client.events()
        over = asyncio.ensure_future(anext(events))
        await server.log_out()
        with pytest.raises(SessionOver):
            await over


async def test_what_the_server_refuses_is_raised_with_its_code(parley: System) -> None:
    server = await account(parley)
    with pytest.raises(Refused) as refused:
        await server.room(new_id())
    assert (refused.value.code, refused.value.retry) == ("not_member", False)
