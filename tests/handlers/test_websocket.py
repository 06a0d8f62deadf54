"""The WebSocket handlers, called with the events API Gateway sends."""

import json
from typing import Any

import pytest

import app
from chalicelib.domain.sessions import ABSOLUTE_US
from chalicelib.limits import TEXT_LENGTH
from chalicelib.schemas.events import PUSH
from tests.handlers.conftest import Edge
from tests.parley import ORIGIN, Person


def connect(edge: Edge, protocols: str, origin: str | None = ORIGIN, connection: str = "c=") -> dict[str, Any]:
    event = edge.event("connect", connectionId=connection)
    event["headers"]["Sec-WebSocket-Protocol"] = protocols
    if origin is None:
        del event["headers"]["Origin"]
    else:
        event["headers"]["Origin"] = origin
    answer: dict[str, Any] = app.connect(event, None)
    return answer


def ticket(edge: Edge, person: Person) -> str:
    return edge.run(edge.world.app.accounts.ticket(person.caller))


def test_a_socket_with_a_ticket_is_admitted_and_the_ticket_is_not_echoed(edge: Edge) -> None:
    answer = connect(edge, f"parley.v1, ticket.{ticket(edge, edge.person('Ada'))}")
    assert answer["statusCode"] == 200
    assert answer["headers"]["Sec-WebSocket-Protocol"] == "parley.v1"


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example", ORIGIN + ".evil.example", ORIGIN + "/"])
def test_only_pages_of_the_allowed_origins_open_sockets(edge: Edge, origin: str | None) -> None:
    valid = ticket(edge, edge.person("Ada"))
    assert connect(edge, f"parley.v1, ticket.{valid}", origin)["statusCode"] == 403
    # A refused origin does not use the ticket up.
    assert connect(edge, f"parley.v1, ticket.{valid}")["statusCode"] == 200


@pytest.mark.parametrize("protocols", ["", "parley.v1", "parley.v1, ticket.", "parley.v1, ticket.made-up", "chat"])
def test_a_socket_without_a_valid_ticket_is_refused(edge: Edge, protocols: str) -> None:
    assert connect(edge, protocols)["statusCode"] == 401


def test_a_ticket_without_the_protocol_is_refused(edge: Edge) -> None:
    assert connect(edge, f"ticket.{ticket(edge, edge.person('Ada'))}")["statusCode"] == 401


def test_a_store_that_is_away_refuses_the_socket_for_now(edge: Edge) -> None:
    valid = ticket(edge, edge.person("Ada"))
    edge.world.stores.mongodb.away = True
    assert connect(edge, f"parley.v1, ticket.{valid}")["statusCode"] == 503


def test_a_conversation_from_resume_to_disconnect(edge: Edge) -> None:
    ada = edge.person("Ada")
    room = edge.run(edge.world.room(ada))
    connect(edge, f"parley.v1, ticket.{ticket(edge, ada)}")
    world = edge.world
    (early,) = edge.frame("c=", {"action": "ping", "id": world.id(), "since": 0})
    assert (early["type"], early["code"]) == ("error", "not_live")
    (resumed,) = edge.frame("c=", {"action": "resume", "id": world.id(), "rooms": {}})
    assert resumed["to"] == {room: 1}
    id_ = world.id()
    (ack,) = edge.frame("c=", {"action": "message.send", "id": id_, "room": room, "text": "hello"})
    assert (ack["type"], ack["id"], ack["seq"], ack["n"]) == ("ack", id_, 2, 1)
    (pong,) = edge.frame("c=", {"action": "ping", "id": world.id(), "since": 0})
    assert pong["type"] == "pong"
    (presence,) = edge.frame("c=", {"action": "presence.watch", "id": world.id(), "users": [ada.id]})
    assert presence["users"] == {ada.id: "online"}
    assert edge.frame("c=", {"action": "typing", "id": world.id(), "room": room, "on": True}) == []
    for frame in world.callbacks.frames["c="]:
        PUSH.validate_json(json.dumps(frame))
    assert app.disconnect(edge.event("disconnect", connectionId="c="), None) == {"statusCode": 200}
    (gone,) = edge.frame("c=", {"action": "ping", "id": world.id(), "since": 0})
    assert gone["code"] == "not_live"


