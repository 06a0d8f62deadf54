"""Two people chat: real sockets, all functions, all stores."""

import asyncio
import json

from websockets.exceptions import InvalidStatus

from tests.client import PASSWORD, new_id
from tests.system import System


async def test_a_message_is_acked_and_reaches_the_other_with_the_same_place(parley: System) -> None:
    ada, grace = await parley.person(), await parley.person()
    room = await ada.room()
    await grace.post(f"/rooms/{room}/join")
    async with ada.socket() as here, grace.socket() as there:
        ack = await here.say(room, "hello")
        event = await there.kind("message.created", room=room)
    assert (event["text"], event["sender"], event["id"]) == ("hello", ada.id, ack["id"])
    assert (event["seq"], event["n"], event["ts"]) == (ack["seq"], ack["n"], ack["ts"])
    assert (ack["seq"], ack["n"]) == (3, 1)  # after the two who joined


async def test_both_see_the_messages_of_both_in_one_order(parley: System) -> None:
    ada, grace = await parley.person(), await parley.person()
    room = await ada.room()
    await grace.post(f"/rooms/{room}/join")
    async with ada.socket() as here, grace.socket() as there:
        async with asyncio.TaskGroup() as group:
            for number in range(10):
                group.create_task(here.say(room, f"ada {number}"))
                group.create_task(there.say(room, f"grace {number}"))
        for socket in (here, there):
            for seq in range(3, 23):
                await socket.seq(room, seq)
    seen = [[(it["n"], it["id"]) for it in await person.history(room)] for person in (ada, grace)]
    assert seen[0] == seen[1]
    assert [n for n, _ in seen[0]] == list(range(1, 21))
    assert len({id_ for _, id_ in seen[0]}) == 20


async def test_a_resend_after_a_reconnect_gets_the_original_ack_and_is_said_once(parley: System) -> None:
    ada = await parley.person()
    room = await ada.room()
    id_ = new_id()
    async with ada.socket() as socket:
        original = await socket.say(room, "once", id_)
    async with ada.socket() as socket:
        assert await socket.say(room, "once", id_) == original
    assert [it["id"] for it in await ada.history(room)] == [id_]


async def test_what_was_said_meanwhile_comes_with_the_resume(parley: System) -> None:
    ada, grace = await parley.person(), await parley.person()
    room = await ada.room()
    await grace.post(f"/rooms/{room}/join")
    async with ada.socket() as here:
        async with grace.socket():
            first = await here.say(room, "while here")
        missed = [await here.say(room, f"while away {number}") for number in range(3)]
        async with grace.socket({room: first["seq"]}) as there:
            delta = await there.kind("delta", room=room)
    assert [it["id"] for it in delta["events"]] == [it["id"] for it in missed]
    assert delta["to"] - delta["from"] == 3


async def test_a_direct_message_opened_by_one_appears_at_the_other(parley: System) -> None:
    ada, grace = await parley.person(), await parley.person()
    async with ada.socket() as here, grace.socket() as there:
        rooms = await asyncio.gather(ada.post("/dms", {"user": grace.id}), grace.post("/dms", {"user": ada.id}))
        assert rooms[0]["id"] == rooms[1]["id"]
        await there.kind("member.joined", room=rooms[0]["id"], user=grace.id)
        await here.say(rooms[0]["id"], "just us")
        await there.kind("message.created", text="just us")


async def test_who_left_hears_nothing_more(parley: System) -> None:
    ada, grace = await parley.person(), await parley.person()
    room = await ada.room()
    await grace.post(f"/rooms/{room}/join")
    async with ada.socket() as here, grace.socket() as there:
        await grace.post(f"/rooms/{room}/leave")
        await there.kind("left", room=room)
        await here.say(room, "behind your back")
        refused = await there.send("message.send", room=room, text="am I still here?")
        assert (await there.kind("error", id=refused))["code"] == "not_member"
        assert not [it for it in there.frames if it["type"] == "message.created"]
    assert (await grace.call("GET", f"/rooms/{room}/messages")).code() == "not_member"


async def test_a_logout_closes_the_socket_and_refuses_the_token(parley: System) -> None:
    ada = await parley.person()
    answer = await ada.call("POST", "/auth/login", {"login": ada.name, "password": PASSWORD})
    ada.token = answer.ok()["access_token"]
    cookie = answer.headers["Set-Cookie"].partition(";")[0]
    async with ada.socket() as socket:
        assert (await ada.call("POST", "/auth/logout", {}, headers={"Cookie": cookie})).status == 204
        await socket.kind("session.ended")
        await socket.closed()
    assert (await ada.call("GET", "/me")).code() == "unauthenticated"


async def test_presence_comes_and_goes_with_the_sockets(parley: System) -> None:
    ada, grace = await parley.person(), await parley.person()
    room = await ada.room()
    await grace.post(f"/rooms/{room}/join")
    async with ada.socket() as here:
        await here.send("presence.watch", users=[grace.id])
        await here.kind("presence", users={grace.id: "offline"})
        async with grace.socket() as there:
            await here.kind("presence", users={grace.id: "online"})
            await there.send("typing", room=room, on=True)
            await here.kind("typing", room=room, user=grace.id, on=True)
            presence = await ada.get(f"/rooms/{room}/presence")
            assert set(presence["online"]) == {ada.id, grace.id}
            assert presence["typing"] == [grace.id]
            here.frames.clear()
        await here.kind("presence", users={grace.id: "offline"})
    assert (await ada.get(f"/rooms/{room}/presence"))["typing"] == []


async def test_bad_frames_are_answered_and_leave_the_socket_alive(parley: System) -> None:
    ada = await parley.person()
    room = await ada.room()
    async with ada.socket() as socket:
        bad = ["", "hello", "{", "[[[[", json.dumps({"action": "dance", "id": new_id()})]
        for body in bad:
            socket.frames.clear()
            await socket.connection.send(body)
            error = await socket.kind("error")
            assert error["code"] in {"bad_request", "unknown_action"}
        assert (await socket.say(room, "still alive"))["n"] == 1


async def test_a_page_of_another_site_and_a_used_ticket_open_no_socket(parley: System) -> None:
    ada = await parley.person()
    refusals = []
    ticket = await ada.ticket()
    for origin in ("https://evil.example", None, None):
        try:
            connection = await ada.open(ticket, origin)
            await connection.close()
            refusals.append(101)
        except InvalidStatus as refused:
            refusals.append(refused.response.status_code)
    assert refusals == [parley.refusal(403), 101, parley.refusal(401)]
