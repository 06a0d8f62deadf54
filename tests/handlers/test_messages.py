"""REST: what can be done to a message there is. And the frame that marks messages read."""

import pytest

from tests.handlers.conftest import Edge
from tests.parley import Person


@pytest.fixture
def talk(edge: Edge) -> tuple[Person, Person, str]:
    """Ada's room with Grace in it, where Ada said one thing."""
    ada, grace = edge.person("Ada"), edge.person("Grace")
    room = edge.run(edge.world.room(ada, grace))
    edge.run(edge.world.say(edge.run(edge.world.socket(ada)), room, "one"))
    return ada, grace, room


def test_an_edit_answers_with_its_place_and_is_on_the_page(edge: Edge, talk: tuple[Person, Person, str]) -> None:
    ada, _, room = talk
    body = {"id": edge.world.id(), "text": "two"}
    edited = edge.call("PATCH", f"/rooms/{room}/messages/1", body, by=ada)
    assert (edited.status_code, edited.json_body) == (200, {"seq": 4})
    assert edge.call("PATCH", f"/rooms/{room}/messages/1", body, by=ada).json_body == {"seq": 4}
    (message,) = edge.call("GET", f"/rooms/{room}/messages", by=ada).json_body["messages"]
    assert message["text"] == "two"
    assert message["edited_at"] > message["ts"]
    assert message["deleted_at"] is None


def test_versions_are_told_to_who_may_know_them(edge: Edge, talk: tuple[Person, Person, str]) -> None:
    ada, grace, room = talk
    edge.call("PATCH", f"/rooms/{room}/messages/1", {"id": edge.world.id(), "text": "two"}, by=ada)
    versions = edge.call("GET", f"/rooms/{room}/messages/1/versions", by=ada).json_body["versions"]
    assert [(it["text"], it["seq"], it["sender"]) for it in versions] == [("one", 3, ada.id), ("two", 4, ada.id)]
    edge.refused(edge.call("GET", f"/rooms/{room}/messages/1/versions", by=grace), 403, "forbidden")
    edge.refused(edge.call("GET", f"/rooms/{room}/messages/1/versions"), 401, "unauthenticated")


def test_the_first_message_of_a_day_is_found_by_who_may_read(edge: Edge, talk: tuple[Person, Person, str]) -> None:
    ada, _, room = talk
    path = f"/rooms/{room}/messages/first"
    said = edge.call("GET", f"/rooms/{room}/messages", by=ada).json_body["messages"][0]["ts"]
    assert edge.call("GET", f"{path}?since={said}", by=ada).json_body == {"n": 1}
    assert edge.call("GET", f"{path}?since={said + 1}", by=ada).json_body == {"n": None}
    edge.refused(edge.call("GET", f"{path}?since=yesterday", by=ada), 400, "bad_request")
    edge.refused(edge.call("GET", f"{path}?since=0", by=edge.person("Alan")), 403, "not_member")


def test_a_deleted_message_keeps_its_place_only(edge: Edge, talk: tuple[Person, Person, str]) -> None:
    ada, grace, room = talk
    body = {"id": edge.world.id()}
    edge.refused(edge.call("POST", f"/rooms/{room}/messages/1/delete", body, by=grace), 403, "forbidden")
    assert edge.call("POST", f"/rooms/{room}/messages/1/delete", body, by=ada).json_body == {"seq": 4}
    (message,) = edge.call("GET", f"/rooms/{room}/messages", by=grace).json_body["messages"]
    assert (message["n"], message["text"], message["reactions"], message["mentions"]) == (1, "", [], [])
    assert message["deleted_at"] is not None
    assert edge.call("GET", f"/rooms/{room}/messages/1/versions", by=ada).json_body == {"versions": []}
    again = {"id": edge.world.id()}
    edge.refused(edge.call("POST", f"/rooms/{room}/messages/1/delete", again, by=ada), 404, "not_found")


def test_reactions_come_and_go(edge: Edge, talk: tuple[Person, Person, str]) -> None:
    ada, grace, room = talk
    path = f"/rooms/{room}/messages/1/reactions"
    for by in (grace, ada):
        assert edge.call("POST", path, {"id": edge.world.id(), "emoji": "👍"}, by=by).status_code == 200
    edge.call("POST", path, {"id": edge.world.id(), "emoji": "👍", "on": False}, by=grace)
    (message,) = edge.call("GET", f"/rooms/{room}/messages", by=ada).json_body["messages"]
    assert message["reactions"] == [{"emoji": "👍", "users": [ada.id]}]
    for emoji in ("", "hello", "👍 👍", "x" * 33):
        edge.refused(edge.call("POST", path, {"id": edge.world.id(), "emoji": emoji}, by=ada), 400, "bad_request")


@pytest.mark.parametrize("number", ["0", "-1", "2", "one", "1.0", "٣", "9" * 16, "%31x"])
def test_a_number_without_a_message_is_not_found(edge: Edge, talk: tuple[Person, Person, str], number: str) -> None:
    ada, _, room = talk
    body = {"id": edge.world.id(), "text": "two"}
    edge.refused(edge.call("PATCH", f"/rooms/{room}/messages/{number}", body, by=ada), 404, "not_found")