ROOM = "01ARYZ6S41TSV4RRFFQ69G5FAV"
ID = "01ARYZ6S41TSV4RRFFQ69G5FAW"
SEND = {"action": "message.send", "id": ID, "room": ROOM, "text": "hello"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "bad_request"),
        ("{", "bad_request"),
        ("hello", "bad_request"),
        ("[" * 50_000, "bad_request"),
        ("\ud800", "bad_request"),
        ([], "bad_request"),
        (None, "bad_request"),
        ({}, "unknown_action"),
        ({"action": "message.sned", "id": ID}, "unknown_action"),
        ({"action": {"$ne": None}, "id": ID}, "unknown_action"),
        ({**SEND, "text": 5}, "bad_request"),
        ({**SEND, "text": ""}, "bad_request"),
        ({**SEND, "text": "x" * (TEXT_LENGTH + 1)}, "bad_request"),
        ({**SEND, "id": "not a ulid"}, "bad_request"),
        ({**SEND, "room": {"$ne": None}}, "bad_request"),
        ({**SEND, "sender": ID}, "bad_request"),
        ({**SEND, "seq": 1}, "bad_request"),
        (SEND, "stale_id"),
        ({"action": "typing", "id": ID, "room": ROOM, "on": True}, "not_member"),
        ({"action": "resume", "id": ID, "rooms": {ROOM: -1}}, "bad_request"),
        ({"action": "resume", "id": ID, "rooms": {"x": 1}}, "bad_request"),
        ({"action": "presence.watch", "id": ID, "users": [ROOM] * 201}, "bad_request"),
    ],
)
def test_a_bad_frame_is_answered_and_the_socket_lives_on(edge: Edge, body: object, code: str) -> None:
    ada = edge.person("Ada")
    room = edge.run(edge.world.room(ada))
    here = edge.run(edge.world.socket(ada))
    (error,) = edge.frame(here, body)
    assert (error["type"], error["code"], error["retry"]) == ("error", code, False)
    assert error["id"] in {None, ID, "not a ulid"}
    assert edge.run(edge.world.say(here, room, "still alive"))["n"] == 1


def test_a_message_to_an_unknown_room_and_to_one_of_others_get_the_same_refusal(edge: Edge) -> None:
    ada, grace = edge.person("Ada"), edge.person("Grace")
    here = edge.run(edge.world.socket(ada))
    errors = []
    for room in (edge.world.id(), edge.run(edge.world.room(grace))):
        (error,) = edge.frame(here, {**SEND, "id": edge.world.id(), "room": room})
        errors.append((error["code"], error["message"]))
    assert errors[0] == errors[1] == ("not_member", "You are not a member of this room.")


def test_an_id_already_used_for_another_text_is_refused(edge: Edge) -> None:
    ada = edge.person("Ada")
    room = edge.run(edge.world.room(ada))
    here = edge.run(edge.world.socket(ada))
    said = {**SEND, "id": edge.world.id(), "room": room}
    edge.frame(here, said)
    (error,) = edge.frame(here, {**said, "text": "something else"})
    assert (error["code"], error["id"]) == ("id_conflict", said["id"])


def test_a_frame_of_a_session_that_is_over_ends_the_socket(edge: Edge) -> None:
    ada = edge.person("Ada")
    here = edge.run(edge.world.socket(ada))
    edge.world.clock.advance(ABSOLUTE_US / 1e6)
    error, ended = edge.frame(here, {"action": "ping", "id": ID, "since": 0})
    assert (error["code"], ended["type"]) == ("unauthenticated", "session.ended")
    assert edge.world.callbacks.closed == [here]


def test_a_store_that_is_away_is_an_error_the_client_may_retry(edge: Edge) -> None:
    ada = edge.person("Ada")
    room = edge.run(edge.world.room(ada))
    here = edge.run(edge.world.socket(ada))
    edge.world.stores.mongodb.away = True
    (error,) = edge.frame(here, {**SEND, "id": edge.world.id(), "room": room})
    assert (error["code"], error["retry"]) == ("unavailable", True)


def test_a_mistake_of_ours_shows_nothing_of_itself(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    here = edge.run(edge.world.socket(edge.person("Ada")))

    async def broken(*_: object) -> None:
        raise KeyError("secret detail")

    monkeypatch.setattr(edge.world.app.resuming, "ping", broken)
    (error,) = edge.frame(here, {"action": "ping", "id": ID, "since": 0})
    assert (error["code"], error["retry"]) == ("internal", True)
    assert "secret" not in json.dumps(error)
