"""Who may do what, and what a request cannot bring along. Numbers of requirements are those of OWASP ASVS 5."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

import pytest
from pydantic import TypeAdapter
from websockets.exceptions import ConnectionClosed, InvalidStatus

from chalicelib.domain.permissions import PERMISSIONS, Operation
from infra.generate.openapi import operations
from tests.client import PASSWORD, Frame, Person, Socket, new_id
from tests.permissions.grid import ATTEMPTS
from tests.system import System

NOBODY: Final = {"$ne": None}
"""To a query of MongoDB: everybody."""


async def refusal(socket: Socket, frame: Mapping[str, Any]) -> Frame:
    """The refusal of a frame that is sent as it is, with an id unless it brings one."""
    socket.frames.clear()
    await socket.connection.send(json.dumps({"id": new_id(), **frame}))
    return await socket.kind("error")


async def test_20_who_is_kicked_while_connecting_is_sent_nothing_of_the_room_after_it(parley: System) -> None:
    owner, member = await parley.person(), await parley.person()
    for _ in range(5):
        room = await owner.room()
        await member.post(f"/rooms/{room}/join")
        spare = await member.ticket()
        opened: list[Socket] = []

        async def connect(ticket: str, opened: list[Socket] = opened, room: str = room) -> None:
            with suppress(InvalidStatus, ConnectionClosed):
                socket = Socket(await member.open(ticket))
                await socket.__aenter__()
                opened.append(socket)
                await socket.resume({room: 0})

        connecting = asyncio.gather(connect(spare), connect(await member.ticket()))
        async with owner.socket() as mine:
            await owner.post(f"/rooms/{room}/members/{member.id}/kick")
            await connecting
            said_after = await mine.say(room, "behind closed doors")
        for socket in opened:
            refused = await socket.kind("error", id=await socket.send("message.send", room=room, text="late"))
            assert refused["code"] == "not_member"
            assert not [it for it in socket.frames if it.get("seq") == said_after["seq"] and it.get("room") == room]
            await socket.__aexit__()


def test_21_every_operation_of_the_table_is_tried_in_every_cell() -> None:
    assert set(ATTEMPTS) == set(PERMISSIONS) == set(Operation)


async def test_21_nothing_but_what_is_public_is_done_for_nobody(parley: System) -> None:
    nobody = parley.somebody()
    for it in operations():
        path = it.path.replace("{n}", "1")
        for name in ("room", "user", "invite", "session"):
            path = path.replace(f"{{{name}}}", new_id())
        if not it.public:
            answer = await nobody.call(it.method, path, {} if it.body else None)
            assert answer.code() in {"unauthenticated", "bad_request"}, it.name
            forged = await nobody.call(it.method, path, {} if it.body else None, headers={"Authorization": "Bearer x"})
            assert forged.code() in {"unauthenticated", "bad_request"}, it.name


@pytest.mark.parametrize("forged", ["sender", "role", "ts", "n", "seq", "type", "mentions", "__proto__"])
async def test_22_what_the_server_decides_cannot_be_sent_along(parley: System, forged: str) -> None:
    ada, bob = await parley.person(), await parley.person()
    room = await ada.room()
    fields: dict[str, Any] = {"room": room, "text": "hello", forged: bob.id}
    async with ada.socket() as socket:
        refused = await refusal(socket, {"action": "message.send", **fields})
        assert (refused["type"], refused["code"]) == ("error", "bad_request")
        assert (await socket.say(room, "still open"))["n"] == 1
    bodies = {
        ("POST", "/auth/register"): {"name": "forger", "email": "forger@example.org", "password": PASSWORD},
        ("POST", "/rooms"): {"id": new_id(), "name": f"forged {new_id()}"},
        ("PATCH", "/me"): {"status": "forged"},
        ("PATCH", f"/rooms/{room}/messages/1"): {"id": new_id(), "text": "forged"},
    }
    for (method, path), body in bodies.items():
        assert (await ada.call(method, path, {**body, forged: "owner"})).code() == "bad_request"


async def test_25_an_operator_of_a_query_is_no_id(parley: System) -> None:
    ada = await parley.person()
    room = await ada.room()
    frames: tuple[dict[str, Any], ...] = (
        {"action": "resume", "rooms": NOBODY},
        {"action": "resume", "rooms": {room: NOBODY}},
        {"action": "resume", "rooms": {"$where": 1}},
        {"action": "message.send", "room": NOBODY, "text": "hello"},
        {"action": "message.send", "room": room, "text": NOBODY},
        {"action": "message.send", "room": room, "text": "hello", "reply_to": NOBODY},
        {"action": "read.mark", "room": NOBODY, "n": 0, "version": 0},
        {"action": "read.mark", "room": room, "n": NOBODY, "version": 0},
        {"action": "typing", "room": NOBODY, "on": True},
        {"action": "presence.watch", "users": NOBODY},
        {"action": "presence.watch", "users": [NOBODY]},
        {"action": "ping", "since": NOBODY},
        {"action": "ping", "since": 0, "id": NOBODY},
    )
    async with ada.socket() as socket:
        for frame in frames:
            assert (await refusal(socket, frame))["code"] == "bad_request", frame
        await socket.say(room, "still open")
    for it in operations():
        if it.body is not None:
            path = it.path.replace("{n}", "1")
            for name in ("room", "user", "invite", "session"):
                path = path.replace(f"{{{name}}}", room)
            names = TypeAdapter(it.body).json_schema().get("properties") or {"none": {}}
            answer = await ada.call(it.method, path, dict.fromkeys(names, NOBODY))
            assert answer.code() == "bad_request", it.name


async def test_25_an_operator_in_a_path_or_query_names_nothing(parley: System) -> None:
    ada: Person = await parley.person()
    for path in ("/rooms/$ne", "/rooms/%7B%22$ne%22:null%7D/members", "/rooms/[$ne]/messages"):
        assert (await ada.call("GET", path)).code() == "not_found"
    room = await ada.room()
    for path in (f"/rooms/{room}/messages?before[$ne]=1", "/users?ids[$ne]=1", f"/rooms/{room}/events?after[$gt]=0"):
        assert (await ada.call("GET", path)).code() == "bad_request"