def test_changes_of_a_room_of_others_are_refused(edge: Edge, talk: tuple[Person, Person, str]) -> None:
    _, _, room = talk
    eve, path = edge.person("Eve"), f"/rooms/{room}/messages/1"
    for method, where, body in (
        ("PATCH", path, {"id": edge.world.id(), "text": "mine"}),
        ("POST", f"{path}/delete", {"id": edge.world.id()}),
        ("POST", f"{path}/reactions", {"id": edge.world.id(), "emoji": "👍"}),
        ("GET", f"{path}/versions", None),
    ):
        edge.refused(edge.call(method, where, body, by=eve), 403, "not_member")


@pytest.mark.parametrize("fields", [{"id": "x"}, {"text": ""}, {"text": None}, {"text": "x" * 8_001}, {"more": 1}])
def test_an_edit_that_is_not_what_it_should_be_is_refused(
    edge: Edge, talk: tuple[Person, Person, str], fields: dict[str, object]
) -> None:
    ada, _, room = talk
    body = {"id": edge.world.id(), "text": "two"} | fields
    edge.refused(edge.call("PATCH", f"/rooms/{room}/messages/1", body, by=ada), 400, "bad_request")


def test_a_read_marker_is_told_back_and_on_the_first_screen(edge: Edge, talk: tuple[Person, Person, str]) -> None:
    _, grace, room = talk
    there = edge.run(edge.world.socket(grace))
    frame = {"action": "read.mark", "id": edge.world.id(), "room": room, "n": 1, "version": 0}
    assert edge.frame(there, frame) == [{"type": "read.updated", "room": room, "n": 1, "version": 0}]
    (shown,) = edge.call("GET", "/bootstrap", by=grace).json_body["rooms"]
    assert (shown["read_n"], shown["read_version"]) == (1, 0)
    assert edge.frame(there, frame | {"n": 0, "version": 1})[0]["n"] == 0
    assert edge.call("GET", f"/rooms/{room}", by=grace).json_body["read_version"] == 1


@pytest.mark.parametrize("fields", [{"n": -1}, {"n": 1.5}, {"version": -1}, {"version": 2**63}, {"version": None}])
def test_a_read_marker_that_is_no_number_is_refused(
    edge: Edge, talk: tuple[Person, Person, str], fields: dict[str, object]
) -> None:
    _, grace, room = talk
    there = edge.run(edge.world.socket(grace))
    frame = {"action": "read.mark", "id": edge.world.id(), "room": room, "n": 1, "version": 0}
    (error,) = edge.frame(there, frame | fields)
    assert (error["type"], error["code"]) == ("error", "bad_request")


def test_a_heartbeat_from_no_time_there_is_is_refused(edge: Edge, talk: tuple[Person, Person, str]) -> None:
    there = edge.run(edge.world.socket(talk[1]))
    (error,) = edge.frame(there, {"action": "ping", "id": edge.world.id(), "since": 2**63})
    assert (error["type"], error["code"]) == ("error", "bad_request")


def test_a_reply_names_what_it_answers_and_whom_it_mentions(edge: Edge, talk: tuple[Person, Person, str]) -> None:
    ada, grace, room = talk
    there = edge.run(edge.world.socket(grace))
    frame = {"action": "message.send", "id": edge.world.id(), "room": room, "text": f"<@{ada.id}>", "reply_to": 1}
    assert edge.frame(there, frame)[0]["type"] == "ack"
    message = edge.call("GET", f"/rooms/{room}/messages?after=1", by=ada).json_body["messages"][0]
    assert (message["reply_to"], message["mentions"]) == (1, [ada.id])
    (error,) = edge.frame(there, frame | {"id": edge.world.id(), "reply_to": 99})
    assert error["code"] == "not_found"


def test_a_room_is_renamed_by_its_owners(edge: Edge, talk: tuple[Person, Person, str]) -> None:
    ada, grace, room = talk
    there = edge.run(edge.world.socket(grace))
    body = {"id": edge.world.id(), "name": "  supper   club "}
    changed = edge.call("PATCH", f"/rooms/{room}", body, by=ada).json_body
    assert (changed["name"], changed["topic"]) == ("supper club", "")
    (event,) = edge.world.callbacks.frames[there]
    assert (event["type"], event["name"], event["topic"]) == ("room.updated", "supper club", "")
    edge.refused(edge.call("PATCH", f"/rooms/{room}", body | {"id": edge.world.id()}, by=grace), 403, "forbidden")
    edge.refused(edge.call("PATCH", f"/rooms/{room}", {"id": edge.world.id(), "name": " "}, by=ada), 400, "bad_request")
    topic = {"id": edge.world.id(), "topic": "what to eat"}
    assert edge.call("PATCH", f"/rooms/{room}", topic, by=ada).json_body["name"] == "supper club"


def test_a_device_says_with_its_ping_that_nobody_touches_it(edge: Edge, talk: tuple[Person, Person, str]) -> None:
    _, grace, room = talk
    there = edge.run(edge.world.socket(grace))
    ping = {"action": "ping", "id": edge.world.id(), "since": 0}
    message = {"action": "message.send", "id": edge.world.id(), "room": room, "text": "back"}
    typing = {"action": "typing", "id": edge.world.id(), "room": room, "on": True}
    for back in (ping, message, typing):
        for frame, away in ((ping | {"idle": True}, [grace.id]), (back, [])):
            edge.frame(there, frame)
            assert edge.call("GET", f"/rooms/{room}/presence", by=grace).json_body["away"] == away
